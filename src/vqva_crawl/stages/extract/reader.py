"""The walk through a page in document order: elements become blocks of text and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from vqva_crawl.records import Role
from vqva_crawl.stages.extract import cues, figures, images, tables
from vqva_crawl.stages.extract.blocks import Block, Shown, Text
from vqva_crawl.stages.extract.furniture import LANDMARKS, Furniture
from vqva_crawl.stages.extract.run import Run
from vqva_crawl.stages.extract.tree import PICTURES, Element, says, squeeze

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main "
    "menu nav ol optgroup p pre search section summary table tbody td tfoot th thead tr ul "
    "caption noscript object".split()
)
_FRAMES = frozenset(("figure", "figcaption"))
TRACKING_PIXEL = 2  # declared pixels a side


class Context(NamedTuple):
    """What the elements around say of what stands inside."""

    role: Role = "paragraph"
    level: int = 0
    link: str = ""
    aside: bool = False
    article: bool = False
    figure: int = -1
    licence: str = ""
    sources: Sequence[Element] = ()  # <source>s of a surrounding <picture>

    def of(self, role: Role, level: int = 0) -> Context:
        """The same with another role; faster than _replace."""
        return Context(role, level, *self[2:])


class Reader:
    """Reads one page. `absolute` makes a reference an http(s) URL, "" where it cannot."""

    def __init__(self, furniture: Furniture, absolute: Callable[[str], str]) -> None:
        self._furniture = furniture
        self._absolute = absolute
        self._run = Run()
        self._blocks: list[Block] = []
        self._captions: dict[int, figures.Caption] = {}
        self._caption_elements: set[int] = set()
        self._figures = 0

    def read(self, element: Element) -> list[Block]:
        context = Context(article=element.tag in ("main", "article"))
        self._children(element, context)
        self._flush(context)
        return self._blocks

    def _children(self, element: Element, context: Context) -> None:
        run = self._run
        for child in element.children:
            if not isinstance(child, str):
                _READ.get(child.tag, Reader._children)(self, child, context)
            elif not child.isspace():
                run.text(child, context.aside)
            elif run.pieces:
                run.pieces.append(" ")

    def _nothing(self, element: Element, context: Context) -> None:
        """What is not read."""

    # Inline -----------------------------------------------------------------------------------

    def _line(self, element: Element, context: Context) -> None:
        self._run.line()

    def _link(self, element: Element, context: Context) -> None:
        if element.pictured:  # only pictures ask for their link
            context = context._replace(link=element.get("href") or context.link)
        self._children(element, context)

    def _aside(self, element: Element, context: Context) -> None:
        self._children(element, context._replace(aside=True))

    def _picture(self, element: Element, context: Context) -> None:
        sources = [e for e in element.walk() if e.tag == "source"]
        self._children(element, context._replace(sources=sources))

    def _button(self, element: Element, context: Context) -> None:
        if element.pictured:
            self._children(element, context)

    def _span(self, element: Element, context: Context) -> None:
        if element.plain or not self._furniture(element, True):
            framed = element.pictured and not element.plain
            self._children(element, self._framed(element, context) if framed else context)

    def _image(self, img: Element, context: Context) -> None:
        if not cues.AS_TEXT.isdisjoint(img.cues):
            self._run.text(img.get("alt"), context.aside)
            return
        address = images.best(img, context.sources)
        url = self._absolute(address) if address else ""
        width, height = images.declared_size(img)
        if not url or 0 < width <= TRACKING_PIXEL or 0 < height <= TRACKING_PIXEL:
            return
        caption = self._captions.get(id(img)) or figures.Caption()
        full = self._absolute(context.link) if images.leads_to_picture(context.link) else ""
        shown = Shown(
            url=url,
            full_url=full or images.original_of_thumb(url),
            alt=squeeze(img.get("alt")),
            title=squeeze(img.get("title")),
            caption=caption.own,
            figure_caption=caption.figure,
            figure=context.figure,
            width=width,
            height=height,
            link=self._absolute(context.link) if context.link else "",
            licence=context.licence,
        )
        self._run.picture(shown)

    # Blocks -----------------------------------------------------------------------------------

    def _block(self, element: Element, context: Context) -> None:
        if self._run.pieces:
            self._flush(context)
        tag = element.tag
        if not element.children:
            return
        if (not element.plain or tag in LANDMARKS) and self._furniture(element, context.article):
            return
        read = _READ_BLOCK.get(tag) or (Reader._boxed if element.plain else Reader._other)
        read(self, element, context)

    def _other(self, element: Element, context: Context) -> None:
        if element.tag == "div" and not cues.CODE.isdisjoint(element.cues):
            self._code(element, context)
        else:
            self._boxed(element, context._replace(aside=True) if _centred(element) else context)

    def _centre(self, element: Element, context: Context) -> None:
        self._boxed(element, context._replace(aside=True))

    def _heading(self, element: Element, context: Context) -> None:
        self._boxed(element, context.of("heading", int(element.tag[1])))

    def _item(self, element: Element, context: Context) -> None:
        self._boxed(element, context.of("list"))

    def _quote(self, element: Element, context: Context) -> None:
        self._boxed(element, context.of("quote"))

    def _article(self, element: Element, context: Context) -> None:
        self._boxed(element, context._replace(article=True))

    def _noscript(self, element: Element, context: Context) -> None:
        self._children(_pictures_only(element), context)

    def _boxed(self, element: Element, context: Context) -> None:
        """The children of a block that may be a figure or a caption."""
        if not element.plain or element.tag in _FRAMES or id(element) in self._caption_elements:
            context = self._framed(element, context)
        self._children(element, context)
        if self._run.pieces:
            self._flush(context)

    def _framed(self, element: Element, context: Context) -> Context:
        """The context inside a figure or a caption, the same one in other elements."""
        if not element.pictured:
            caption = id(element) in self._caption_elements or figures.is_caption(element)
            return context.of("caption") if caption else context
        found = figures.figure(element) if context.figure < 0 else None
        if found is None:
            return context
        self._captions.update(found.captions)
        self._caption_elements |= found.elements
        self._figures += 1
        licence = self._absolute(found.licence) if found.licence else ""
        if found.loose:
            context = context.of("caption")
        return context._replace(figure=self._figures - 1, licence=licence)

    def _list(self, element: Element, context: Context) -> None:
        ordinal = _integer(element.get("start"), 1) if element.tag == "ol" else 0
        for child in element.children:
            if isinstance(child, str):
                self._run.text(child, context.aside)
                continue
            if child.tag != "li":
                _READ.get(child.tag, Reader._children)(self, child, context)
                continue
            if self._furniture(child, context.article):
                continue
            ordinal = _integer(child.get("value"), ordinal) if ordinal else 0
            self._boxed(child, context.of("list", max(ordinal, 0)))
            ordinal += 1 if ordinal else 0

    def _code(self, element: Element, context: Context) -> None:
        lines = [line.rstrip() for line in _lines(element).splitlines()]
        text = "\n".join(lines).strip("\n")
        if text.strip():
            self._blocks.append(Text(text, "code"))
        for img in element.pictures():
            self._image(img, context)
        self._flush(context)

    def _table(self, table: Element, context: Context) -> None:
        """A table of data; one that only lays out blocks is read as they are."""
        cells = tables.rows(table)
        if tables.is_layout(table, cells):
            self._boxed(table, context)
            return
        captions = tables.captions(table, cells)
        for key, caption in captions.items():
            known = self._captions.get(key)
            if known is None or not known.own:
                over = known.figure if known else ""
                self._captions[key] = figures.Caption(caption.own, over or caption.figure)
        if captions and context.figure < 0:
            context = context._replace(figure=self._figures)
            self._figures += 1
        words = {c.own for c in captions.values()}
        for child in table.elements:
            if child.tag == "caption":
                inside = context._replace(role="caption")
                self._children(child, inside)
                self._flush(inside)
        for row in cells:
            self._row(row, words, context)

    def _row(self, row: list[tables.Cell], words: set[str], context: Context) -> None:
        """A row's words are one item; where they are captions, one each."""
        texts = [cell.text for cell in row if says(cell.text)]
        if not any(cell.images for cell in row) and texts and set(texts) <= words:
            self._blocks += [Text(text, "caption", claimed=True) for text in texts]
            return
        first = next((i for i, cell in enumerate(row) if cell.images), 0)
        leading = [cell.text for cell in row[:first]]
        if texts and any(leading):
            self._blocks.append(Text(" | ".join(texts), "table"))
        for cell in row:
            if cell.images:
                self._children(_pictures_only(cell.element), context)
                self._flush(context)
        if texts and not any(leading):
            self._blocks.append(Text(" | ".join(texts), "table"))

    def _flush(self, context: Context) -> None:
        run = self._run
        blocks = run.blocks(context.role, context.level)
        if context.figure >= 0:
            _claim(blocks)
        elif run.pictures > 1:
            self._row_of_pictures([b for b in blocks if isinstance(b, Shown)])
        self._blocks += blocks
        run.clear()

    def _row_of_pictures(self, row: list[Shown]) -> None:
        """Pictures that share a paragraph, and no line with words, are one figure."""
        if all(picture.alone for picture in row):
            for picture in row:
                picture.figure = self._figures
            self._figures += 1


