"""Who stands at the door: a body becomes a picture, or is refused with a status and a sentence."""

import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

JSON = "application/json"

MEDIA = """\
if media_type != "application/json":
    raise RefusedError(415, f"The media type is {media_type!r}; application/json is needed.")
"""
PARSE = """\
try:
    asked = json.loads(body)
except ValueError as error:
    raise RefusedError(400, f"This is not JSON: {error}") from None
"""
FIELD = """\
if not isinstance(asked, dict) or "image" not in asked:
    raise RefusedError(422, "An object with the field image is needed.")
rows = asked["image"]
"""
ROWS = """\
if not isinstance(rows, list) or len(rows) != 28:
    raise RefusedError(422, "image is a list of 28 rows.")
"""
ROW = """\
    if not isinstance(row, list) or len(row) != 28:
        raise RefusedError(422, f"image[{y}] is a list of 28 numbers.")
"""
NUMBER = """\
        if type(number) not in (int, float) or not 0 <= number <= 255:
            raise RefusedError(422, f"image[{y}][{x}] is no number from 0 to 255.")
"""
LOOPS = f"""\
for y, row in enumerate(rows):
{ROW}    for x, number in enumerate(row):
{NUMBER}"""
END = 'return np.array(rows, dtype="float32")'
RIGHT = MEDIA + PARSE + FIELD + ROWS + LOOPS + END
BY_NUMPY = """\
try:
    picture = np.array(rows).astype("float32")
except (ValueError, TypeError, OverflowError):
    raise RefusedError(422, "image is no table of numbers.") from None
if picture.shape != (28, 28):
    raise RefusedError(422, "image is not 28 by 28.")
for y, x in np.argwhere(~((picture >= 0) & (picture <= 255))):
    raise RefusedError(422, f"image[{y}][{x}] is no number from 0 to 255.")
return picture"""

STATUS = {
    "another media type": 415,
    "JSON that breaks off": 400,
    "an empty body": 400,
    "bytes that are no text": 400,
    "a list instead of an object": 422,
    "null": 422,
    "an object without image": 422,
    "an image that is null": 422,
    "an image that is text": 422,
    "an empty image": 422,
    "27 rows": 422,
    "a flat list of 784": 422,
    "a row of 27": 422,
    "a row that is null": 422,
    "text instead of a number": 422,
    "null instead of a number": 422,
    "a list instead of a number": 422,
    "NaN": 422,
    "256": 422,
    "-1": 422,
    "a number of 400 digits": 422,
    "true instead of a number": 422,
}
"""What is wrong, in the order in which it is judged, and the status that it should get."""
AT_A_PLACE = ("NaN", "256", "-1", "text instead of a number", "true instead of a number")
GOOD = ("whole numbers", "fractions")


