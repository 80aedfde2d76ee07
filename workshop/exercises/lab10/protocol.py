"""The second door: a request of the Open Inference Protocol becomes an array, and back."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data, to_plain
from workshop.verdict import Verdict, not_yet, passed

FROM = """\
def from_v2(asked):
    tensor = asked["inputs"][0]
    return np.array(tensor["data"], dtype="float32").reshape(tensor["shape"])
"""
TO = """\
def to_v2(probabilities, name, version):
    tensor = {
        "name": "probabilities",
        "datatype": "FP32",
        "shape": list(probabilities.shape),
        "data": probabilities.ravel().tolist(),
    }
    return {"model_name": name, "model_version": version, "outputs": [tensor]}
"""
RIGHT = FROM + "\n" + TO


class SecondDoor(Exercise):
    id = "10-second-door"
    title = "A second door"
    points = 2
    hints = (
        '`asked["inputs"][0]` is the tensor. Its numbers lie in `data`, in a row; its `shape` says '
        "how to fold them.",
        '`np.array(tensor["data"], dtype="float32").reshape(tensor["shape"])`. On the way back: '
        "`list(probabilities.shape)` and `probabilities.ravel().tolist()`.",
        'A tensor has `name`, `datatype`, `shape` and `data`. Around it: `return {"model_name": '
        'name, "model_version": version, "outputs": [tensor]}`.',
    )
    wrong_answers = {
        "one-picture-only": FROM.replace('tensor["shape"]', "1, 28, 28") + TO,
        "columns-first": FROM.replace('tensor["shape"])', 'tensor["shape"], order="F")') + TO,
        "not-folded": FROM.replace('.reshape(tensor["shape"])', "") + TO,
        "nested-refused": FROM.replace(
            'return np.array(tensor["data"], dtype="float32")',
            'numbers = [float(number) for number in tensor["data"]]\n'
            '    return np.array(numbers, dtype="float32")',
        )
        + TO,
        "not-float32": FROM.replace(', dtype="float32"', "") + TO,
        "scaled-twice": FROM.replace('tensor["shape"])', 'tensor["shape"]) / 255') + TO,
        "not-json": FROM + TO.replace(".tolist()", ""),
        "outputs-no-list": FROM + TO.replace("[tensor]", "tensor"),
        "missing-field": FROM + TO.replace('        "datatype": "FP32",\n', ""),
        "shape-and-data-differ": FROM + TO.replace("list(probabilities.shape)", "[10]"),
        "other-value": FROM + TO.replace("probabilities.ravel()", "(1 - probabilities).ravel()"),
        "name-or-version": FROM + TO.replace('"model_name": name', '"model_name": version'),
        "raised": FROM.replace('"inputs"', '"input"') + TO,
        "returned-nothing": FROM.replace("return ", "") + TO,
    }
    wrong_checks = {"not-two-functions": "from_v2"}

    def inputs(self, rng: np.random.Generator) -> Data:
        rows = rng.dirichlet(np.ones(10), 3).astype("float32")
        return {
            "one": rng.integers(0, 256, (1, 28, 28)),
            "three": rng.integers(0, 256, (3, 28, 28)),
            "nested": rng.integers(0, 256, (2, 28, 28)),
            "probabilities": rows,
            "version": f"v{rng.integers(100, 1000)}",
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return {"pair": type(answer).__name__, "back": None}
        arrays = {
            name: {"seen": call(answer[0], _request(inputs[name], flat=name != "nested"))}
            for name in ("one", "three", "nested")
        }
        back = call(_as_json(answer[1]), inputs["probabilities"], "digit-reader", inputs["version"])
        return {"arrays": arrays, "back": {"seen": back}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if data["back"] is None:
            return _no_pair(data["pair"])
        for name in ("one", "three", "nested"):
            if wrong := self._array(name, inputs[name], data["arrays"][name]["seen"]):
                return wrong
        return self._answer(inputs, data["back"]["seen"])

    def _array(self, name: str, wanted: NDArray[Any], seen: Data) -> Verdict | None:
        if name == "three" and seen["observed"] == "raised":
            return not_yet(
                "one-picture-only",
                f"three pictures in one request stopped your code: `{seen['type']}: "
                f"{seen['message'][:80]}`",
                "a tensor says its own shape, and the first number in it is how many pictures "
                "there are.",
                '`.reshape(tensor["shape"])`.',
            )
        if name == "nested" and seen["observed"] == "raised":
            return not_yet(
                "nested-refused",
                f"nested data stopped your code: `{seen['type']}: {seen['message'][:80]}`",
                "the protocol allows both, all numbers in a row, or lists in lists.",
                "`np.array` reads both, and `reshape` makes both the same.",
            )
        if wrong := trouble(seen):
            return wrong
        got = seen["value"]
        if not isinstance(got, np.ndarray) or got.shape != wanted.shape:
            shape = f"shape `{got.shape}`" if isinstance(got, np.ndarray) else seen["type"]
            return not_yet(
                "not-folded",
                f"I got {shape}; it should be an array of shape `{wanted.shape}`.",
                "a flat list does not know that it is a picture. The shape travels beside it.",
                '`.reshape(tensor["shape"])`.',
            )
        if got.dtype != np.float32:
            return not_yet(
                "not-float32",
                f"the dtype is `{got.dtype}`.",
                "the network takes float32 and converts nothing.",
                '`dtype="float32"`.',
            )
        if np.array_equal(got, wanted):
            return None
        if np.allclose(got * 255, wanted):
            return not_yet(
                "scaled-twice",
                f"your numbers go up to {got.max():g}; those sent go up to {wanted.max()}.",
                "the frozen network divides by 255 itself.",
                "give it the numbers as they came.",
            )
        return not_yet(
            "columns-first",
            f"the shape is right; the number in row 0, column 1 is {got[0, 0, 1]:g}, and "
            f"{wanted[0, 0, 1]} was sent.",
            "the protocol counts row by row: the last axis runs fastest. So does NumPy by itself.",
            "`reshape` without `order`, and no `transpose`.",
        )

    def _answer(self, inputs: Data, seen: Data) -> Verdict:
        if wrong := trouble(seen):
            return wrong
        rows, answer = inputs["probabilities"], seen["value"]
        if not isinstance(answer, dict) or "unwritable" in answer:
            return not_yet(
                "not-json",
                f"what `to_v2` gives cannot be written as a JSON object: {str(answer)[:100]}",
                "an array, or a NumPy number, has no JSON form.",
                "`.tolist()` for the data, `list(…)` for the shape.",
            )
        outputs = answer.get("outputs")
        if not isinstance(outputs, list) or len(outputs) != 1 or not isinstance(outputs[0], dict):
            return not_yet(
                "outputs-no-list",
                f"`outputs` is {str(outputs)[:60]}.",
                "a model may have several outputs, so there is a list of tensors, even of one.",
                '`"outputs": [tensor]`.',
            )
        return self._tensor(inputs, answer, outputs[0], rows)

    def _tensor(self, inputs: Data, answer: Data, tensor: Data, rows: NDArray[Any]) -> Verdict:
        missing = [name for name in ("model_name", "model_version") if name not in answer]
        missing += [name for name in ("name", "datatype", "shape", "data") if name not in tensor]
        if missing or tensor["datatype"] != "FP32" or tensor["name"] != "probabilities":
            what = f"missing: {', '.join(missing)}" if missing else "`name` or `datatype` differ"
            return not_yet(
                "missing-field",
                f"compare with the example: {what}.",
                "a client that speaks the protocol knows nothing else about you.",
                '`name` is "probabilities", `datatype` is "FP32".',
            )
        named = answer["model_name"], answer["model_version"]
        if named != ("digit-reader", inputs["version"]):
            return not_yet(
                "name-or-version",
                f"name and version are {named}; the function was given 'digit-reader' and "
                f"{inputs['version']!r}.",
                "they say who has answered.",
                "use both arguments, each in its place.",
            )
        flat = np.ravel(_numbers(tensor["data"]))
        if tensor["shape"] != list(rows.shape) or flat.size != rows.size:
            return not_yet(
                "shape-and-data-differ",
                f"the shape says {str(tensor['shape'])[:40]}, the data hold {flat.size} numbers; "
                f"there were {rows.shape[0]} rows of 10.",
                "whoever reads it folds the data by the shape.",
                "`list(probabilities.shape)`, `probabilities.ravel().tolist()`.",
            )
        same = np.isclose(flat, rows.ravel(), atol=1e-5)
        place = int(same.argmin())
        if not same.all():
            return not_yet(
                "other-value",
                f"number {place} of the data is {flat[place]:.3f}; it should be "
                f"{rows.ravel()[place]:.3f}.",
                "row by row, as they are.",
                "`probabilities.ravel().tolist()`.",
            )
        return passed(
            "one picture, three, and nested ones; three rows of probabilities went back.",
            "a client written for KServe, Triton or any other server of this protocol can now ask "
            "yours, and need not learn anything new.",
        )


def _no_pair(kind: str) -> Verdict:
    return not_yet(
        "not-two-functions",
        f"I was given a `{kind}`; a list of two functions is needed.",
        "one turns a request into pictures, the other probabilities into an answer.",
        "`ex.second_door.check([from_v2, to_v2])`.",
    )


def _request(images: NDArray[Any], flat: bool) -> Data:
    data = images.ravel().tolist() if flat else images.tolist()
    tensor = {"name": "images", "shape": list(images.shape), "datatype": "UINT8", "data": data}
    return {"id": "42", "inputs": [tensor]}


def _as_json(answer: Any) -> Any:
    """The learner's function, with what JSON makes of its result; no function stays what it is."""
    if not callable(answer) or isinstance(answer, type):
        return answer

    def written(*arguments: Any) -> Any:
        value = answer(*arguments)
        if value is None:
            return None
        try:
            return to_plain(json.loads(json.dumps(value)))
        except (TypeError, ValueError) as error:
            return {"unwritable": str(error)[:100]}

    return written


def _numbers(data: Any) -> NDArray[Any]:
    try:
        return np.asarray(data, dtype=float)
    except (TypeError, ValueError):
        return np.zeros(0)
