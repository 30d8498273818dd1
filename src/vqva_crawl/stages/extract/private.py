"""E-mail addresses and phone numbers are masked in the text that is stored.

Only what can hardly be anything else counts as a phone number, because texts worth learning from
are full of digits: years, measures, ISBNs, coordinates.
"""

from __future__ import annotations

import re
from operator import is_

from vqva_crawl import config
from vqva_crawl.records import Document, Item, TextItem

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?!\dx\.)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])"
)
_DIGITS = r"\d(?:[\s./()-]{0,3}\d)"
_PHONE = re.compile(
    rf"(?<![\w+])\+\(?{_DIGITS}{{7,14}}(?!\d)"  # +49 30 1234567 (E.164: 15 digits at most)
    r"|(?<![\w.-])(?:1[ .-])?(?:\(\d{3}\)\s?|\d{3}[.-])\d{3}[.-]\d{4}(?![\w.-]*\d)"  # 555-123-4567
    rf"|(?P<named>\b(?:tel|phone|telephone|telefon|fax|mobile|mobil|whatsapp)\b[\s.:]{{1,4}})"
    rf"\(?{_DIGITS}{{5,14}}(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d\s./()-]{4,}\d")  # a closer look is worth its time only then
_OF_PICTURES = ("alt", "title", "caption", "figure_caption", "author")


def masked(text: str) -> str:
    """The text with [e-mail] and [phone] in place of addresses and numbers, or the very same."""
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    if _NUMBER.search(text):
        text = _PHONE.sub(lambda found: f"{found['named'] or ''}[phone]", text)
    return text


def private(document: Document, extract: config.Extract) -> Document:
    """The document as `extract.personal_data` wants it."""
    return without_contacts(document) if extract.personal_data == "mask" else document


def without_contacts(document: Document) -> Document:
    """The document with its title and all texts of its items masked."""
    items = tuple(map(_masked, document.items))
    title = masked(document.title)
    same = title is document.title and all(map(is_, items, document.items))
    return document if same else document.model_copy(update={"title": title, "items": items})


def _masked(item: Item) -> Item:
    if isinstance(item, TextItem):  # most items by far
        text = masked(item.text)
        return item if text is item.text else item.model_copy(update={"text": text})
    said = {name: text for name in _OF_PICTURES if (text := getattr(item, name))}
    changed = {name: new for name, text in said.items() if (new := masked(text)) is not text}
    return item.model_copy(update=changed) if changed else item
