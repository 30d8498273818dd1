"""How forgiving the forms of answers are, for servers that do not decode by a schema.

What can only be meant in one way is read so; what is missing beside the verdict is empty. Of a
list, what cannot be used is left out, so that one slip does not cost the other proposals.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError

from vqva_crawl.records import Relation

F = TypeVar("F", bound=BaseModel)


def _text(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> Any:
    """`3` of "3", "picture 3" and "#3"."""
    found = re.fullmatch(r"\D{0,12}(\d{1,3})\D?", value) if isinstance(value, str) else None
    return int(found[1]) if found else value


def _family(value: Any) -> Any:
    """The family in other letters, or with its name's beginning ("Causal", "causal relation")."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower().partition(" ")[0]
    return word if word in get_args(Relation) else value


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[int, BeforeValidator(_number)]
Family = Annotated[Relation, BeforeValidator(_family)]


def usable_of(form: type[F]) -> BeforeValidator:
    """For a list of `form`: without the items that do not fit; where none does, its complaint."""

    def keep(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        kept = [item for item in value if _fits(form, item)]
        return kept or value

    return BeforeValidator(keep)


def _fits(form: type[BaseModel], item: Any) -> bool:
    try:
        form.model_validate(item)
    except ValidationError:
        return False
    return True
