"""Which encoding a page's bytes are read in: labels of the web, and pages that name none."""

from __future__ import annotations

import time

import pytest

from vqva_crawl.stages.extract.encoding import decode

GERMAN = "<html><title>Größe</title><p>Die Größe der Vögel – „klein“</p></html>"
JAPANESE = "<html><title>日本語</title><p>テスト、漢字とひらがなの文章です。</p></html>"
CHINESE = "<html><title>中文</title><p>细胞放入盐水之后发生变化。</p></html>"

# The labels of the WHATWG Encoding Standard, https://encoding.spec.whatwg.org/#names-and-labels,
# without those it gives no encoding, and a character that tells the encoding from its neighbours.
LABELS = {
    ("cp866", "ж"): "866 cp866 csibm866 ibm866",
    ("iso8859-2", "ř"): "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
    "iso_8859-2:1987 l2 latin2",
    ("iso8859-3", "ĉ"): "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
    "iso_8859-3:1988 l3 latin3",
    ("iso8859-4", "ķ"): "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
    "iso_8859-4:1988 l4 latin4",
    ("iso8859-5", "ж"): "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 "
    "iso_8859-5 iso_8859-5:1988",
    ("iso8859-6", "ش"): "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
    "iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    ("iso8859-7", "Ά"): "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 "
    "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    ("iso8859-8", "ש"): "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e "
    "iso-8859-8-i iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual",
    ("iso8859-10", "Ū"): "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    ("iso8859-13", "ģ"): "iso-8859-13 iso8859-13 iso885913",
    ("iso8859-14", "ŵ"): "iso-8859-14 iso8859-14 iso885914",
    ("iso8859-15", "€"): "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    ("iso8859-16", "ș"): "iso-8859-16",
    ("koi8-r", "ж"): "cskoi8r koi koi8 koi8-r koi8_r",
    ("koi8-u", "ї"): "koi8-ru koi8-u",
    ("mac-roman", "ü"): "csmacintosh mac macintosh x-mac-roman",
    ("cp874", "…ก"): "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    ("cp1250", "ž"): "cp1250 windows-1250 x-cp1250",
    ("cp1251", "ж"): "cp1251 windows-1251 x-cp1251",
    ("cp1252", "“ü€"): "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
    "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    ("cp1253", "Ά"): "cp1253 windows-1253 x-cp1253",
    ("cp1254", "“ş"): "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
    "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254",
    ("cp1255", "ש"): "cp1255 windows-1255 x-cp1255",
    ("cp1256", "ش"): "cp1256 windows-1256 x-cp1256",
    ("cp1257", "ž"): "cp1257 windows-1257 x-cp1257",
    ("cp1258", "ư"): "cp1258 windows-1258 x-cp1258",
    ("mac-cyrillic", "ж"): "x-mac-cyrillic x-mac-ukrainian",
    ("gb18030", "中镕"): "chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb_2312 gb_2312-80 gbk "
    "iso-ir-58 x-gbk",
    ("big5hkscs", "中嘅"): "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    ("euc_jp", "日"): "cseucpkdfmtjapanese euc-jp x-euc-jp",
    ("iso2022_jp", "日"): "csiso2022jp iso-2022-jp",
    ("cp932", "日①"): "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    ("cp949", "한똠"): "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 "
    "ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    ("utf-8", "ü日"): "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
}
UTF_16 = {
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}


@pytest.mark.parametrize(("codec", "said"), LABELS, ids=[codec for codec, _ in LABELS])
def test_labels_mean_what_the_standard_says(codec: str, said: str) -> None:
    for label in LABELS[codec, said].split():
        body = said.encode(codec)
        assert decode(body, label.upper()) == said, f"{label} in the header"
        meta = f"<meta charset={label}>".encode()
        assert decode(meta + body) == meta.decode() + said, f"{label} in a meta element"


@pytest.mark.parametrize("codec", UTF_16)
def test_utf_16_is_what_a_header_says_and_never_what_a_meta_element_says(codec: str) -> None:
    for label in UTF_16[codec].split():
        assert decode(GERMAN.encode(codec), label) == GERMAN
        meta = f'<meta charset="{label}">' + GERMAN
        assert decode(meta.encode()) == meta


def test_x_user_defined_is_read_as_windows_1252() -> None:
    assert decode(GERMAN.encode("cp1252"), "x-user-defined") == GERMAN


@pytest.mark.parametrize("label", ["iso-2022-kr", "hz-gb-2312", "utf-7", "rot13", "idna", "x", " "])
def test_labels_that_no_page_may_use_count_as_none(label: str) -> None:
    assert decode(b"<p>+AOQ- ~{VP ", label) == "<p>+AOQ- ~{VP "
    assert decode(GERMAN.encode(), label) == GERMAN


# Nothing declared -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "Die Größe",
        "<p>Le café",
        "<p>L’été, l’élève préfère lire dehors : « c’est là où ça naît »</p>",
        "<p>Það er gott að lesa bækur á íslensku þótt ég sé ekki viss um málið</p>",
        "<script>if (a < b) x('ÄÖÜäöü')</script><style>p::after {content: '•••'}</style><p>Vögel",
    ],
)
def test_what_is_no_utf_8_is_windows_1252_where_most_letters_are_ascii(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (JAPANESE, "cp932"),
        ("<p>テスト</p>", "cp932"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        ("<p>JPEG 图像格式</p>" + "&nbsp;" * 99, "gb18030"),
        ("<script>let nothing = 'but English here'</script>" + CHINESE, "gb18030"),
        ("<p>Клетка в солёной воде</p>", "cp1251"),
    ],
)
def test_other_scripts_do_not_become_accented_letters(text: str, codec: str) -> None:
    read = decode(text.encode(codec))
    assert "\ufffd" in read
    assert not any("\x80" < char < "\u0100" for char in read.replace("\xa0", ""))


@pytest.mark.parametrize(
    "body",
    [
        GERMAN.encode() + b" \xff",
        GERMAN.replace("klein", "?").encode().replace(b"?", b"\x92\xe9"),
        b"<p>Gr\xc3 \xc3\x9fe",
        (GERMAN + "日").encode()[:-1],
        (GERMAN + "日").encode()[:-2],
        b"<p>plain \xe6\x97",
        "<p>\ufffd \ufffd".encode() + b"\xff",
    ],
)
def test_a_damaged_or_cut_page_in_utf_8_stays_utf_8(body: bytes) -> None:
    assert decode(body) == body.decode("utf-8", "replace")


def test_a_declaration_is_believed_whatever_the_bytes() -> None:
    assert decode(b"<p>Gr\xf6\xdfe", "utf-8") == "<p>Gr\ufffd\ufffde"
    assert decode(b"<meta charset=utf-8>Gr\xf6\xdfe") == "<meta charset=utf-8>Gr\ufffd\ufffde"


@pytest.mark.parametrize("piece", [b"<", b"<script", b"\xff", b"\xe6\x97", b"&a", b"<\xff>"])
def test_a_guess_takes_little_time(piece: bytes) -> None:
    began = time.process_time()
    decode(piece * (8_000_000 // len(piece)))
    assert time.process_time() - began < 20
