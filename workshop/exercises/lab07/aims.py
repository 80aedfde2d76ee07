"""What each player wants: two losses, from logits."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number, trouble
from workshop.exercises.lab07.wrong_losses import fault_with_discriminator, fault_with_generator
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

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
        "all-alike": RIGHT.replace("softplus(-real", "softplus(real"),
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
        for player, judged in (
            ("discriminator", fault_with_discriminator),
            ("generator", fault_with_generator),
        ):
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
                f"no float32 can hold exp({SURE:.0f}), and a sigmoid of −{SURE:.0f} is rounded to "
                "0, which has no logarithm. Lab 03 had the same trouble, and the same way out: "
                "never take the power of a large positive number.",
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


def _no_way_back(player: str) -> Verdict:
    return not_yet(
        "no-way-back",
        f"the {player}'s loss is right, but no gradient leads from it to the logits.",
        "NumPy and `float` forget where a number came from. A tape can follow only what Keras or "
        "TensorFlow computes.",
        "use `keras.ops` instead of `np`, and return its result as it is.",
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
