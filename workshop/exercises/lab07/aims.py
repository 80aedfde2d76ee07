"""What each player wants: two losses, from logits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number, trouble
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

Floats = NDArray[np.float64]
SETS = ("usual", "certain")
SURE = 120.0
"""exp of it is more than float32 can hold."""

RIGHT = """\
def discriminator_loss(real_logits, fake_logits):
    real, fake = keras.ops.softplus(-real_logits), keras.ops.softplus(fake_logits)
    return keras.ops.mean(real) + keras.ops.mean(fake)

def generator_loss(fake_logits):
    return keras.ops.mean(keras.ops.softplus(-fake_logits))"""
BY_HAND = "keras.ops.log(1 + keras.ops.exp({}))"


def _by_keras(logits: str, options: str) -> str:
    """Both losses with Keras's cross-entropy, on these logits."""
    entropy = f"keras.losses.BinaryCrossentropy({options})"
    real, fake = logits.format("real_logits"), logits.format("fake_logits")
    return f"""\
def discriminator_loss(real_logits, fake_logits):
    real = {entropy}(keras.ops.ones_like(real_logits), {real})
    return real + {entropy}(keras.ops.zeros_like(fake_logits), {fake})

def generator_loss(fake_logits):
    return {entropy}(keras.ops.ones_like(fake_logits), {fake})"""


