"""The last wall around keys: what is said, logged or stored of an error shows none that is in use.

Messages are made without keys; this is for words that others chose, such as an exception of a
library or a plug-in that holds the headers of its request (threat 22).
"""

from __future__ import annotations

import json

MASK = "***"
SHORTEST = 8  # characters; what a server without keys is given may stand in any word

_known: set[str] = set()


def secret(key: str) -> str:
    """The same key, which `masked` knows from now on, also as it stands in JSON."""
    if len(key) >= SHORTEST:
        _known.update((key, json.dumps(key)[1:-1]))
    return key


def masked(text: str) -> str:
    """The text without the keys that are in use."""
    for key in sorted(_known, key=len, reverse=True):
        text = text.replace(key, MASK)
    return text


def told(error: BaseException) -> str:
    """An error that may be anybody's: its kind and its words, if any, never its `repr`."""
    return masked(": ".join(filter(None, (type(error).__name__, str(error)))))
