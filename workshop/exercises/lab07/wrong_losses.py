"""What a wrong loss tells of how it was worked out."""

from typing import Any

import numpy as np

from workshop.exercises.lab07.logits import Floats, sigmoid, softplus
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet


def fault_with_discriminator(logits: Data, name: str, got: float) -> Verdict | None:
    """The verdict on a discriminator's loss that is another one; else None."""
    real, fake = softplus(-logits["real"]), softplus(logits["fake"])
    want = real.mean() + fake.mean()
    # Half of it is the mean over all pictures, which is as good.
    if _is(got, want) or _is(got, want / 2):
        return None
    seen = (
        f"with the {name} logits, the discriminator's loss is {got:.3f}; it should be {want:.3f}."
    )
    if _is(got, softplus(logits["real"]).mean() + softplus(-logits["fake"]).mean()):
        return not_yet(
            "exchanged",
            seen,
            "real and false are exchanged. Yours would learn to call every real digit false.",
            "where the answer should be real, the loss is `softplus(−logit)`: small for large "
            "logits.",
        )
    alike = {
        "false": softplus(logits["real"]).mean() + fake.mean(),
        "real": real.mean() + softplus(-logits["fake"]).mean(),
    }
    for answer, loss in alike.items():
        if _is(got, loss):
            return not_yet(
                "all-alike",
                seen,
                f"it asks for the answer {answer} to all pictures, real digits and others alike. "
                "So there is nothing to tell apart.",
                "one of the two wants a minus: `softplus(−logit)` for real digits, "
                "`softplus(logit)` for the others.",
            )
    if _is(got, real.mean()):
        return not_yet(
            "only-real",
            seen,
            "the generated pictures have no part in it. Whoever says real to everything would be "
            "perfect.",
            "add the mean of `softplus(fake_logits)`.",
        )
    if _is(got, fake.mean()):
        return not_yet(
            "only-fake",
            seen,
            "the real digits have no part in it. Whoever says false to everything would be "
            "perfect.",
            "add the mean of `softplus(−real_logits)`.",
        )
    if _is(got, real.mean() - fake.mean()) or _is(got, fake.mean() - real.mean()):
        return not_yet(
            "difference",
            seen,
            "both parts are penalties for wrong answers. If one is subtracted, that kind of "
            "mistake is rewarded.",
            "add the two means.",
        )
    if _is(got, real.sum() + fake.sum()):
        return not_yet(
            "summed",
            seen,
            "you add the losses of all pictures up. Then a batch twice as large means steps twice "
            "as long.",
            "`mean` instead of `sum`.",
        )
    return _wrong_input(logits, got, seen) or _other(seen)


def _wrong_input(logits: Data, got: float, seen: str) -> Verdict | None:
    """The cross-entropy is right, but not what it was given."""
    twice = softplus(-sigmoid(logits["real"])).mean() + softplus(sigmoid(logits["fake"])).mean()
    if _is(got, twice) or _is(got, twice / 2):
        return not_yet(
            "sigmoid-twice",
            seen,
            "the sigmoid was taken twice: once by you, once inside the loss. A probability of "
            "0…1 is then read as a logit, and nobody can be sure of anything.",
            "give the loss the logits as they are.",
        )
    plain = _clipped(logits["real"], True).mean() + _clipped(logits["fake"], False).mean()
    if _is(got, plain) or _is(got, plain / 2):
        return not_yet(
            "not-from-logits",
            seen,
            "Keras's `BinaryCrossentropy` expects probabilities, unless told otherwise. It cuts "
            "your logits to 0…1.",
            "`BinaryCrossentropy(from_logits=True)`, or `keras.ops.softplus`.",
        )
    return None


def _clipped(values: Any, real: bool) -> Floats:
    """Keras's cross-entropy of numbers that it takes for probabilities."""
    # In float32, as Keras does it: 1 − 0.0000001 is rounded, and its logarithm shows that.
    one, least = np.float32(1), np.float32(1e-7)
    shares = np.clip(np.asarray(values, "float32"), least, one - least)
    found: Floats = -np.log(shares if real else one - shares).astype("float64")
    return found


def fault_with_generator(logits: Data, name: str, got: float) -> Verdict | None:
    """The verdict on a generator's loss that is another one; else None."""
    fake = logits["fake"]
    want = softplus(-fake).mean()
    if _is(got, want):
        return None
    seen = f"with the {name} logits, the generator's loss is {got:.3f}; it should be {want:.3f}."
    if _is(got, -softplus(fake).mean()):
        return not_yet(
            "saturating",
            seen,
            "you use the discriminator's loss, with its sign turned. It has the right aim, but "
            "its slope is next to 0 where every picture is recognised as false: at the start, "
            "where the generator has most to learn.",
            "think of the wanted answer, real, and take the loss for that: `softplus(−logit)`.",
        )
    if _is(got, softplus(fake).mean()):
        return not_yet(
            "against-itself",
            seen,
            "that is what the discriminator wants: its answer false. Your generator would learn "
            "to be found out.",
            "the generator wants the answer real for its pictures.",
        )
    if _is(got, softplus(-fake).sum()):
        return not_yet(
            "summed",
            seen,
            "you add the losses of all pictures up.",
            "`mean` instead of `sum`.",
        )
    return _other(seen)


def _other(seen: str) -> Verdict:
    return not_yet(
        "other-number",
        seen,
        "`softplus(−logit)` where real is wanted, `softplus(logit)` where false is wanted, and of "
        "each the mean.",
        "take two logits, and work both losses out by hand.",
    )


def _is(got: float, want: float) -> bool:
    return bool(np.isclose(got, want, rtol=1e-3, atol=1e-3))