class Losses(Exercise):
    id = "07-losses"
    title = "Two losses"
    points = 3
    hints = (
        "The loss for one logit is `softplus(−logit)` where the answer should be `real`, and "
        "`softplus(logit)` where it should be `false`. The discriminator wants real for real "
        "pictures and false for generated ones. What does the generator want?",
        "`keras.ops.softplus` works on all logits at once, `keras.ops.mean` makes one number of "
        "them. The discriminator's loss is the sum of two means.",
        "`def generator_loss(fake_logits): return "
        "keras.ops.mean(keras.ops.softplus(-fake_logits))`. The other function has a second part.",
    )
    wrong_answers = {
        "overflow": RIGHT.replace(
            "keras.ops.softplus(-real_logits)", BY_HAND.format("-real_logits")
        )
        .replace("keras.ops.softplus(fake_logits)", BY_HAND.format("fake_logits"))
        .replace("keras.ops.softplus(-fake_logits)", BY_HAND.format("-fake_logits")),
        "exchanged": RIGHT.replace("softplus(-real", "softplus(real").replace(
            "softplus(fake", "softplus(-fake", 1
        ),
        "only-real": RIGHT.replace(" + keras.ops.mean(fake)", ""),
        "only-fake": RIGHT.replace("keras.ops.mean(real) + ", ""),
        "difference": RIGHT.replace("mean(real) +", "mean(real) -"),
        "summed": RIGHT.replace("ops.mean", "ops.sum"),
        "per-example": RIGHT.replace("keras.ops.mean", ""),
        "sigmoid-twice": _by_keras("1 / (1 + keras.ops.exp(-{}))", "from_logits=True"),
        "not-from-logits": _by_keras("{}", ""),
        "saturating": RIGHT.replace(
            "mean(keras.ops.softplus(-fake", "mean(-keras.ops.softplus(fake"
        ),
        "against-itself": RIGHT.replace("softplus(-fake", "softplus(fake"),
        "no-way-back": RIGHT.replace("keras.ops.softplus(", "np.logaddexp(0, ").replace(
            "keras.ops", "np"
        ),
        "printed-not-returned": RIGHT.replace("return keras.ops.mean(keras", "print(keras")
        .replace("return", "print(")
        .replace("mean(fake)\n", "mean(fake))\n"),
        "other-number": RIGHT.replace("mean(fake)", "mean(fake) / 3").replace(
            "ops.mean(keras", "ops.max(keras"
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Different numbers of each, so that a mean over both together shows.
        usual = {"real": rng.normal(1, 2, (7, 1)), "fake": rng.normal(-1, 2, (7, 1))}
        signs = rng.permutation([-1, 1, 1, -1, 1, -1, -1])[:, None]
        certain = {"real": SURE * signs, "fake": -SURE * signs}
        return {"usual": _float32(usual), "certain": _float32(certain)}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return {"discriminator": call(None)}
        discriminator, generator = answer
        found: Data = {}
        for name in SETS:
            real, fake = inputs[name]["real"], inputs[name]["fake"]
            found[f"discriminator, {name}"] = _run(discriminator, [real, fake])
            found[f"generator, {name}"] = _run(generator, [fake])
        return found

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for player, judged in (("discriminator", _discriminator), ("generator", _generator)):
            for name in SETS:
                item = data[f"{player}, {name}"]
                if wrong := self._form(player, name, item):
                    return wrong
                loss = float(np.ravel(item["loss"]["value"])[0])
                if wrong := judged(inputs[name], name, loss):
                    return wrong
                if name == "usual" and not item["moves"]:
                    return _no_way_back(player)
        return passed(
            f"both losses are right for usual logits and for those of ±{SURE:.0f}, and gradients "
            "find their way back through them.",
            "mind the one difference: both players look at the same logits of the same false "
            "pictures. One wants them low, the other wants them high.",
        )

    def _form(self, player: str, name: str, item: Data) -> Verdict | None:
        loss = item["loss"]
        value = loss.get("value")
        if isinstance(value, float | np.ndarray) and name == "certain" and not_a_number(value):
            return not_yet(
                "overflow",
                f"usual logits are fine. With logits of ±{SURE:.0f}, the {player}'s loss is "
                f"{np.ravel(value)[0]}.",
                f"exp({SURE:.0f}) is more than float32 can hold. Lab 03 had the same trouble, and "
                "the same way out: never take the power of a large positive number.",
                "`keras.ops.softplus(x)` is log(1 + exp(x)) without that danger.",
            )
        if item["loss"]["observed"] == "raised" and "numpy" in loss.get("message", "").lower():
            return _no_way_back(player)
        if wrong := trouble(loss):
            return wrong
        plain = isinstance(value, int | float | np.ndarray)
        if plain and np.size(value) > 1:
            return not_yet(
                "per-example",
                f"the {player}'s loss has the shape `{np.shape(value)}`.",
                "a step needs one number to go down on.",
                "take the mean, `keras.ops.mean(…)`.",
            )
        if not plain or np.size(value) < 1 or np.asarray(value).dtype.kind not in "iuf":
            return not_yet(
                "other-number",
                f"the {player}'s loss is a `{loss['type']}`, not a number.",
                "a step needs one number to go down on.",
                "return the mean of the losses.",
            )
        return None


def softplus(logits: Any) -> Floats:
    """log(1 + exp(logits)), without overflow."""
    found: Floats = np.logaddexp(0, np.asarray(logits, "float64"))
    return found


def sigmoid(logits: Any) -> Floats:
    """Logits → probabilities, without overflow."""
    found: Floats = np.exp(-softplus(-np.asarray(logits, "float64")))
    return found


def _discriminator(logits: Data, name: str, got: float) -> Verdict | None:
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


def _generator(logits: Data, name: str, got: float) -> Verdict | None:
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


def _no_way_back(player: str) -> Verdict:
    return not_yet(
        "no-way-back",
        f"the {player}'s loss is right, but no gradient leads from it to the logits.",
        "NumPy computes numbers and forgets where they came from. A tape can follow only what "
        "Keras or TensorFlow computes.",
        "use `keras.ops` instead of `np`.",
    )


def _run(loss: object, logits: list[Any]) -> Data:
    """The loss of these logits as an observation, and whether it moves with the first of them."""
    import tensorflow as tf

    if not callable(loss) or isinstance(loss, type):
        return {"loss": call(loss), "moves": False}
    variables = [tf.Variable(part) for part in logits]
    moves = [False]

    def run() -> object:
        with tf.GradientTape() as tape:
            value = loss(*[variable + 0.0 for variable in variables])
        if tf.is_tensor(value):
            found = tape.gradient(value, variables)
            moves[0] = all(gradient is not None for gradient in found)
        return value

    return {"loss": observe(run), "moves": moves[0]}


def _float32(arrays: dict[str, Any]) -> Data:
    return {name: array.astype("float32") for name, array in arrays.items()}


def _is(got: float, want: float) -> bool:
    return bool(np.isclose(got, want, rtol=1e-3, atol=1e-3))
