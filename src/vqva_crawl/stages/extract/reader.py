"""The walk through a page in document order: elements become blocks of text and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from vqva_crawl.records import Role
from vqva_crawl.stages.extract import figures, images, tables
from vqva_crawl.stages.extract.blocks import Block, Shown, Text
from vqva_crawl.stages.extract.furniture import Furniture
from vqva_crawl.stages.extract.run import Run
from vqva_crawl.stages.extract.tree import PICTURES, Element, says, squeeze

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main "
    "menu nav ol optgroup p pre search section summary table tbody td tfoot th thead tr ul "
    "caption noscript object".split()
)
HEADINGS = {f"h{n}": n for n in range(1, 7)}
_UNREAD = frozenset(("head", "map"))
_PLAIN = frozenset(("div", "p", "section", "body"))
_CODE_CUES = frozenset("fragment programlisting sourcecode codehilite code-block screen".split())
_ASIDE_TAGS = frozenset("em i small center cite figcaption".split())
_AS_TEXT_CUES = frozenset(
    "emoji smiley wp-smiley tex latex math formula formulainl formuladsp mathjax "
    "mwe-math-fallback-image-inline mwe-math-fallback-image-display".split()
)
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
        for child in element.children:
            if isinstance(child, str):
                self._run.text(child, context.aside)
            else:
                self._element(child, context)

    def _element(self, element: Element, context: Context) -> None:
        tag = element.tag
        if tag in PICTURES:
            self._image(element, context)
        elif tag == "br":
            self._run.line()
        elif tag in BLOCKS:
            self._flush(context)
            if not self._furniture(element, context.article):
                self._block(element, context)
        elif tag not in _UNREAD and not (tag == "span" and self._furniture(element, True)):
            self._inline(element, context)

    # Inline -----------------------------------------------------------------------------------

    def _inline(self, element: Element, context: Context) -> None:
        tag = element.tag
        if tag == "a":
            context = context._replace(link=element.get("href") or context.link)
        elif tag in _ASIDE_TAGS:
            context = context._replace(aside=True)
        elif tag == "picture":
            context = context._replace(sources=[e for e in element.walk() if e.tag == "source"])
        elif tag == "button" and not element.pictured:
            return
        elif tag == "span" and element.attributes and element.pictured:
            self._boxed(element, context)
            return
        self._children(element, context)

    def _image(self, img: Element, context: Context) -> None:
        if not _AS_TEXT_CUES.isdisjoint(img.cues()):
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
        tag = element.tag
        if tag == "noscript":
            self._children(_pictures_only(element), context)
        elif tag == "pre" or (tag == "div" and not _CODE_CUES.isdisjoint(element.cues())):
            self._code(element, context)
            return
        elif tag == "table" and not self._table(element, context):
            return
        elif tag in ("ol", "ul", "menu", "dir"):
            self._list(element, context)
        else:
            self._boxed(element, self._inside(element, context))

    def _inside(self, element: Element, context: Context) -> Context:
        tag = element.tag
        if tag in _PLAIN and not element.attributes:
            return context
        if tag in HEADINGS:
            return context._replace(role="heading", level=HEADINGS[tag])
        if tag in ("li", "dd", "dt"):
            return context._replace(role="list", level=0)
        if tag == "blockquote":
            return context._replace(role="quote", level=0)
        if tag in ("main", "article"):
            return context._replace(article=True)
        if tag == "center" or _centred(element):
            return context._replace(aside=True)
        return context

    def _boxed(self, element: Element, context: Context) -> None:
        """The children of an element that may be a figure or a caption."""
        if not element.attributes and element.tag in _PLAIN:
            pass
        elif context.figure < 0 and (found := figures.figure(element)):
            self._captions.update(found.captions)
            self._caption_elements |= found.elements
            role: Role = "caption" if found.loose else context.role
            licence = self._licence(element)
            context = context._replace(figure=self._figures, role=role, licence=licence)
            self._figures += 1
        elif id(element) in self._caption_elements or figures.is_caption(element):
            context = context._replace(role="caption", level=0)
        self._children(element, context)
        if element.tag in BLOCKS:
            self._flush(context)

    def _licence(self, figure: Element) -> str:
        """The licence that a figure states for its own pictures."""
        for element in figure.walk():
            if element.tag == "a" and "license" in element.get("rel").lower().split():
                return self._absolute(element.get("href"))
        return ""

    def _list(self, element: Element, context: Context) -> None:
        ordinal = _integer(element.get("start"), 1) if element.tag == "ol" else 0
        for child in element.children:
            if isinstance(child, str):
                self._run.text(child, context.aside)
                continue
            if child.tag != "li":
                self._element(child, context)
                continue
            if self._furniture(child, context.article):
                continue
            ordinal = _integer(child.get("value"), ordinal) if ordinal else 0
            item = context._replace(role="list", level=max(ordinal, 0))
            self._boxed(child, item)
            ordinal += 1 if ordinal else 0

    def _code(self, element: Element, context: Context) -> None:
        lines = [line.rstrip() for line in _lines(element).splitlines()]
        text = "\n".join(lines).strip("\n")
        if text.strip():
            self._blocks.append(Text(text, "code"))
        for img in element.pictures():
            self._image(img, context)
        self._flush(context)

    def _table(self, table: Element, context: Context) -> bool:
        """Reads a table of data; True when it only lays out blocks, read as other elements."""
        cells = tables.rows(table)
        if tables.is_layout(table, cells):
            self._boxed(table, context)
            return False
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
                self._children(child, context._replace(role="caption"))
                self._flush(context._replace(role="caption"))
        for row in cells:
            self._row(row, words, context)
        return False

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
        if run.length or run.pictures:
            blocks = run.blocks(context.role, context.level)
            if context.figure >= 0:
                _claim(blocks)
            elif run.pictures > 1:
                self._row_of_pictures([b for b in blocks if isinstance(b, Shown)])
            self._blocks += blocks
        if run.pieces:
            self._run = Run()

    def _row_of_pictures(self, row: list[Shown]) -> None:
        """Pictures that share a paragraph, and no line with words, are one figure."""
        if all(picture.alone for picture in row):
            for picture in row:
                picture.figure = self._figures
            self._figures += 1


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
