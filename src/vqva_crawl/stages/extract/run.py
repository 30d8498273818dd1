"""A run of inline content: what stands between two block boundaries, in lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from vqva_crawl.records import Role
from vqva_crawl.stages.extract.blocks import Block, Shown, Text
from vqva_crawl.stages.extract.parts import parts
from vqva_crawl.stages.extract.tree import says, squeeze

UNDER = 300  # characters that can be the caption of a picture in the same paragraph
OVER = 100  # the same, standing before the picture

_Segment = Text | list[Shown]


@dataclass(slots=True)
class Run:
    """Collects strings, line breaks and pictures; `blocks` makes text and pictures of them."""

    pieces: list[str | Shown | None] = field(default_factory=list)  # None is a line break
    aside: int = 0  # characters in italics, small or centred
    pictures: int = 0
    lines: int = 0

    def clear(self) -> None:
        self.pieces.clear()
        self.aside = self.pictures = self.lines = 0

    def text(self, text: str, aside: bool) -> None:
        if not text.isspace():
            self.pieces.append(text)
            if aside:
                self.aside += len(text)
        elif self.pieces:
            self.pieces.append(" ")

    def picture(self, picture: Shown) -> None:
        self.pieces.append(picture)
        self.pictures += 1

    def line(self) -> None:
        self.pieces.append(None)
        self.lines += 1

    def blocks(self, role: Role, level: int) -> list[Block]:
        """The run's blocks, in order; a picture in the middle of words follows them."""
        if not self.pictures and not self.lines:
            text = squeeze("".join(self.pieces))  # type: ignore[arg-type]
            return [Text(text, role, level, self._set_apart())] if says(text) else []
        segments = self._segments(role, level)
        if role in ("paragraph", "list", "table") and self.pictures:
            _caption(segments)
        return [b for s in segments for b in (s if isinstance(s, list) else [s])]

    def _set_apart(self) -> bool:
        if not self.aside:
            return False
        words = (p for p in self.pieces if isinstance(p, str) and not p.isspace())
        return self.aside >= 0.9 * sum(map(len, words))

    def _segments(self, role: Role, level: int) -> list[_Segment]:
        segments: list[_Segment] = []
        aside = self._set_apart()
        for text, images, first in self._lines():
            if images and not text:
                if segments and isinstance(segments[-1], list):
                    segments[-1].extend(images)
                else:
                    segments.append(images)
            elif text:
                for image in images:
                    image.alone = False
                previous = segments[-1] if segments else None
                if isinstance(previous, Text) and not first and not images:
                    previous.text = f"{previous.text} {text}"
                else:
                    segments += _mixed(Text(text, role, level, aside), images, self.pieces)
        return segments

    def _lines(self) -> list[tuple[str, list[Shown], bool]]:
        """(words, pictures, whether an empty line stands before) for each line."""
        lines: list[tuple[str, list[Shown], bool]] = []
        words: list[str] = []
        images: list[Shown] = []
        gap = False
        for piece in (*self.pieces, None):
            if isinstance(piece, str):
                words.append(piece)
            elif piece is not None:
                images.append(piece)
            else:
                text = squeeze("".join(words))
                text = text if says(text) else ""
                if text or images:
                    lines.append((text, images, gap))
                    words, images, gap = [], [], False
                else:
                    words, gap = [], True
        return lines


def _mixed(text: Text, images: list[Shown], pieces: list[str | Shown | None]) -> list[_Segment]:
    """Words and pictures of one line: pictures that lead the run come first, others after."""
    if not images:
        return [text]
    lead = next((p for p in pieces if isinstance(p, Shown) or (p and p.strip())), None)
    return [images, text] if images[0] is lead else [text, images]


def _caption(segments: list[_Segment]) -> None:
    """Gives short words on lines of their own to the pictures they stand with."""
    images = [i for s in segments if isinstance(s, list) for i in s]
    texts = [s for s in segments if isinstance(s, Text)]
    if not all(i.alone for i in images) or any(i.captioned for i in images) or not texts:
        return
    under = not isinstance(segments[0], Text)
    if any(len(t.text) > (UNDER if under else OVER) for t in texts):
        return
    if len(texts) == len(images) == len(segments) / 2:
        for image, text in zip(images, texts, strict=True):
            image.caption = text.text
    elif len(texts) == 1 and len(images) > 1:
        cut = parts(texts[0].text, len(images)) or [""] * len(images)
        for image, own in zip(images, cut, strict=True):
            image.caption, image.figure_caption = own, texts[0].text
    else:
        return
    for text in texts:
        text.claimed = True
        if text.role == "paragraph":
            text.role = "caption"
