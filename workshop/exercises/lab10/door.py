"""Who stands at the door: a body becomes a picture, or is refused with a status and a sentence."""

import re
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab10.bodies import AT_A_PLACE, STATUS, bodies, good_pictures
from workshop.exercises.lab10.good_bodies import fault_with_good
from workshop.exercises.lab10.refusals import fault_with_bad
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


class ReadPicture(Exercise):
    id = "10-read-picture"
    title = "Who stands at the door"
    points = 3
    hints = (
        "From the outside inwards, and each step leans on the one before: media type (415 "
        "unless it is `application/json`), `json.loads` (400 on `ValueError`), then with "
        "`isinstance` and `len`: an object, the field, 28 rows, 28 numbers in each (422).",
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
        "status-no-number": RIGHT.replace("(415, f", "(f").replace(
            'needed.")\n', 'needed.", 415)\n', 1
        ),
        "other-status": RIGHT.replace("422", "500"),
        "only-whole-numbers": RIGHT.replace(
            "type(number) not in (int, float)", "type(number) != int"
        ),
        "only-0-to-1": RIGHT.replace("<= 255", "<= 1"),
        "zero-refused": RIGHT.replace("not 0 <= number", "not 0 < number"),
        "json-refused": RIGHT.replace('!= "application/json"', '!= "json"'),
        "readable-refused": MEDIA
        + 'if not isinstance(body, str):\n    raise RefusedError(400, "The body is no text.")\n'
        + RIGHT,
        "good-refused": RIGHT.replace("len(rows) != 28", "len(rows) != 784"),
        "error-not-caught": MEDIA + "asked = json.loads(body)\n" + FIELD + ROWS + LOOPS + END,
        "too-large-for-a-float": RIGHT.replace("<= number <=", "<= float(number) <="),
        "returned-not-raised": RIGHT.replace("raise RefusedError(422", "return (422"),
        "place-swapped": RIGHT.replace("[{y}][{x}]", "[{x}][{y}]"),
        "place-missing": RIGHT.replace("image[{y}][{x}] is", "There is"),
        "no-sentence": RIGHT.replace('"An object with the field image is needed."', '""'),
        "wrong-array": RIGHT.replace(END, 'return np.array(rows, dtype="float32") / 255'),
        "returned-nothing": RIGHT.replace("return ", ""),
        "printed-not-returned": RIGHT.replace(END, "print(rows[0])"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        y, x = (int(place) for place in rng.choice(np.arange(3, 28), 2, replace=False))
        whole = rng.integers(2, 256, (28, 28))
        whole[0, :2] = 0, 255  # both ends come in; what is wrong lies further down
        return {"bodies": bodies(whole, y, x), "picture": whole, "place": [y, x]}

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
        good = good_pictures(inputs["picture"])
        for name, picture in good.items():
            if wrong := fault_with_good(name, told, picture):
                return wrong
        for name, status in STATUS.items():
            if wrong := fault_with_bad(name, status, told):
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
            y, x = inputs["place"]
            if f"[{x}][{y}]" in told[name]["sentence"]:
                return not_yet(
                    "place-swapped",
                    f"for {name} in row {y}, column {x}, you say: {told[name]['sentence'][:120]!r}",
                    "in a list of rows, the row comes first: `image[3]` is a row. Whoever looks at "
                    "your place finds a number that is right.",
                    "f'image[{y}][{x}] …', with `y` from the outer loop.",
                )
        return passed(
            f"{len(good)} good bodies came in, {len(STATUS)} bad ones were refused, each with its "
            "status and a sentence.",
            "400: I cannot read it. 415: I do not read this type. 422: I can read it, and it "
            "makes no sense. 500 never: that says, my fault.",
        )


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
