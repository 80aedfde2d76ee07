"""A small reader of JSON Schema: which values obey a schema, and which words it has."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from workshop.exercises.plain import Data

KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": (int, float),
    "boolean": bool,
    "null": type(None),
}
NOTES = ("title", "description", "examples", "default", "$schema", "$id", "$comment", "format")
RULES = {
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "const",
    "minProperties", "maxProperties", "minLength", "maxLength",
}  # fmt: skip
"""What the check of this lab understands; the real language has more."""
DEEPEST = 12


def valid(schema: Any, value: Any, depth: int = 0) -> bool:
    """Whether a value obeys a schema of the words in `RULES`.

    As in JSON Schema 2020-12: a rule about one kind of value lets every other kind pass.
    """
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, dict) or depth > DEEPEST:
        return True
    return (
        _kind(schema, value)
        and _one_of(schema, value)
        and _number(schema, value)
        and _array(schema, value, depth)
        and _object(schema, value, depth)
    )


def _kind(schema: Data, value: Any) -> bool:
    if "type" not in schema:
        return True
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(_is(value, name) for name in names if isinstance(name, str))


def _is(value: Any, name: str) -> bool:
    if name not in KINDS or (isinstance(value, bool) and name != "boolean"):
        return False
    whole = name != "integer" or (isinstance(value, int | float) and value == math.floor(value))
    return isinstance(value, KINDS[name]) and whole


def _one_of(schema: Data, value: Any) -> bool:
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return not isinstance(allowed, list) or value in allowed


def _number(schema: Data, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    least, most = _limit(schema, "minimum", -math.inf), _limit(schema, "maximum", math.inf)
    above, below = (
        _limit(schema, "exclusiveMinimum", -math.inf),
        _limit(schema, "exclusiveMaximum", math.inf),
    )
    return least <= value <= most and above < value < below


def _array(schema: Data, value: Any, depth: int) -> bool:
    if not isinstance(value, list):
        return True
    if not _limit(schema, "minItems", 0) <= len(value) <= _limit(schema, "maxItems", math.inf):
        return False
    return "items" not in schema or all(valid(schema["items"], item, depth + 1) for item in value)


def _object(schema: Data, value: Any, depth: int) -> bool:
    if not isinstance(value, dict):
        return True
    count = len(value)
    fewest, most = _limit(schema, "minProperties", 0), _limit(schema, "maxProperties", math.inf)
    required = schema.get("required", [])
    known = schema.get("properties", {})
    if not fewest <= count <= most or not isinstance(known, dict):
        return False
    if isinstance(required, list) and any(name not in value for name in required):
        return False
    others = schema.get("additionalProperties", True)
    return all(valid(known.get(name, others), item, depth + 1) for name, item in value.items())


def _limit(schema: Data, word: str, otherwise: float) -> float:
    value = schema.get(word, otherwise)
    return value if isinstance(value, int | float) else otherwise


def no_json(schema: Any, place: str = "") -> tuple[str, str] | None:
    """The first thing in a learner's schema that JSON cannot write, after the word before it."""
    if isinstance(schema, Mapping):
        inner = [(str(word), value) for word, value in schema.items()]
    elif isinstance(schema, list | tuple):
        inner = [(place, value) for value in schema]
    else:
        known = schema is None or isinstance(schema, bool | int | float | str)
        return None if known else (place, getattr(schema, "__name__", repr(schema)))
    return next((found for word, value in inner if (found := no_json(value, word))), None)


def unknown_word(schema: Any) -> str:
    """The first word in a schema, or in one inside of it, that is none; "" if there is none."""
    words = (word for part in _parts(schema) for word in part)
    return next((str(word) for word in words if word not in RULES and word not in NOTES), "")


def unknown_type(schema: Any) -> str:
    """The first `type` in a schema, or in one inside of it, that is none; "" if there is none."""
    given = [part["type"] for part in _parts(schema) if "type" in part]
    names = [name for one in given for name in (one if isinstance(one, list) else [one])]
    known = [isinstance(name, str) and name in KINDS for name in names]
    return next((str(name) for name, right in zip(names, known, strict=True) if not right), "")


def no_schema(schema: Any) -> tuple[str, str] | None:
    """The first place where a schema should stand and does not, and what stands there."""
    for part in _parts(schema):
        for place, inner in _inside(part):
            if not isinstance(inner, dict | bool):
                return place, repr(inner)
    return None


def rule_among_fields(schema: Any) -> str:
    """The first rule about an object that stands among its fields; "" if there is none."""
    misplaced = ("required", "additionalProperties")
    known = [part.get("properties") for part in _parts(schema)]
    fields = (name for one in known if isinstance(one, dict) for name in one)
    return next((name for name in fields if name in misplaced), "")


def limits_beside_items(schema: Any) -> bool:
    """Whether a limit for numbers stands in the schema of a list, where it says nothing."""
    return any("items" in part and {"minimum", "maximum"} & part.keys() for part in _parts(schema))


def mentions(schema: Any, word: str) -> bool:
    """Whether a word stands anywhere in a schema."""
    return any(word in part for part in _parts(schema))


def _parts(schema: Any, depth: int = 0) -> Iterator[Data]:
    """A schema, and all those inside of it, from the outside inwards."""
    if isinstance(schema, dict) and depth <= DEEPEST:
        yield schema
        for _, inner in _inside(schema):
            yield from _parts(inner, depth + 1)


def _inside(schema: Data) -> list[tuple[str, Any]]:
    """What stands in the place of a schema within this one, after the word or field before it."""
    known = schema.get("properties")
    fields = list(known.items()) if isinstance(known, dict) else []
    return fields + [(w, schema[w]) for w in ("items", "additionalProperties") if w in schema]
