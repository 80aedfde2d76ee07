"""A gate for pickles: numbers come in, programs do not."""

import pickle
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab08.specimens import PROTOCOL, specimens
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

GATE = """\
class Gate(pickle.Unpickler):
    def find_class(self, module, name):
        if {refused}:
            raise pickle.UnpicklingError(f"{{module}}.{{name}}")
        return super().find_class(module, name)
return Gate(io.BytesIO(content)).load()"""
ALLOWED = (
    '(module, name) not in {("numpy._core.multiarray", "_reconstruct"), '
    '("numpy", "ndarray"), ("numpy", "dtype")}'
)
ANSWER = GATE.format(refused=ALLOWED)
BLOCKED = '{"os", "posix", "nt", "subprocess", "sys", "builtins"}'


class LoadNumbers(Exercise):
    id = "08-load-numbers"
    title = "A gate for pickles"
    points = 2
    hints = (
        "Begin as `Nobody` does, inside of your function: a class with `find_class`, and at the "
        "end `return Gate(io.BytesIO(content)).load()`. For a name that is on your list, "
        "`find_class` returns `super().find_class(module, name)`.",
        "Put pairs on the list: `(module, name)`. The first one is "
        '`("numpy._core.multiarray", "_reconstruct")`. With it, load the pickle of an array and '
        "read what is asked for next.",
        'The other two are `("numpy", "ndarray")` and `("numpy", "dtype")`. Everything that is '
        "not on the list raises `pickle.UnpicklingError`.",
    )
    wrong_answers = {
        "no-gate": "return pickle.loads(content)",
        "loads-first": "found = pickle.loads(content)\n"
        "if not isinstance(found, dict):\n"
        '    raise pickle.UnpicklingError("no numbers")\n'
        "return found",
        "refuses-arrays": GATE.format(refused="True"),
        "not-loaded": ANSWER.replace(".load()", ""),
        "gate-gives-nothing": ANSWER.replace("return super", "super"),
        "blocklist": GATE.format(refused=f"module in {BLOCKED}"),
        "all-of-numpy": GATE.format(
            refused='not module.startswith("numpy")',
        ),
        "name-alone": GATE.format(refused='name not in {"_reconstruct", "ndarray", "dtype"}'),
        "refused-silently": "try:\n    "
        + GATE.format(refused=ALLOWED).replace("\n", "\n    ")
        + "\nexcept pickle.UnpicklingError:\n    return {}",
        "another-error": ANSWER.replace("pickle.UnpicklingError", "ValueError"),
        "other-numbers": ANSWER.replace("return Gate", "return list(Gate").replace(
            ".load()", ".load())"
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "kernel": rng.normal(size=(4, 3)).astype("float32"),
            "bias": rng.normal(size=3).astype("float32"),
            "epochs": int(rng.integers(2, 90)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        weights = {"kernel": inputs["kernel"], "more": [inputs["bias"], inputs["epochs"]]}
        numbers = call(answer, pickle.dumps(weights, PROTOCOL))
        if numbers["observed"] == "raised" and numbers["type"] == "UnpicklingError":
            return {"refused": numbers["message"], "tried": {}}
        if numbers["observed"] == "raised" and "'NoneType' object is not" in numbers["message"]:
            return {"nothing": numbers["message"]}
        if numbers["observed"] == "not-plain":
            return {"unread": numbers["type"]}
        return {"numbers": numbers, "tried": _tried(answer)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "refused" in data:
            return not_yet(
                "refuses-arrays",
                f"a pickle of two arrays and a number was refused: `{data['refused'][:120]}`.",
                "a gate that lets nothing in is safe, and of no use. An array asks for three "
                "names.",
                "put the name that was refused on your list, try again, and read the next one.",
            )
        if "unread" in data:
            return not_yet(
                "not-loaded",
                f"I got a `{data['unread']}`, and not what was pickled.",
                "an `Unpickler` stands ready, with the bytes before it. It reads when it is told "
                "to.",
                "`return Gate(io.BytesIO(content)).load()`.",
            )
        if "nothing" in data:
            return not_yet(
                "gate-gives-nothing",
                f"loading stopped: `{data['nothing'][:120]}`.",
                "pickle calls what `find_class` gives back. For a name that you let in, yours gave "
                "`None`.",
                "`return super().find_class(module, name)`, with the word `return`.",
            )
        for name, tried in data["tried"].items():
            if wrong := self._hostile(name, **tried):
                return wrong
        if not _same(data["numbers"], inputs):
            return not_yet(
                "other-numbers",
                f"a dict with an array and a list went in; a `{type(data['numbers']).__name__}` "
                "came out, and it is not the same.",
                "what passes the gate must come through unchanged.",
                "return what `load()` gives.",
            )
        return passed(
            f"numbers come in unchanged, and {len(data['tried'])} programs stayed outside.",
            "a list of what is allowed fails safely: what nobody thought of is refused. Better "
            "still is a file that cannot ask for anything.",
        )

    def _hostile(self, name: str, ran: bool, refused: bool, error: str) -> Verdict | None:
        if ran and (refused or error):
            return not_yet(
                "loads-first",
                f"you raised an error, but the program (`{name}`) had already run: it wrote to "
                "this computer's disk.",
                "`pickle.loads` is what runs it. A look at the result comes too late.",
                "decide in `find_class`: it is asked before anything is called.",
            )
        if ran and name in ("os", "eval"):
            return not_yet(
                "no-gate",
                f"a pickle that asks for `{name}` ran, and made a folder on this computer. (An "
                "empty one.)",
                "it might have sent your files to somebody.",
                "raise `pickle.UnpicklingError` in `find_class` for all that you do not expect.",
            )
        if ran and name == "shutil":
            return not_yet(
                "blocklist",
                "you refuse `os` and `eval`, but a pickle that asks for `shutil.copyfile` ran.",
                "a list of what is forbidden is never complete: Python comes with hundreds of "
                "modules, and every installed package adds some.",
                "turn it round: list the three names that an array needs; refuse the rest.",
            )
        if ran and name == "numpy":
            return not_yet(
                "all-of-numpy",
                "a pickle that asks for `numpy.save` ran, and wrote a file.",
                "a large library has functions that write, load and run. An array needs three "
                "names of it, not all.",
                "compare the pair `(module, name)` with your three pairs.",
            )
        if ran:
            return not_yet(
                "name-alone",
                "a function called `dtype` ran. It was not NumPy's: it belonged to another module.",
                "anybody can give a function any name.",
                'compare both: `(module, name) in {("numpy", "dtype"), …}`.',
            )
        if error:
            return not_yet(
                "another-error",
                f"the program `{name}` did not run, but it stopped your function with `{error}`.",
                "whoever loads catches `pickle.UnpicklingError`, as the cell above does. Another "
                "error looks like a bug, and nobody can tell whether your gate has refused.",
                "for every name that is not on your list: "
                '`raise pickle.UnpicklingError(f"refused: {module}.{name}")`.',
            )
        if not refused:
            return not_yet(
                "refused-silently",
                f"the program `{name}` did not run, but I got no error either.",
                "whoever calls you goes on as if all were well, with an empty model.",
                "let `pickle.UnpicklingError` go through; do not catch it.",
            )
        return None


def _tried(answer: Any) -> Data:
    tried: Data = {}

    def at_the_gate(content: bytes) -> bool:
        try:
            answer(content)
        except pickle.UnpicklingError:
            return True
        return False

    with tempfile.TemporaryDirectory() as folder:
        for name, (content, place) in specimens(Path(folder)).items():
            seen = call(at_the_gate, content)
            other = seen["observed"] == "raised"
            tried[name] = {
                "ran": place.exists(),
                "refused": seen.get("value", False),
                "error": f"{seen['type']}: {seen['message'][:80]}" if other else "",
            }
    return tried


def _same(value: Any, inputs: Data) -> bool:
    more = value.get("more") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(more, list) or len(more) != 2:
        return False
    pairs = [(value.get("kernel"), inputs["kernel"]), (more[0], inputs["bias"])]
    arrays = all(np.array_equal(np.asarray(got), right) for got, right in pairs)
    return bool(arrays and more[1] == inputs["epochs"])
