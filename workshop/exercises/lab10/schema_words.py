"""What is said about the words of a schema, before any request is tried on it."""

from workshop.exercises.lab10.schemas import (
    no_schema,
    rule_among_fields,
    unknown_type,
    unknown_word,
)
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet


def fault_with_words(schema: Data) -> Verdict | None:
    """The verdict on a word that is none, or that stands in the wrong place; else None."""
    if strange := unknown_word(schema):
        return not_yet(
            "word-ignored",
            f"`{strange[:40]}` is no word of JSON Schema that this lab knows.",
            "no program complains about it: unknown words are ignored. So a slip of the pen "
            "takes a rule away, and everything still looks fine.",
            "compare with the table, capital letters too.",
        )
    if strange := unknown_type(schema):
        return not_yet(
            "no-type",
            f"`{strange[:40]}` is no type of JSON Schema.",
            "it has names of its own, not Python's: a list is an `array`, a dictionary an "
            "`object`, and `number` is any number.",
            "compare with the first line of the table.",
        )
    if strange := rule_among_fields(schema):
        return not_yet(
            "rule-among-fields",
            f"`{strange}` stands inside of `properties`.",
            "everything in there is taken for a field of the request. So this asks for nothing "
            f"but a field of the name `{strange}`.",
            f"`{strange}` stands beside `properties`, one brace further out.",
        )
    if place := no_schema(schema):
        return not_yet(
            "no-schema-inside",
            f"beside `{place[0][:40]}`, I found `{place[1][:40]}`.",
            "a schema belongs there: a dictionary, or `False` for nothing at all. Anything "
            "else says nothing about the value.",
            'without quotation marks and without brackets: `"items": number`, '
            '`"additionalProperties": False`.',
        )
    return None


def not_json(place: str, thing: str) -> Verdict:
    """The verdict on a thing of Python's in a schema, after the word before it."""
    return not_yet(
        "not-json",
        f"beside `{place[:40]}`, I found `{thing[:60]}`; JSON has no such thing.",
        "a schema travels as JSON, to programs in any language. What belongs to Python alone, such "
        "as the type `list` or a set in braces, cannot come along.",
        'a type is a word in quotation marks: `"array"` for a list, `"object"` for a dictionary. '
        'Several words stand in a list: `["image"]`.',
    )
