"""The prose inside a model's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def with_prose(text: str, change: Callable[[str], str]) -> str:
    """Changes what reads as prose: in JSON the strings of several words, otherwise the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return change(text)
    return json.dumps(_mapped(value, change), ensure_ascii=False)


def told(text: str) -> str:
    """JSON told in words."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not isinstance(value, dict):
        return f"I would say {value}."
    return " ".join(f"The {key} is {said}." for key, said in value.items())


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str() if " " in value:
            return change(value)
        case list():
            return [_mapped(one, change) for one in value]
        case dict():
            return {key: _mapped(one, change) for key, one in value.items()}
    return value
