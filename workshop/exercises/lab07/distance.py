"""How far are two crowds of pictures apart? The Fréchet distance of their features."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number, trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

Floats = NDArray[np.float64]
COUNT = 400

MEANS = "gap = one.mean(axis=0) - other.mean(axis=0)\n"
SPREADS = "a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)\n"
ROOT = "root = np.sqrt(np.maximum(np.linalg.eigvals(a @ b).real, 0)).sum()\n"
END = "return gap @ gap + np.trace(a) + np.trace(b) - 2 * root"
RIGHT = MEANS + SPREADS + ROOT + END


class FrechetDistance(Exercise):
    id = "07-frechet-distance"
    title = "The Fréchet distance"
    points = 3
    hints = (
        "Three pieces. The squared gap between the means: `gap @ gap`. The covariances, "
        "`np.cov(one, rowvar=False)`, because each row is a picture. And the trace of the root.",
        "The trace of (Σ₁Σ₂)^½ is the sum of the square roots of the eigenvalues of "
        "`a @ b`: `np.linalg.eigvals(a @ b)`. Rounding can make them slightly negative or "
        "complex, so take `.real`, and `np.maximum(…, 0)`, before the root.",
        "`return gap @ gap + np.trace(a) + np.trace(b) - 2 * root`.",
    )
    wrong_answers = {
        "wrong-axis": RIGHT.replace(", rowvar=False", ""),
        "means-forgotten": RIGHT.replace("gap @ gap + ", ""),
        "only-means": MEANS + "return gap @ gap",
        "gap-not-squared": RIGHT.replace("gap @ gap", "np.linalg.norm(gap)"),
        "root-of-each-number": RIGHT.replace(ROOT, "root = np.trace(np.sqrt(np.abs(a @ b)))\n"),
        "only-variances": RIGHT.replace(
            SPREADS, "a = np.diag(one.var(axis=0))\nb = np.diag(other.var(axis=0))\n"
        ),
        "root-once": RIGHT.replace("2 * root", "root"),
        "no-root": RIGHT.replace(ROOT, "root = np.trace(a @ b)\n"),
        "added": RIGHT.replace("- 2", "+ 2"),
        "root-taken": RIGHT.replace("return ", "return np.sqrt(").replace("* root", "* root)"),
        "complex": RIGHT.replace(ROOT, "root = np.sqrt(np.linalg.eigvals(a @ b) + 0j).sum()\n"),
        "not-finite": RIGHT.replace(ROOT, "root = np.sqrt(np.linalg.eigvalsh(a @ b)).sum()\n"),
        "not-one-number": RIGHT.replace("gap @ gap", "gap**2"),
        "other-distance": RIGHT.replace("- 2 * root", ""),
        "printed-not-returned": RIGHT.replace("return", "print(").replace("* root", "* root)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Mixed features: whoever forgets how they vary together goes wrong. One of them never
        # varies, as a filter that never fires, so that the product has no exact root.
        mixers = [rng.normal(0, 1, (6, 6)) for _ in range(2)]
        crowds = [rng.normal(0, 1, (COUNT, 6)) @ mixer for mixer in mixers]
        one, other = crowds[0], crowds[1] + rng.uniform(1, 2, 6)
        dead = np.zeros((COUNT, 1))
        return {
            "the same crowd": [one, one.copy()],
            "two crowds": [one, other],
            "two crowds with a dead feature": [np.hstack([one, dead]), np.hstack([other, dead])],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        with np.errstate(all="ignore"):
            return {name: {"seen": _real(answer, *pair)} for name, pair in inputs.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in ("two crowds", "the same crowd", "two crowds with a dead feature"):
            seen = data[name]["seen"]
            if wrong := self._form(name, seen) or self._value(
                inputs, name, float(np.ravel(seen["value"])[0])
            ):
                return wrong
        one, other = inputs["two crowds"]
        return passed(
            f"0 for a crowd and itself, {distance(one, other):.1f} for two different ones, and no "
            "trouble with a feature that never varies.",
            "it asks three things at once: is the average right, is there as much variety, and do "
            "the features vary together in the right way? A collapsed generator fails the second.",
        )

    def _form(self, name: str, seen: Data) -> Verdict | None:
        value = seen.get("value")
        if seen.get("complex"):
            return not_yet(
                "complex",
                f"for {name}, you gave back a complex number.",
                "the eigenvalues of a product of two covariances are real and not negative; "
                "rounding adds a trace of imaginary dust, and it spreads to your result.",
                "take `.real`.",
            )
        if value is not None and not_a_number(value):
            return not_yet(
                "not-finite",
                f"for {name}, the distance is {np.ravel(value)[0]}.",
                "an eigenvalue that should be 0 came out as −0.0000001, and has no square root. "
                "Or `eigvalsh` was used, which is for symmetric matrices: a product of two such "
                "is not symmetric.",
                "`np.linalg.eigvals(a @ b).real`, then `np.maximum(…, 0)`, then the root.",
            )
        if wrong := trouble(seen):
            return wrong
        if not isinstance(value, int | float | np.ndarray) or not _is_number(np.asarray(value)):
            shape = f" of shape `{value.shape}`" if isinstance(value, np.ndarray) else ""
            return not_yet(
                "not-one-number",
                f"I got a `{seen['type']}`{shape}.",
                "a distance is one number.",
                "`gap @ gap` is the sum of the squares; the traces and the root are sums already.",
            )
        return None

    def _value(self, inputs: Data, name: str, got: float) -> Verdict | None:
        one, other = inputs[name]
        want = distance(one, other)
        if _is(got, want, 1e-6 * float(np.trace(_cov(one)))):
            return None
        seen = f"for {name}, I got {got:.2f}; it should be {want:.2f}."
        if name != "two crowds":
            return not_yet(
                "other-distance",
                seen,
                "a crowd has no distance to itself, and a feature that is 0 for everybody adds "
                "nothing.",
                "print the three pieces of the sum, one by one.",
            )
        return _piece(one, other, got, seen)


def _piece(one: Floats, other: Floats, got: float, seen: str) -> Verdict:
    """Which piece of the sum is missing or wrong."""
    gap = one.mean(axis=0) - other.mean(axis=0)
    squared, a, b = float(gap @ gap), _cov(one), _cov(other)
    spread, root = float(np.trace(a) + np.trace(b)), _root(a, b)
    right = squared + spread - 2 * root
    if _is(got, right - squared):
        return not_yet(
            "means-forgotten",
            seen,
            "you compare how the crowds are spread, but not where they are.",
            "add the squared gap between the means, `gap @ gap`.",
        )
    if _is(got, squared):
        return not_yet(
            "only-means",
            seen,
            "you compare where the crowds are, but not how they are spread. A generator that "
            "draws nothing but the average digit would be perfect.",
            "add the traces of both covariances, minus twice the trace of the root.",
        )
    if _is(got, right - squared + np.sqrt(squared)):
        return not_yet(
            "gap-not-squared",
            seen,
            "the length of the gap enters as its square.",
            "`gap @ gap`, or the norm squared.",
        )
    if _is(got, squared + spread - root):
        return not_yet("root-once", seen, "the root counts twice.", "`- 2 * root`.")
    if _is(got, squared + spread + 2 * root):
        return not_yet(
            "added",
            seen,
            "the root says how much the two spreads have in common. That makes crowds closer.",
            "subtract it.",
        )
    if _is(got, np.sqrt(right)):
        return not_yet(
            "root-taken",
            seen,
            "you took the root of the whole. That is a distance as well, but what everybody "
            "reports is its square.",
            "return the sum as it is.",
        )
    wide = squared + np.trace(np.cov(one)) + np.trace(np.cov(other))
    if got > spread + squared and _is(got, wide - 2 * _root(np.cov(one), np.cov(other)), 1.0):
        return not_yet(
            "wrong-axis",
            f"{seen} Your covariances are {len(one)}×{len(one)}.",
            "`np.cov` takes each row for a feature, unless told otherwise. Here each row is a "
            "picture, and you compared pictures with each other.",
            "`np.cov(one, rowvar=False)`: as many rows and columns as features.",
        )
    return _spread(a, b, squared, got, seen)


def _spread(a: Floats, b: Floats, squared: float, got: float, seen: str) -> Verdict:
    """What went wrong with the covariances."""
    spread = float(np.trace(a) + np.trace(b))
    for each in (np.sqrt(np.abs(a @ b)), np.sqrt(np.maximum(a @ b, 0))):
        if _is(got, squared + spread - 2 * float(np.trace(each))):
            return not_yet(
                "root-of-each-number",
                seen,
                "`np.sqrt` of a matrix takes the root of each number. The root of a matrix is "
                "another thing: the matrix that gives it when multiplied with itself.",
                "the trace of that root is the sum of the roots of the eigenvalues.",
            )
    alone = _root(np.diag(np.diag(a)), np.diag(np.diag(b)))
    if _is(got, squared + spread - 2 * alone):
        return not_yet(
            "only-variances",
            seen,
            "you use how each feature varies by itself. That two of them go together, as a loop "
            "and a straight stroke do in a 9, is lost.",
            "use whole covariance matrices, `np.cov(…, rowvar=False)`.",
        )
    if _is(got, squared + spread - 2 * float(np.trace(a @ b))):
        return not_yet(
            "no-root",
            seen,
            "you subtract the trace of the product itself. Its root is meant.",
            "take the square roots of its eigenvalues, and add them up.",
        )
    return not_yet(
        "other-distance",
        seen,
        f"it is the squared gap, {squared:.2f}, and the two traces, {spread:.2f} together, minus "
        f"twice the trace of the root, {2 * _root(a, b):.2f}.",
        "print your three pieces, and look for the one that differs. (`a @ b` is the product of "
        "two matrices; `a * b` multiplies number by number.)",
    )


def distance(one: Floats, other: Floats) -> float:
    """The Fréchet distance of two normal distributions fitted to (n, k) and (m, k).

    Dowson and Landau (1982), doi:10.1016/0047-259X(82)90077-X.
    """
    gap = one.mean(axis=0) - other.mean(axis=0)
    a, b = _cov(one), _cov(other)
    return float(gap @ gap + np.trace(a) + np.trace(b) - 2 * _root(a, b))


def _cov(crowd: Floats) -> Floats:
    return np.cov(crowd, rowvar=False)


def _root(a: Floats, b: Floats) -> float:
    """The trace of the square root of a product of two covariances."""
    return float(np.sqrt(np.maximum(np.linalg.eigvals(a @ b).real, 0)).sum())


def _is_number(value: NDArray[Any]) -> bool:
    return value.size == 1 and value.dtype.kind in "iuf"


def _is(got: float, want: float, more: float = 0.0) -> bool:
    # Dividing by n or by n − 1 are both in use.
    return abs(got - want) <= 3 / COUNT * abs(want) + 1e-5 + more


def _real(answer: object, one: Floats, other: Floats) -> Data:
    """An observation; a complex number, which is not plain data, is told as such."""
    raw: list[bool] = []

    def real(*crowds: Any) -> object:
        value = answer(*crowds)  # type: ignore[operator]
        raw.append(bool(np.iscomplexobj(value)))
        return np.real(value) if raw[-1] else value

    if not callable(answer) or isinstance(answer, type):
        return call(answer)
    return call(real, one, other) | {"complex": bool(raw and raw[-1])}
