"""A small valid value for a JSON schema, as pydantic writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

PROSE = "a short answer"
DEEP = 6  # from here on only what is required: recursive schemas end

Schema = Mapping[str, Any]


def instance(schema: Schema) -> Any:
    """The same value for the same schema.

    Knows type, enum, const, $ref (within the schema), anyOf, oneOf, allOf, properties, items,
    prefixItems, and limits of numbers, lengths and counts; not pattern, format or multipleOf.
    """
    return _value(schema, schema, 0)


def _value(schema: Schema, root: Schema, depth: int) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "$ref" in schema:
        return _value(_target(schema["$ref"], root), root, depth + 1)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _value(_chosen(schema[choice], depth), root, depth + 1)
    match _type(schema):
        case "object":
            return _object(schema, root, depth)
        case "array":
            return _array(schema, root, depth)
        case "string":
            return _string(schema)
        case "integer":
            return _number(schema, 1)
        case "number":
            return float(_number(schema, 0.5))
        case "boolean":
            return True
    return None


def _type(schema: Schema) -> str:
    named = schema.get("type", "object" if "properties" in schema else "null")
    return named if isinstance(named, str) else named[0]


def _target(ref: str, root: Schema) -> Schema:
    found: Any = root
    for step in ref.removeprefix("#").strip("/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")] if step else found
    return found  # type: ignore[no-any-return]


def _chosen(choices: list[Schema], depth: int) -> Schema:
    nulls = [choice for choice in choices if choice.get("type") == "null"]
    return nulls[0] if nulls and depth > DEEP else choices[0]


def _object(schema: Schema, root: Schema, depth: int) -> dict[str, Any]:
    properties: Schema = schema.get("properties", {})
    required = schema.get("required", [])
    wanted = properties if depth <= DEEP else [name for name in properties if name in required]
    return {name: _value(properties[name], root, depth + 1) for name in wanted}


def _array(schema: Schema, root: Schema, depth: int) -> list[Any]:
    heads = schema.get("prefixItems", [])
    count = max(schema.get("minItems", 0), 1 if depth <= DEEP else 0)
    count = min(count, schema.get("maxItems", count))
    items = [*heads, *[schema.get("items", {})] * (count - len(heads))]
    return [_value(item, root, depth + 1) for item in items]


def _string(schema: Schema) -> str:
    text = PROSE[: schema.get("maxLength", len(PROSE))]
    return text.ljust(schema.get("minLength", 0), ".")


def _number(schema: Schema, step: float) -> float:
    """The lowest one allowed, else the highest, else 0."""
    low: float = schema.get("minimum", -math.inf)
    high: float = schema.get("maximum", math.inf)
    low = max(low, schema.get("exclusiveMinimum", -math.inf) + step)
    high = min(high, schema.get("exclusiveMaximum", math.inf) - step)
    return low if math.isfinite(low) else min(0, high)
