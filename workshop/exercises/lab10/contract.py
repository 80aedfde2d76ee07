"""The contract as data: a JSON Schema that lets good requests in and no others."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab10.schema_words import fault_with_words, not_json
from workshop.exercises.lab10.schemas import (
    limits_beside_items,
    mentions,
    no_json,
    valid,
)
from workshop.exercises.observe import observe_value
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

RIGHT = """\
number = {"type": "number", "minimum": 0, "maximum": 255}
row = {"type": "array", "items": number, "minItems": 28, "maxItems": 28}
picture = {"type": "array", "items": row, "minItems": 28, "maxItems": 28}
request_schema = {
    "type": "object",
    "properties": {"image": picture},
    "required": ["image"],
    "additionalProperties": False,
}"""


class RequestSchema(Exercise):
    id = "10-request-schema"
    title = "The contract as data"
    points = 2
    hints = (
        "From the inside outwards, as in the example: `number`, then `row` with "
        '`"items": number`, then `picture` with `"items": row`, then the object.',
        'Exactly 28 is both: `"minItems": 28, "maxItems": 28`. Numbers 0…255: `"minimum"` and '
        '`"maximum"`, inside of `number`.',
        'The object: `"properties": {"image": picture}`, `"required": ["image"]`, and '
        '`"additionalProperties": False`, so that a misspelt field is not ignored.',
    )
    wrong_answers = {
        "not-a-schema": "request_schema = 'a picture of 28 by 28'",
        "word-ignored": RIGHT.replace("minimum", "min"),
        "not-json": RIGHT.replace('"array"', "list"),
        "no-type": RIGHT.replace('"array"', '"list"'),
        "rule-among-fields": RIGHT.replace(
            'picture},\n    "required"', 'picture, "required"'
        ).replace('["image"],', '["image"]},'),
        "no-schema-inside": RIGHT.replace('"items": number', '"items": "number"'),
        "place-of-limits": RIGHT.replace(', "minimum": 0, "maximum": 255', "").replace(
            '"items": number,', '"items": number, "minimum": 0, "maximum": 255,'
        ),
        "not-required": RIGHT.replace('    "required": ["image"],\n', ""),
        "other-fields-pass": RIGHT.replace('    "additionalProperties": False,\n', ""),
        "any-object": RIGHT.replace('    "type": "object",\n', ""),
        "any-value": RIGHT.replace('"type": "array", "items": row, ', '"items": row, '),
        "limits-missing": RIGHT.replace(', "minimum": 0, "maximum": 255', ""),
        "limits-too-wide": RIGHT.replace('"minimum": 0, ', ""),
        "size-open": RIGHT.replace(', "maxItems": 28', ""),
        "length-of-text": RIGHT.replace("Items", "Length"),
        "bare-picture": RIGHT + "\nrequest_schema = picture",
        "only-whole-numbers": RIGHT.replace('"number"', '"integer"'),
        "good-refused": RIGHT.replace("255", "1"),
        "flat": RIGHT.replace('"items": row, "minItems": 28, "maxItems": 28', '"items": number'),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        y, x = (int(place) for place in rng.integers(1, 28, 2))
        return {"image": rng.integers(0, 256, (28, 28)).tolist(), "place": [y, x]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if isinstance(answer, dict) and (found := no_json(answer)):
            return {"no_json": list(found)}
        return {"schema": observe_value(answer)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if found := data.get("no_json"):
            return not_json(*found)
        schema = data["schema"]
        if not isinstance(schema, dict) or not schema:
            empty = " with nothing in it" if isinstance(schema, dict) else ""
            return not_yet(
                "not-a-schema",
                f"I got a `{type(schema).__name__}`{empty}.",
                "a schema is a dictionary of rules, so that programs can read them.",
                '`{"type": "object", …}`.',
            )
        if wrong := fault_with_words(schema):
            return wrong
        image, (y, x) = inputs["image"], inputs["place"]
        return self._lets_in(schema, image) or self._keeps_out(schema, image, y, x)

    def _lets_in(self, schema: Data, image: Any) -> Verdict | None:
        if not valid(schema, {"image": image}):
            fault = "a good picture of whole numbers is refused."
            if valid(schema, {"image": np.ravel(image).tolist()}):
                return not_yet(
                    "flat",
                    f"{fault} A flat list of 784 numbers is let in.",
                    "a picture is a list of rows, and a row is a list of numbers: two levels.",
                    "describe `row` by itself first, and use it as the items of `picture`.",
                )
            if valid(schema, image):
                return not_yet(
                    "bare-picture",
                    f"{fault} The rows alone, without the object around them, are let in.",
                    "a request is an object with the field `image`. In it lies the picture.",
                    '`request_schema = {"type": "object", "properties": {"image": picture}, …}`.',
                )
            return not_yet(
                "good-refused",
                fault,
                "a contract that refuses what the service reads keeps customers out.",
                "check the numbers: 28 and 28, 0 and 255.",
            )
        halves = [[number / 2 + 0.25 for number in row] for row in image]
        if not valid(schema, {"image": halves}):
            return not_yet(
                "only-whole-numbers",
                "a good picture with fractions, such as 12.75, is refused.",
                '`"integer"` means whole numbers. Your door lets fractions in, so the contract '
                "must, too.",
                '`"type": "number"`.',
            )
        return None

    def _keeps_out(self, schema: Data, image: Any, y: int, x: int) -> Verdict:
        def at(value: Any) -> Data:
            rows = [[*row] for row in image]
            rows[y][x] = value
            return {"image": rows}

        def row(value: Any) -> Data:
            return {"image": [*image[:y], value, *image[y + 1 :]]}

        for other in ("seven", None, 7, [1]):
            if valid(schema, other):
                return not_yet(
                    "any-object",
                    f"the body `{other}` is let in.",
                    "`properties` and `required` speak of objects only. What is no object, they "
                    "let pass.",
                    '`"type": "object"`.',
                )
        if valid(schema, {}):
            return not_yet(
                "not-required",
                "an object without `image` is let in.",
                "`properties` says what a field looks like if it is there. It demands nothing.",
                '`"required": ["image"]`.',
            )
        if valid(schema, {"image": image, "imgae": 1}):
            return not_yet(
                "other-fields-pass",
                "an object with another field, `imgae`, is let in.",
                "whoever misspells an optional field never hears of it: the service takes the "
                "default and says nothing.",
                '`"additionalProperties": False`.',
            )
        for body in ({"image": "seven"}, {"image": None}, row("seven"), row(None), at("7"), at([])):
            if valid(schema, body):
                return not_yet(
                    "any-value",
                    "text or `null` is let in, where a list or a number should be.",
                    "`items`, `minItems` and `minimum` each speak of one kind of value, and let "
                    "the others pass.",
                    'each of the three levels needs its `"type"`.',
                )
        return self._limits(schema, image, at(256), at(-1), row(image[y][:27]), row([*image[y], 1]))

    def _limits(self, schema: Data, image: Any, *bodies: Any) -> Verdict:
        high, low, short, long = bodies
        outside = [name for name, body in (("256", high), ("−1", low)) if valid(schema, body)]
        if outside:
            return self._range(schema, outside)
        longer = {"image": [*image, image[0]]}
        if mentions(schema, "minLength") or mentions(schema, "maxLength"):
            return not_yet(
                "length-of-text",
                "27 or 29 rows, or numbers in a row, are let in.",
                "`minLength` and `maxLength` speak of text, as in the example with the letters. A "
                "list is no text, so they say nothing about it.",
                "`minItems` and `maxItems`.",
            )
        if any(valid(schema, body) for body in (short, long, longer, {"image": image[:27]})):
            return not_yet(
                "size-open",
                "27 or 29 rows, or numbers in a row, are let in.",
                "`minItems` alone is a floor without a ceiling, and the other way round.",
                "both, for `row` and for `picture`.",
            )
        return passed(
            "good pictures are let in, and eighteen kinds of bad ones are not.",
            "this is data, not code: programs can check with it, write clients and documents from "
            "it, and invent requests that are almost right. That is next.",
        )

    def _range(self, schema: Data, outside: list[str]) -> Verdict:
        seen = f"{' and '.join(outside)} {'are' if len(outside) > 1 else 'is'} let in."
        if limits_beside_items(schema):
            return not_yet(
                "place-of-limits",
                seen,
                "`minimum` and `maximum` stand beside `items` here. That is the schema of a list. "
                "A list is no number, so they say nothing about it.",
                "move them into `number`.",
            )
        if mentions(schema, "minimum") or mentions(schema, "maximum"):
            return not_yet(
                "limits-too-wide",
                seen,
                "both ends belong to the contract, 0 and 255.",
                '`"minimum": 0, "maximum": 255`.',
            )
        return not_yet(
            "limits-missing",
            seen,
            "your door refuses it. What the contract does not say, clients find out by accident.",
            '`"minimum": 0, "maximum": 255` in `number`.',
        )
