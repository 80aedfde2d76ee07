"""Two models compared by their probabilities, in batches of several sizes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import as_floats, near
from workshop.exercises.lab08.rivals import (
    COUNT,
    ODD_ONE,
    SHIFT,
    SIZES,
    Asked,
    frozen_models,
    largest_differences,
    trusted_model,
)
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ODD_ONE_AT = SIZES.index(ODD_ONE)
LOOP = """\
found = {{}}
for size in sizes:
    apart = [{empty}]
    for start in {starts}:
        part = images[start : start + size]
        apart.append({compare})
    found[size] = {last}
return found"""
EVERY = "range(0, len(images), size)"
LARGEST = "np.abs(trusted(part) - frozen(part)).max()"


def _loop(
    compare: str = LARGEST, starts: str = EVERY, last: str = "max(apart)", empty: str = ""
) -> str:
    return LOOP.format(compare=compare, starts=starts, last=last, empty=empty)


class Parity(Exercise):
    id = "08-parity"
    title = "Compare probabilities"
    points = 2
    hints = (
        "Two loops: over the sizes, and over the places where a batch begins, "
        "`range(0, len(images), size)`. A slice may reach beyond the end: the last batch is then "
        "a shorter one.",
        "For one batch: `np.abs(trusted(part) - frozen(part)).max()`. The largest, not the mean.",
        "Keep the largest of all batches: `found[size] = max(…)`. Return the dict `found`.",
    )
    wrong_answers = {
        "one-number": "return np.abs(trusted(images) - frozen(images)).max()",
        "returns-too-early": _loop().replace("\nreturn found", "\n    return found"),
        "with-itself": _loop("np.abs(frozen(part) - frozen(part)).max()"),
        "made-anew": _loop()
        .replace("found = {}\n", "")
        .replace("in sizes:", "in sizes:\n    found = {}"),
        "of-another-size": "apart = []\n" + _loop().replace("    apart = []\n", ""),
        "digits-alone": _loop(
            "(trusted(part).argmax(axis=1) != frozen(part).argmax(axis=1)).sum()"
        ),
        "nothing-found": _loop(last="min(apart)"),
        "mean-hides-it": _loop("np.abs(trusted(part) - frozen(part)).mean()"),
        "no-abs": _loop("(trusted(part) - frozen(part)).max()"),
        "whole-at-once": "return {size: np.abs(trusted(images) - frozen(images)).max() "
        "for size in sizes}",
        "first-batch-only": _loop(starts="[0]"),
        "last-batch-only": _loop(last="apart[-1]"),
        "rest-left-out": _loop(starts="range(0, len(images) - size + 1, size)", empty="0.0"),
        "other-numbers": _loop().replace(
            "return found", "return {n: 2 * d for n, d in found.items()}"
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images = rng.integers(1, 255, (COUNT, 28, 28)).astype("float32")
        return {
            "images": images,
            "kernel": rng.normal(0, 0.001, (784, 10)),
            "least": float(rng.uniform(0.02, 0.04)),
            "most": float(rng.uniform(0.06, 0.09)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        images, trusted = inputs["images"], Asked(trusted_model(inputs))
        frozen = {name: Asked(model) for name, model in frozen_models(inputs).items()}
        found = {
            name: call(answer, trusted, model, images, list(SIZES))
            for name, model in frozen.items()
        }
        ever = {"trusted": trusted.ever, "frozen": any(model.ever for model in frozen.values())}
        return found | {"unasked": [name for name, asked in ever.items() if not asked]}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        found = {}
        for name in ("early", "late", "batched"):
            numbers = _by_size(data[name])
            if numbers is None and isinstance(data[name], dict) and len(data[name]) == 1:
                only = next(iter(data[name]))
                if only == str(SIZES[-1]):
                    return not_yet(
                        "made-anew",
                        f"your dict has only the last size: {only}.",
                        "you make it in the loop, so each size begins with an empty dict.",
                        "`found = {}` stands above both loops, and is run once.",
                    )
                return not_yet(
                    "returns-too-early",
                    f"your dict has one size only: {only}.",
                    "`return` ends the function at once, also in the middle of a loop.",
                    "`return found` belongs behind both loops, so it stands as far left as `for "
                    "size`.",
                )
            if numbers is None:
                return not_yet(
                    "one-number",
                    f"I need one number for each of the sizes {SIZES}; I got "
                    f"`{str(data[name])[:80]}`.",
                    "a model may be right in one size of batch and wrong in another.",
                    "return a dict: `{1: …, 7: …, 16: …}`.",
                )
            found[name] = numbers
        right = {name: largest_differences(inputs, name) for name in found}
        if all(near(found[name], right[name], 1e-5) for name in found):
            return passed(
                f"one wrong picture of {COUNT} found, wherever it stands, and a model that only "
                f"errs in batches of {ODD_ONE}.",
                "you compared what the models say, not only which digit wins.",
            )
        if unasked := data["unasked"]:
            return not_yet(
                "with-itself",
                f"your function never asked {' nor '.join(f'`{name}`' for name in unasked)}.",
                "a model that is compared with itself always agrees, whatever became of the other "
                "one. A difference shows only if both answer.",
                "`np.abs(trusted(part) - frozen(part)).max()`.",
            )
        return self._named(inputs, found, right)

    def _named(
        self, inputs: Data, found: dict[str, NDArray[Any]], right: dict[str, NDArray[Any]]
    ) -> Verdict:
        least, most = inputs["least"], inputs["most"]
        seen = (
            f"one picture differs by {most:.3f}; you found {found['early'][0]:.3f} in batches of 1."
        )
        nothing = np.zeros(len(SIZES))
        if any(near(found[name][0], least, 1e-5) for name in ("early", "late")):
            return not_yet(
                "no-abs",
                f"one number of a picture is {most:.3f} off to one side, and another {least:.3f} "
                f"to the other side. You found {least:.3f}.",
                "a difference below zero is never the largest, however far it goes.",
                "`np.abs(…)` before `max`.",
            )
        if all(near(numbers, nothing, 1e-6) for numbers in found.values()):
            return not_yet(
                "nothing-found",
                f"I tried three frozen models. Each differs from the trusted one, by {SHIFT} at "
                "most, and you found 0 for each.",
                "both were asked, so the difference was there. It got lost on the way: rounded "
                "off, overwritten, or the smallest was taken instead of the largest.",
                "print what you have found after each batch, and once more at the end.",
            )
        if near(found["early"], nothing, 1e-6) and near(found["late"], nothing, 1e-6):
            return not_yet(
                "digits-alone",
                seen,
                "no digit changes, so the accuracy does not, either. But the probabilities do: "
                "whoever sets a threshold on them gets other results.",
                "subtract probabilities; leave out `argmax`.",
            )
        if near(found["early"], nothing, 1e-6):
            return not_yet(
                "last-batch-only",
                "the picture that differs stands first. You found nothing.",
                "only the last batch counted: each one overwrites the one before.",
                "collect them in a list, and take its `max` after the inner loop.",
            )
        if near(found["batched"], nothing, 1e-6):
            return not_yet(
                "whole-at-once",
                f"the frozen model errs by {SHIFT} in batches of {ODD_ONE}. You found nothing "
                "there.",
                "you asked with all pictures at once, whatever the size. Some models answer "
                "otherwise in other batches, such as one whose batch normalisation still trains.",
                "ask with `images[start : start + size]`.",
            )
        if near(found["late"], nothing, 1e-6):
            return not_yet(
                "first-batch-only",
                f"the picture that differs stands last of {COUNT}. You found nothing.",
                "you compared only the first batch.",
                "go on to the end: `range(0, len(images), size)`.",
            )
        if near(found["early"], right["early"], 1e-5) and found["late"][ODD_ONE_AT] < 1e-6:
            return not_yet(
                "rest-left-out",
                f"the picture that differs stands last of {COUNT}. In batches of {ODD_ONE} you did "
                "not find it.",
                f"{COUNT} is no multiple of {ODD_ONE}: the last batch begins at "
                f"{COUNT // ODD_ONE * ODD_ONE} and is shorter. Your batches do not get there.",
                "batches begin at `range(0, len(images), size)`; the last slice ends by itself.",
            )
        if found["batched"][-1] >= 0.9 * SHIFT:
            return not_yet(
                "of-another-size",
                f"the frozen model errs by {SHIFT} in batches of {ODD_ONE} alone. You found that "
                f"in batches of {SIZES[-1]}, too.",
                "whoever reads it looks for the fault in the wrong place. Either a list still "
                "holds what an earlier size has left in it, or your batches are of another size.",
                "begin an empty list for each size; and `range(0, len(images), size)`.",
            )
        if 0 < found["early"][0] < 0.9 * least:
            return not_yet(
                "mean-hides-it",
                seen,
                "a mean over many numbers makes one bad picture disappear. A promise holds for "
                "every picture.",
                "`max`, at every level.",
            )
        name = next(name for name in found if not near(found[name], right[name], 1e-5))
        return not_yet(
            "other-numbers",
            f"you found {_told(found[name])}; it should be {_told(right[name])}.",
            "for each size: the largest difference, without its sign, in any batch.",
            "print the shape of each part and its largest difference.",
        )


def _by_size(value: Any) -> NDArray[Any] | None:
    """One number for each size, from a dict, a list or an array."""
    if isinstance(value, dict):
        if any(str(size) not in value for size in SIZES):
            return None
        value = [value[str(size)] for size in SIZES]
    if any(item is None for item in value) if isinstance(value, list) else False:
        return None
    numbers = as_floats(value)
    if numbers is None or numbers.shape != (len(SIZES),) or not np.isfinite(numbers).all():
        return None
    return numbers


def _told(numbers: NDArray[Any]) -> str:
    return ", ".join(f"{number:.3f}" for number in numbers)
