"""What a file keeps of a network."""

from typing import Any

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

WORDS = ("weights", "layers", "optimizer", "code")
RIGHT = {
    ".keras": {"weights", "layers", "optimizer", "code"},
    ".h5": {"weights", "layers", "optimizer", "code"},
    ".npz": {"weights"},
    ".onnx": {"weights", "layers"},
}
LINES = """\
keras_keeps = [{keras}]
h5_keeps = [{h5}]
npz_keeps = [{npz}]
onnx_keeps = [{onnx}]
"""
ALL = '"weights", "layers", "optimizer", "code"'
PARTS = {"keras": ALL, "h5": ALL, "npz": '"weights"', "onnx": '"weights", "layers"'}


def _with(**parts: str) -> str:
    return LINES.format(**PARTS | parts)


class Keeps(Exercise):
    id = "08-keeps"
    title = "What a file keeps"
    hints = (
        "Try each file. `np.load(path).files` for `.npz`; `onnx.load(path).graph.node` for "
        "`.onnx`; `keras.saving.load_model(path)` for the two others. Is there an optimizer "
        "(`.optimizer.iterations`)? A plan of layers (`.summary()`)?",
        "For `code`, look at the files of the network with the Lambda. Does loading complain about "
        "code? What did the Lambda become in the `.onnx` file?",
        "One format keeps weights alone. One keeps what is needed to compute, and nothing of the "
        "training. The two formats of Keras keep all four.",
    )
    wrong_answers = {
        "unknown-word": _with(onnx='"weights", "architecture"'),
        "npz-has-a-plan": _with(npz='"weights", "layers"'),
        "onnx-goes-on-training": _with(onnx='"weights", "layers", "optimizer"'),
        "onnx-has-code": _with(onnx='"weights", "layers", "code"'),
        "onnx-needs-keras": _with(onnx='"weights"'),
        "keras-without-code": _with(keras='"weights", "layers", "optimizer"'),
        "h5-without-code": _with(h5='"weights", "layers", "optimizer"'),
        "optimizer-lost": _with(keras='"weights", "layers", "code"'),
        "weights-lost": _with(npz=""),
        "only-weights": _with(h5='"weights", "optimizer", "code"'),
    }

    def probe(self, inputs: Data, answer: Any) -> Data:
        table = answer if isinstance(answer, dict) else {}
        return {"table": {name: _listed(table.get(name, ())) for name in RIGHT}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        said = {name: set(data["table"][name]) for name in RIGHT}
        strange = sorted(set().union(*said.values()) - set(WORDS))
        if strange:
            return not_yet(
                "unknown-word",
                f"I do not know the word `{strange[0][:40]}`.",
                "the check compares words.",
                f"use these: {', '.join(f'`{word}`' for word in WORDS)}.",
            )
        for name, words in said.items():
            if wrong := self._lacking(name, RIGHT[name] - words):
                return wrong
            if wrong := self._too_much(name, words - RIGHT[name]):
                return wrong
        return passed(
            "all four are right.",
            "to go on training, keep `.keras`. To answer, ONNX: what is not in a file can neither "
            "break nor be attacked.",
        )

    def _lacking(self, name: str, words: set[str]) -> Verdict | None:
        if "weights" in words:
            return not_yet(
                "weights-lost",
                f"for `{name}` you do not say `weights`.",
                "without its weights a network knows nothing; every one of the four keeps them.",
                "add `weights`.",
            )
        if name == ".onnx" and words:
            return not_yet(
                "onnx-needs-keras",
                "you say that `.onnx` keeps no plan of the layers.",
                "then nobody could compute with the file alone. But ONNX Runtime does, without "
                "Keras.",
                "print `[node.op_type for node in onnx.load(path).graph.node]`.",
            )
        if "layers" in words:
            return not_yet(
                "only-weights",
                f"you say that `{name}` keeps no plan of the layers.",
                "`load_model` gives a whole model back, so the plan must be in the file.",
                f"load the `{name}` file and call `.summary()`.",
            )
        if "optimizer" in words:
            return not_yet(
                "optimizer-lost",
                f"you say that `{name}` does not keep the optimizer.",
                "Adam keeps two numbers for each weight. Without them, training goes on with a "
                "jolt.",
                "load the file and print `.optimizer.iterations`: it remembers its steps.",
            )
        if name == ".h5" and words:
            return not_yet(
                "h5-without-code",
                "you say that there is no Python code in `.h5`.",
                "load the `.h5` file of the network with the Lambda: Keras refuses it, for the "
                "code in it. An older Keras ran it without a question.",
                'run `keras.saving.load_model(folder / "lambda.h5")`.',
            )
        if words:
            return not_yet(
                "keras-without-code",
                "you say that there is no Python code in `.keras`.",
                "you have seen it: the Lambda's bytes stand in `config.json`. Keras refuses to "
                "load it for that reason.",
                "look at the cell above once more.",
            )
        return None

    def _too_much(self, name: str, words: set[str]) -> Verdict | None:
        if name == ".npz" and words:
            return not_yet(
                "npz-has-a-plan",
                f"you say that `.npz` keeps {', '.join(f'`{word}`' for word in sorted(words))}.",
                "it is a zip of arrays with names, nothing else. What is computed with them in "
                "which order, somebody else must know.",
                "print `np.load(path).files`.",
            )
        if "optimizer" in words:
            return not_yet(
                "onnx-goes-on-training",
                "you say that `.onnx` keeps the optimizer.",
                "export takes the way from pictures to answers, and leaves the training behind.",
                "compare the sizes: where would two more numbers for each weight be?",
            )
        if words:
            return not_yet(
                "onnx-has-code",
                "you say that there is Python code in `.onnx`.",
                "export follows the numbers through the Lambda and writes down the arithmetic: a "
                "multiplication, an addition. The Python stays behind.",
                'print the `op_type` of each node of `onnx.load(folder / "lambda.onnx")`.',
            )
        return None


def _listed(value: Any) -> list[str]:
    """Words in any honest form: a list, a tuple, a set, or a text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple | set | frozenset):
        return [str(value)]
    return sorted(str(word).strip().lower() for word in value if str(word).strip())