class ReadPicture(Exercise):
    id = "10-read-picture"
    title = "Who stands at the door"
    points = 3
    hints = (
        "From the outside inwards, and each step leans on the one before: media type (415), "
        "`json.loads` (400 on `ValueError`), then with `isinstance` and `len`: an object, the "
        "field, 28 rows, 28 numbers in each (422).",
        "`for y, row in enumerate(rows)` and `for x, number in enumerate(row)` tell where you are: "
        'f"image[{y}][{x}] …". Do not leave it to `np.array`: it takes "7" for 7, and `True` for '
        "1.",
        "`type(number) in (int, float)` lets no `bool` in (`isinstance(True, int)` is True!). "
        "`0 <= number <= 255` is False for NaN, so `not 0 <= number <= 255` refuses it.",
    )
    wrong_answers = {
        "media-type-ignored": PARSE + FIELD + ROWS + LOOPS + END,
        "let-in": MEDIA + PARSE + FIELD + END.replace("rows,", "rows or np.zeros((28, 28)),"),
        "crashes": MEDIA + PARSE + 'rows = asked["image"]\n' + ROWS + LOOPS + END,
        "reshaped": MEDIA
        + PARSE
        + FIELD
        + "if not isinstance(rows, list) or np.size(rows) != 784:\n"
        + '    raise RefusedError(422, "image is not 28 by 28.")\n'
        + 'return np.array(rows, dtype="float32").reshape(28, 28)',
        "text-becomes-a-number": MEDIA + PARSE + FIELD + ROWS + BY_NUMPY,
        "true-is-a-number": RIGHT.replace(
            "type(number) not in (int, float)", "not isinstance(number, (int, float))"
        ),
        "nan-let-in": RIGHT.replace("not 0 <= number <= 255", "number < 0 or number > 255"),
        "range-unchecked": RIGHT.replace("not 0 <= number <= 255", "number != number"),
        "all-400": RIGHT.replace("422", "400"),
        "all-422": RIGHT.replace("400", "422"),
        "other-status": RIGHT.replace("422", "500"),
        "only-whole-numbers": RIGHT.replace(
            "type(number) not in (int, float)", "type(number) != int"
        ),
        "only-0-to-1": RIGHT.replace("<= 255", "<= 1"),
        "returned-not-raised": RIGHT.replace("raise RefusedError(422", "return (422"),
        "place-missing": RIGHT.replace("image[{y}][{x}] is", "There is"),
        "no-sentence": RIGHT.replace('"An object with the field image is needed."', '""'),
        "wrong-array": RIGHT.replace(END, 'return np.array(rows, dtype="float32") / 255'),
        "returned-nothing": RIGHT.replace("return ", ""),
        "printed-not-returned": RIGHT.replace(END, "print(rows[0])"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        y, x = (int(place) for place in rng.integers(3, 28, 2))
        whole = rng.integers(2, 256, (28, 28))
        bodies = {
            "whole numbers": json.dumps({"image": whole.tolist()}),
            "fractions": json.dumps({"image": (whole - 0.5).tolist()}),
            **_bad_bodies(whole, y, x),
        }
        return {"bodies": bodies, "picture": whole, "place": [y, x]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"answer": call(answer)}
        return {
            "told": {
                name: _told(answer, body, "text/plain" if name == "another media type" else JSON)
                for name, body in inputs["bodies"].items()
            }
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        told = data["told"]
        whole = inputs["picture"]
        for name, shift in (("whole numbers", 0.0), ("fractions", 0.5)):
            if wrong := _good(name, told[name], whole - shift):
                return wrong
        for name, status in STATUS.items():
            if wrong := _bad(name, status, told[name]):
                return wrong
        for name in AT_A_PLACE:
            found = {int(number) for number in re.findall(r"\d{1,9}", told[name]["sentence"])}
            if not {*inputs["place"]} <= found:
                y, x = inputs["place"]
                return not_yet(
                    "place-missing",
                    f"for {name} in row {y}, column {x}, you say: {told[name]['sentence'][:120]!r}",
                    "among 784 numbers, nobody finds the wrong one by looking.",
                    "name the row and the column: f'image[{y}][{x}] …'.",
                )
        return passed(
            f"{len(GOOD)} good bodies came in, {len(STATUS)} bad ones were refused, each with its "
            "status and a sentence.",
            "400: I cannot read it. 415: I do not read this type. 422: I can read it, and it "
            "makes no sense. 500 never: that would mean, it was my fault.",
        )


def _bad_bodies(whole: NDArray[Any], y: int, x: int) -> dict[str, str]:
    """Bodies by what is wrong with them, as text of one character for each byte."""
    image = whole.tolist()

    def at(value: str) -> str:
        rows = [[*row] for row in image]
        rows[y][x] = 7777
        return json.dumps({"image": rows}).replace("7777", value)

    def row(value: Any) -> str:
        return json.dumps({"image": [*image[:y], value, *image[y + 1 :]]})

    return {
        "another media type": json.dumps({"image": image}),
        "JSON that breaks off": json.dumps({"image": image})[:-9],
        "an empty body": "",
        "bytes that are no text": '{"image": "\xff\xfe"}',
        "a list instead of an object": json.dumps(image),
        "null": "null",
        "an object without image": json.dumps({"picture": image}),
        "an image that is null": '{"image": null}',
        "an image that is text": '{"image": "a seven"}',
        "an empty image": '{"image": []}',
        "27 rows": json.dumps({"image": image[:27]}),
        "a flat list of 784": json.dumps({"image": whole.ravel().tolist()}),
        "a row of 27": row(image[y][:27]),
        "a row that is null": row(None),
        "text instead of a number": at('"7"'),
        "null instead of a number": at("null"),
        "a list instead of a number": at("[7]"),
        "NaN": at("NaN"),
        "256": at("256"),
        "-1": at("-1"),
        "a number of 400 digits": at("1" * 400),
        "true instead of a number": at("true"),
    }


def _told(answer: Any, body: str, media_type: str) -> Data:
    """What the learner's function made of a body."""

    def refused_or_not(content: bytes, kind: str) -> Any:
        try:
            return answer(content, kind)
        except Exception as error:
            status, sentence = getattr(error, "status", None), getattr(error, "sentence", None)
            if status is None or sentence is None:
                raise
            return {"status": status, "sentence": sentence}

    seen = call(refused_or_not, body.encode("latin-1"), media_type)
    value = seen.get("value")
    if isinstance(value, dict) and {"status", "sentence"} <= value.keys():
        return {"status": value["status"], "sentence": str(value["sentence"])[:1000]}
    return {"seen": seen}


def _good(name: str, told: Data, wanted: NDArray[Any]) -> Verdict | None:
    if "status" in told:
        seen = f"a good picture of {name} was refused with {told['status']}: {told['sentence']!r}"
        if name == "fractions":
            return not_yet(
                "only-whole-numbers",
                seen,
                "JSON has one kind of number. A picture that somebody has made smaller has "
                "fractions, and the contract says numbers 0…255.",
                "let `float` in as well as `int`.",
            )
        return not_yet(
            "only-0-to-1",
            seen,
            "pixels come as they are, 0…255. The frozen network scales them itself.",
            "print what your function compares, for the first number.",
        )
    if wrong := trouble(told["seen"]):
        return wrong
    got = told["seen"]["value"]
    if (
        isinstance(got, np.ndarray)
        and got.shape == (28, 28)
        and got.dtype == np.float32
        and (np.allclose(got, wanted))
    ):
        return None
    return not_yet(
        "wrong-array",
        f"for a good picture of {name}, I got {_description(got)}.",
        "what comes out goes straight to the network: float32, (28, 28), the numbers as they came.",
        '`np.array(rows, dtype="float32")`.',
    )


def _bad(name: str, status: int, told: Data) -> Verdict | None:
    if "status" not in told:
        return _not_refused(name, status, told)
    if told["status"] != status:
        return _other_status(name, status, told)
    if len(told["sentence"].strip()) < 8:
        return not_yet(
            "no-sentence",
            f"for {name}, your sentence is {told['sentence']!r}.",
            "whoever reads it cannot see your code. Three words save them an afternoon.",
            "say what was wrong, where, and what would be right.",
        )
    return None


def _other_status(name: str, status: int, told: Data) -> Verdict:
    got, seen = told["status"], f"{name} was refused with {told['status']}; it should be {status}."
    if got == 400 and status == 422:
        return not_yet(
            "all-400",
            seen,
            "400 says, I cannot even read this; 422 says, I have read it and it makes no sense. "
            "One is a bug in how the request was written, the other in what was asked.",
            "what `json.loads` cannot read is a 400. All that comes after it is a 422.",
        )
    if got == 422 and status == 400:
        return not_yet(
            "all-422",
            seen,
            "422 is for a body that could be read. This one could not.",
            "`raise RefusedError(400, …)` in the `except` of `json.loads`.",
        )
    return not_yet(
        "other-status",
        seen,
        "programs look at the number alone: 4xx tells them to change the request, 5xx to try again "
        "later.",
        "compare your numbers with the table.",
    )


def _not_refused(name: str, status: int, told: Data) -> Verdict | None:
    seen = told["seen"]
    if seen["observed"] == "raised":
        return not_yet(
            "crashes",
            f"for {name}, your code stopped at `{seen['code']}` with `{seen['type']}: "
            f"{seen['message'][:80]}`",
            "Flask would answer 500, our fault, and write a page into the log. Whoever wants to "
            "fill your disk has found out how.",
            "ask what it is, with `isinstance` and `len`, before you use it.",
        )
    value = seen.get("value")
    if isinstance(value, list) and status in value:
        return not_yet(
            "returned-not-raised",
            f"for {name}, your function gave back {str(value)[:60]}.",
            "the caller takes what comes back for a picture. An exception cannot be overlooked.",
            f"`raise RefusedError({status}, …)`.",
        )
    if isinstance(value, np.ndarray):
        return _came_in(name, status, value)
    return _trouble(told)


def _came_in(name: str, status: int, value: NDArray[Any]) -> Verdict:
    seen = f"{name} was let in, as {_description(value)}; {status} was wanted."
    if name == "another media type":
        return not_yet(
            "media-type-ignored",
            seen,
            "a browser sends `text/plain` from any page to any address without asking first; for "
            "`application/json` it asks. The type is part of the contract.",
            "look at `media_type` before anything else.",
        )
    if name == "a flat list of 784":
        return not_yet(
            "reshaped",
            seen,
            "784 numbers have many shapes. Whoever sends another one than the contract says has "
            "misread it, and should hear so while it is cheap.",
            "28 rows, `len(row) == 28` in each; no `reshape`.",
        )
    if name == "text instead of a number":
        return not_yet(
            "text-becomes-a-number",
            seen,
            'NumPy is obliging: `"7"` becomes 7, and `" 1e2 "` becomes 100.',
            "look at each number's type before NumPy does.",
        )
    if name == "true instead of a number":
        return not_yet(
            "true-is-a-number",
            seen,
            "in Python, `bool` is a kind of `int`: `isinstance(True, int)` is True.",
            "`type(number) in (int, float)`.",
        )
    if name == "NaN":
        return not_yet(
            "nan-let-in",
            seen,
            "NaN is not smaller than 0 and not larger than 255: every comparison with it is False. "
            "So it slips through, and turns all ten probabilities into NaN.",
            "ask the other way round: `not 0 <= number <= 255`.",
        )
    if name in ("256", "-1", "a number of 400 digits"):
        return not_yet(
            "range-unchecked",
            seen,
            "the network was trained on 0…255. It answers 10,000 just as calmly, with nonsense.",
            "refuse what is below 0 or above 255.",
        )
    return not_yet(
        "let-in",
        seen,
        "the network will answer anything of the right shape, and it will sound sure.",
        "from the outside inwards: an object, the field, a list of 28, each a list of 28.",
    )


def _trouble(told: Data) -> Verdict | None:
    if wrong := trouble(told["seen"]):
        return wrong
    return not_yet(
        "wrong-array",
        f"I got {_description(told['seen'].get('value'))}.",
        "either a picture comes out, or `RefusedError` is raised.",
        '`return np.array(rows, dtype="float32")` at the end.',
    )


def _description(value: Any) -> str:
    if isinstance(value, np.ndarray):
        most = f", up to {value.max():g}" if value.size and value.dtype.kind in "iuf" else ""
        return f"an array of shape `{value.shape}` and dtype `{value.dtype}`{most}"
    return f"a `{type(value).__name__}`"
