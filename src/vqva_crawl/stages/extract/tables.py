"""Tables: which are data, what their cells say, and which cell is which picture's caption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vqva_crawl.stages.extract.figures import Caption
from vqva_crawl.stages.extract.tree import Element, says

MAX_SPAN = 50  # columns or rows that one cell is believed to span
MAX_CELLS = 20_000
CAPTION_LENGTH = 250  # characters; a longer cell is text, not a caption
_LAYOUT = frozenset("table article main h1 h2 h3 h4 ul ol dl pre figure blockquote form".split())


@dataclass(slots=True, eq=False)
class Cell:
    element: Element
    column: int
    header: bool
    text: str
    images: list[Element]

    @property
    def captions(self) -> bool:
        """Whether it can be the caption of a picture in another cell."""
        return not self.images and 0 < len(self.text) <= CAPTION_LENGTH


Rows = list[list[Cell]]


def rows(table: Element) -> Rows:
    """The cells by row, each with the column it begins in (spans of other cells counted)."""
    result: Rows = []
    taken: dict[int, int] = {}  # column -> rows that a cell from above still covers
    for tr in _elements(table, "tr"):
        row: list[Cell] = []
        column = 0
        covered, taken = taken, {c: n - 1 for c, n in taken.items() if n > 1}
        for td in tr.elements:
            if td.tag not in ("td", "th"):
                continue
            while column in covered:
                column += 1
            row.append(Cell(td, column, td.tag == "th", td.text(), td.pictures()))
            across, down = _span(td.get("colspan")), _span(td.get("rowspan"))
            if down > 1:
                taken.update(dict.fromkeys(range(column, column + across), down - 1))
            column += across
        result.append(row)
    return result


def _elements(table: Element, tag: str) -> Iterator[Element]:
    """The table's own rows, not those of a table inside it."""
    for child in table.elements:
        if child.tag == tag:
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from _elements(child, tag)


def _span(value: str) -> int:
    return min(max(int(value), 1), MAX_SPAN) if value.strip().isdecimal() else 1


def is_layout(table: Element, cells: Rows) -> bool:
    """Whether the table only places blocks on the page; its cells are then read as such."""
    if table.get("role") in ("presentation", "none"):
        return True
    if sum(map(len, cells)) > MAX_CELLS or not cells:
        return True
    if max(map(len, cells)) <= 1 and (len(cells) == 1 or not table.pictured):
        return True
    inside = (e for row in cells for cell in row for e in cell.element.walk())
    if any(e.tag in _LAYOUT for e in inside):
        return True
    longest = max((len(cell.text) for row in cells for cell in row), default=0)
    return longest > 4 * CAPTION_LENGTH


def captions(table: Element, cells: Rows) -> dict[int, Caption]:
    """Captions from cells, by the identity of the <img>; {} when no picture has one.

    In order of trust: the words in the picture's own cell, the cell below or above in a table
    whose rows alternate, the head of its column with the head of its row.
    """
    found: dict[int, Caption] = {}
    over = next((e.text() for e in table.elements if e.tag == "caption"), "")
    below = _captions_below(cells)
    for number, row in enumerate(cells):
        for cell in row:
            text = _caption(cells, number, cell, below)
            for img in cell.images:
                found[id(img)] = Caption(text if len(cell.images) == 1 else "", over)
                if len(cell.images) > 1 and text:
                    found[id(img)].figure = f"{text} {over}".strip()
    return found if any(c.own or c.figure for c in found.values()) else {}


def _captions_below(cells: Rows) -> bool:
    """Whether rows of pictures are followed by rows of words, rather than led by them."""
    kinds = ["i" if any(c.images for c in row) else "t" for row in cells if row]
    return "it" in "".join(kinds) and (kinds[0] == "i" or kinds[-1] == "t")


def _caption(cells: Rows, number: int, cell: Cell, below: bool) -> str:
    if not cell.images:
        return ""
    if says(cell.text):
        return cell.text if len(cell.text) <= CAPTION_LENGTH else ""
    neighbours = (number + 1, number - 1) if below else (number - 1, number + 1)
    for other in neighbours:
        if 0 <= other < len(cells) and (text := _matching(cells[other], cells[number], cell)):
            return text
    beside = _beside(cells[number], cell)
    above = _column_head(cells, cell)
    return " - ".join(dict.fromkeys(filter(None, (beside, above))))


def _matching(words: list[Cell], images: list[Cell], cell: Cell) -> str:
    """The cell of a row of words that stands in the column of a picture in a row of pictures."""
    if any(w.images for w in words) or any(not i.images and i.text for i in images):
        return ""
    for word in words:
        if word.column == cell.column and word.captions:
            return word.text
    return ""


def _beside(row: list[Cell], cell: Cell) -> str:
    """The one cell of words in the picture's row, before it or (for a lone picture) after it."""
    words = [c for c in row if c.captions]
    if len(words) != 1:
        return ""
    lone = sum(1 for c in row if c.images) == 1
    return words[0].text if lone or words[0].column < cell.column else ""


def _column_head(cells: Rows, cell: Cell) -> str:
    """The words that head the picture's column in the first row."""
    first = cells[0]
    if any(c.images for c in first):
        return ""
    return next((c.text for c in first if c.column == cell.column and c.captions), "")
