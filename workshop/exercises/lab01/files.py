"""Bytes become arrays: the idx format."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "axes = data[3]\nstart = 4 + 4 * axes\n"
BIG = 'shape = np.frombuffer(data[4:start], dtype=">u4")\n'


class ParseIdx(Exercise):
    id = "01-parse-idx"
    title = "Bytes become an array"
    points = 2
    hints = (
        "Work through the header from left to right. `data[3]` is the number of axes. Each axis "
        "has a length of four bytes, so where do the pixels start?",
        'The pixels start at `4 + 4 * data[3]`. `np.frombuffer(…, dtype=">u4")` reads all '
        "lengths at once: `>` means most important byte first, `u4` an unsigned number of "
        "four bytes.",
        'Then `np.frombuffer(data[start:], dtype="uint8").reshape(shape)`.',
    )
    wrong_answers = {
        "little-endian": START
        + 'shape = np.frombuffer(data[4:start], dtype="<u4")\n'
        + 'return np.frombuffer(data[start:], dtype="uint8").reshape(shape)',
        "header-not-skipped": START
        + BIG
        + 'return np.frombuffer(data, dtype="uint8").reshape(shape)',
        "header-as-pixels": START
        + BIG
        + 'return np.frombuffer(data, dtype="uint8", count=shape.prod()).reshape(shape)',
        "pictures-only": 'shape = np.frombuffer(data[4:16], dtype=">u4")\n'
        'return np.frombuffer(data[16:], dtype="uint8").reshape(shape)',
        "header-of-sixteen": START
        + 'values = np.frombuffer(data[16:], dtype="uint8")\n'
        + "return values.reshape(np.frombuffer(data[4:start], '>u4')) if axes > 1 else values",
        "fixed-size": 'return np.frombuffer(data[16:], dtype="uint8").reshape(-1, 28, 28)',
        "signed": START + BIG + 'return np.frombuffer(data[start:], dtype="int8").reshape(shape)',
        "flat": 'return np.frombuffer(data[4 + 4 * data[3]:], dtype="uint8")',
        "wrong-order": START
        + BIG
        + 'return np.frombuffer(data[start:], dtype="uint8").reshape(shape, order="F")',
        "wrong-dtype": START
        + BIG
        + 'return np.frombuffer(data[start:], dtype="uint8").reshape(shape).astype("int64")',
        "other-values": START
        + BIG
        + 'return 255 - np.frombuffer(data[start:], dtype="uint8").reshape(shape)',
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        count, rows, columns = rng.permutation([5, 6, 7, 8, 9])[:3]
        pictures = rng.integers(0, 256, (count, rows, columns)).astype("uint8")
        labels = rng.integers(0, 10, rng.integers(30, 60)).astype("uint8")
        return {"picture": _file_of(pictures), "label": _file_of(labels)}

    def probe(self, inputs: Data, answer: Any) -> Data:
        # Nested, so that the judge sees an error too: its message tells which number was misread.
        return {name: {"seen": call(answer, file.tobytes())} for name, file in inputs.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, file in inputs.items():
            seen = data[name]["seen"]
            if seen["observed"] == "raised" and (wrong := self._raised(name, file, seen)):
                return wrong
            if wrong := trouble(seen) or self._value(name, file, seen["value"]):
                return wrong
        return passed(
            "pictures and labels came out of their bytes, each in its own shape.",
            "a file is bytes plus an agreement on what they mean. Most broken data sets "
            "are a broken agreement: wrong order, wrong type, wrong start.",
        )

    def _raised(self, name: str, file: NDArray[Any], seen: Data) -> Verdict | None:
        """Errors that give the misconception away by the numbers in their message."""
        shape, message = _content(file).shape, seen["message"]
        swapped = [int.from_bytes(n.to_bytes(4, "big"), "little") for n in shape]
        if any(str(number) in message for number in swapped):
            return not_yet(
                "little-endian",
                f"the first axis of the {name} file is {shape[0]} long; read from the wrong end, "
                f"its four bytes say {swapped[0]:,}.",
                "idx puts the most important byte first (big-endian), and your computer prefers "
                "it last (little-endian). The bytes do not say which; the agreement does.",
                'use `dtype=">u4"`, or `int.from_bytes(…, "big")`.',
            )
        if f"size {file.size} " in message:
            return not_yet(
                "header-not-skipped",
                f"you had {file.size} values for a shape that holds {_content(file).size}.",
                f"the first {file.size - _content(file).size} bytes of this file are its header. "
                "They describe the pixels; they are not pixels.",
                "slice the header off before `np.frombuffer`: `data[start:]`.",
            )
        if "28,28)" in message or "60000" in message:
            return not_yet(
                "fixed-size",
                f"the {name} file has the shape `{shape}`, and your code said "
                f"`{seen['message'][:80]}`.",
                "your function expects the size that MNIST has. The header is there so that "
                "nobody has to guess.",
                "read every length from the header.",
            )
        if name == "label":
            return not_yet(
                "pictures-only",
                "the picture file came out right. At the label file your function stopped with "
                f"`{seen['type']}: {seen['message'][:80]}`.",
                "labels have one axis and pictures three, so a label file's header is shorter: "
                "8 bytes, not 16.",
                "compute the end of the header from `data[3]`, the number of axes.",
            )
        return None

    def _value(self, name: str, file: NDArray[Any], got: Any) -> Verdict | None:
        content = _content(file)
        if not isinstance(got, np.ndarray):
            return expect_array(got)
        flat = got.ravel()
        if got.dtype.kind == "i" and flat.size and flat.min() < 0:
            return not_yet(
                "signed",
                f"the smallest value is {flat.min()}. No pixel is below 0.",
                "`int8` spends one of its eight bits on the sign: it holds −128 to 127, so every "
                "value from 128 up turns negative.",
                'pixels are unsigned: `dtype="uint8"`.',
            )
        if flat.size and np.array_equal(flat, file[: flat.size]):
            return not_yet(
                "header-as-pixels",
                f"your first values are {flat[:4].tolist()}: that is the header of the file.",
                "every pixel now stands a few places too late, and the last ones are lost. "
                "The shape is right, so nothing complains.",
                "let the pixels start after the header: `data[start:]`.",
            )
        if content.ndim == 1 and np.array_equal(flat, file[16:]):
            return not_yet(
                "header-of-sixteen",
                f"of {content.size} labels, {flat.size} came out; the first 8 are lost.",
                "16 bytes is the header of a file with three axes. With one axis it has 8.",
                "compute the end of the header from `data[3]`, the number of axes.",
            )
        if content.ndim > 1 and got.shape == content.ravel().shape:
            return not_yet(
                "flat",
                f"the shape is `{got.shape}`; the header says `{content.shape}`.",
                "the values are right, and nobody can tell where a picture ends.",
                "`.reshape(shape)`, with the lengths from the header.",
            )
        if got.size == content.size and not np.array_equal(got, content):
            return self._disordered(content, got)
        return expect_array(got, content.shape, "uint8")

    def _disordered(self, content: NDArray[Any], got: NDArray[Any]) -> Verdict:
        if np.array_equal(np.sort(got.ravel()), np.sort(content.ravel())):
            return not_yet(
                "wrong-order",
                f"all values are there, in the shape `{got.shape}`, but the first ones are "
                f"{got.ravel()[:4].tolist()} instead of {content.ravel()[:4].tolist()}.",
                "the pixels lie in the file picture by picture, row by row. Another order of "
                "axes, or `order=`, cuts across them.",
                "reshape to the lengths as the header lists them, and change nothing else.",
            )
        return not_yet(
            "other-values",
            f"the first values are {got.ravel()[:4].tolist()}; the file says "
            f"{content.ravel()[:4].tolist()}.",
            "parsing only says what the bytes mean. It does not change them.",
            "print `data[start:start + 4]` as a list, and compare.",
        )


def _file_of(array: NDArray[Any]) -> NDArray[Any]:
    """The bytes of an idx file, as an array: bytes themselves are not plain data."""
    lengths = np.array(array.shape, dtype=">u4").tobytes()
    file = bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()
    return np.frombuffer(file, dtype="uint8")


def _content(file: NDArray[Any]) -> NDArray[Any]:
    """What a right answer reads from the file."""
    start = 4 + 4 * int(file[3])
    shape = [int(length) for length in np.frombuffer(file[4:start].tobytes(), ">u4")]
    return file[start:].reshape(shape)