_Read = Callable[[Reader, Element, Context], None]

_READ: dict[str, _Read] = {
    **dict.fromkeys(BLOCKS, Reader._block),
    **dict.fromkeys(PICTURES, Reader._image),
    **dict.fromkeys(("em", "i", "small", "cite"), Reader._aside),
    **dict.fromkeys(("head", "map"), Reader._nothing),
    "a": Reader._link,
    "br": Reader._line,
    "button": Reader._button,
    "picture": Reader._picture,
    "span": Reader._span,
}
_READ_BLOCK: dict[str, _Read] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Reader._heading),
    **dict.fromkeys(("li", "dd", "dt"), Reader._item),
    **dict.fromkeys(("ol", "ul", "menu", "dir"), Reader._list),
    **dict.fromkeys(("main", "article"), Reader._article),
    "blockquote": Reader._quote,
    "center": Reader._centre,
    "noscript": Reader._noscript,
    "pre": Reader._code,
    "table": Reader._table,
}


def _claim(blocks: list[Block]) -> None:
    for block in blocks:
        if isinstance(block, Text):
            block.claimed = True


def _centred(element: Element) -> bool:
    style = element.get("style")
    return element.get("align").lower() == "center" or ("center" in style and "text-align" in style)


def _integer(value: str, otherwise: int) -> int:
    value = value.strip()
    return int(value) if value.isdecimal() and len(value) < 7 else otherwise


def _lines(element: Element) -> str:
    """Text with its line breaks; block elements inside end their line."""
    parts: list[str] = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "br":
            parts.append("\n")
        else:
            text = _lines(child)
            parts.append(text if child.tag not in BLOCKS or text.endswith("\n") else f"{text}\n")
    return "".join(parts)


def _pictures_only(element: Element) -> Element:
    """A copy without words, the links and <picture>s around the pictures kept."""
    copy = Element(element.tag, element.attributes)
    for child in element.elements:
        if child.tag in PICTURES or child.tag == "source":
            copy.add(child)
        elif child.pictured:
            copy.add(_pictures_only(child))
    return copy
