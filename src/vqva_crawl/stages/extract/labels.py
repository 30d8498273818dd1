"""Encoding labels of the web -> Python codecs, by the label table of the WHATWG Encoding Standard.

https://encoding.spec.whatwg.org/#names-and-labels. Python knows most labels by itself; below stands
what it lacks, and what means another encoding on the web than its name says.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_LACKING = {  # codec -> labels that Python does not know
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
    "utf-16-be": "unicodefffe",
    "cp874": "dos-874 windows-874",
    # The bytes of x-user-defined are for scripts to read; as text it is what <meta> makes of it.
    "cp1252": "x-user-defined",
    "iso8859-6": "csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i",
    "iso8859-7": "sun_eu_greek",
    "iso8859-8": "csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i logical visual",
    "iso8859-15": "csisolatin9",
    "koi8-r": "koi koi8",
    "koi8-u": "koi8-ru",
    "mac-roman": "csmacintosh mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "csgb2312 gb_2312 gb_2312-80 x-gbk",
    "big5hkscs": "cn-big5 x-x-big5",
    "cp932": "windows-31j x-sjis",
    "euc_jp": "cseucpkdfmtjapanese x-euc-jp",
    "cp949": "cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601 windows-949",
}
_LABELS = {label: name for name, labels in _LACKING.items() for label in labels.split()}
_MEANS = {  # what Python takes a label for -> what the standard has it mean
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
_X_CP = re.compile(r"x-(?=cp125\d$)")  # x-cp1252
_UNPARTED = re.compile(r"iso8859(?=\d)")  # iso88591

# Python knows codecs that no page may choose (utf-7, unicode_escape, idna, ...). The encodings that
# the standard replaces by one U+FFFD (iso-2022-kr, hz-gb-2312, ...) count as not declared.
_ALLOWED = re.compile(
    r"utf-8|utf-16-[bl]e|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-\w+|gb18030"
    r"|big5hkscs|euc_jp|iso2022_jp"
)


@lru_cache(256)
def codec(label: str) -> str:
    """The Python codec that an encoding label of the web means, "" for one we do not read."""
    label = label.strip().strip("\"'").lower()
    spelled = _UNPARTED.sub("iso8859-", _X_CP.sub("", label))
    try:
        name = _LABELS.get(label) or codecs.lookup(spelled).name
    except (LookupError, ValueError):
        return ""
    name = _MEANS.get(name, name)
    return name if _ALLOWED.fullmatch(name) else ""
