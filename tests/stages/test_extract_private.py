"""E-mail addresses and phone numbers are masked where text is stored (threat 16)."""

from __future__ import annotations

import pytest
from extract_pages import page, read

from vqva_crawl import config
from vqva_crawl.records import Document, ImageItem, Target, TextItem
from vqva_crawl.stages.extract import Extract, document
from vqva_crawl.stages.extract.private import masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jane.doe+news@example.co.uk.", "Write to [e-mail]."),
        ("<j@x.org>, k_l@sub.x-y.museum", "<[e-mail]>, [e-mail]"),
        ("müller@bücher.example", "[e-mail]"),
        ("Call +49 (0)30 123456-78 now", "Call [phone] now"),
        ("+1 555 123 4567", "[phone]"),
        ("(555) 123-4567, 555-123-4567, 1-555.123.4567", "[phone], [phone], [phone]"),
        ("Tel.: 030 / 1234567", "Tel.: [phone]"),
        ("phone 12 34 56 78 9; fax: 0301234567", "phone [phone]; fax: [phone]"),
    ],
)
def test_contacts_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The war of 1914-1918 and the years 1939-1945",
        "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, ISSN 2049-3630",
        "doi:10.1000/182 and 10.1038/s41586-020-2649-2",
        "pi is 3.14159265358979, e is 2.718281828",
        "light travels 299 792 458 metres; 1 000 000 000 years; 1,234,567,890",
        "at -33.8688, 151.2093 on 2024-01-15 12:30:45",
        "127.0.0.1 and 192.168.100.200, version 1.22.333.4444",
        "the logo@2x.png of @media and a matrix A@B",
        "5+3=8, +273.15 K, +12 to +15 degrees, a telephone of 1876",
        "8421 - 8422, 100 200 300, 12-34-56",
    ],
)
def test_numbers_of_a_text_stay(text: str) -> None:
    assert masked(text) == text


HTML = """<html><head><title>Ask a@b.org</title></head><body><p>Mail a@b.org, tel. 030 1234567.</p>
<figure><img src=a.png alt="by c@d.org" title="e@f.org"><figcaption>From g@h.org</figcaption>
</figure></body></html>"""


def test_nothing_of_a_page_keeps_them() -> None:
    found = read(HTML)
    assert "@" not in found.model_dump_json()
    assert "1234567" not in found.model_dump_json()
    assert found.title == "Ask [e-mail]"
    [image] = found.images()
    assert (image.alt, image.title, image.caption) == ("by [e-mail]", "[e-mail]", "From [e-mail]")


def test_they_can_be_kept() -> None:
    found = document(page(HTML), config.Extract(personal_data="keep"))
    assert "Mail a@b.org" in found.model_dump_json()


async def test_a_document_ready_made_is_masked_too() -> None:
    url = "http://a.test/"
    items = (TextItem(text="at a@b.org"), ImageItem(url=f"{url}a.png", caption="+1 555 123 4567"))
    given = Document(url=url, target=Target(key=url, url=url), items=items)
    found = await Extract(None, config.Extract())(given)
    assert [i.text for i in found.texts()] == ["at [e-mail]"]
    assert [i.caption for i in found.images()] == ["[phone]"]
