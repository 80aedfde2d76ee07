"""One step of each player: the right weights move, in the right direction, and no others."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab07.duel import (
    COUNT,
    discriminator_gradient,
    duel,
    generator_gradient,
    observe_step,
    same,
)
from workshop.exercises.lab07.logits import sigmoid, wants_false, wants_real
from workshop.exercises.lab07.moves import moved, not_in_training, stopped
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

DISCRIMINATOR = """\
fake = generator(noise, training=True)
with tf.GradientTape() as tape:
    loss = discriminator_loss(
        discriminator(real, training=True), discriminator(fake, training=True)
    )
variables = discriminator.trainable_variables
optimizer.apply(tape.gradient(loss, variables), variables)
return loss"""
GENERATOR = """\
with tf.GradientTape() as tape:
    fake = generator(noise, training=True)
    loss = generator_loss(discriminator(fake, training=True))
variables = generator.trainable_variables
optimizer.apply(tape.gradient(loss, variables), variables)
return loss"""
HALF_TOO = (1.0, 0.5)
"""The mean of both parts instead of their sum is as good a loss, and half as steep."""

BOTH = "variables = discriminator.trainable_variables + generator.trainable_variables"
TWICE = """\
gradients = tape.gradient(loss, variables)
for _ in range(2):
    optimizer.apply(gradients, variables)"""
APPLY = "optimizer.apply(tape.gradient(loss, variables), variables)"


class DiscriminatorStep(Exercise):
    id = "07-discriminator-step"
    title = "The discriminator's step"
    points = 3
    hints = (
        "First the pictures: `fake = generator(noise, training=True)`. Then, on a tape, the "
        "logits of `real` and of `fake`, and the loss. After the tape: gradients and the "
        "optimizer, as in the example.",
        "Whose variables go to `tape.gradient` and to `optimizer.apply`? Only "
        "`discriminator.trainable_variables`.",
        "`with tf.GradientTape() as tape: loss = discriminator_loss(discriminator(real, "
        "training=True), discriminator(fake, training=True))`.",
    )
    wrong_answers = {
        "both-moved": DISCRIMINATOR.replace(
            "fake = generator(noise, training=True)\nwith tf.GradientTape() as tape:",
            "with tf.GradientTape() as tape:\n    fake = generator(noise, training=True)",
        ).replace("variables = discriminator.trainable_variables", BOTH),
        "wrong-player": DISCRIMINATOR.replace(
            "fake = generator(noise, training=True)\nwith tf.GradientTape() as tape:",
            "with tf.GradientTape() as tape:\n    fake = generator(noise, training=True)",
        ).replace("discriminator.trainable", "generator.trainable"),
        "nothing-moved": DISCRIMINATOR.replace(APPLY, "tape.gradient(loss, variables)"),
        "not-on-the-tape": "fake = generator(noise, training=True)\n"
        "answers = discriminator(real, training=True), discriminator(fake, training=True)\n"
        "with tf.GradientTape() as tape:\n    loss = 0.0\nloss = discriminator_loss(*answers)\n"
        "variables = discriminator.trainable_variables\n" + APPLY + "\nreturn loss",
        "exchanged": DISCRIMINATOR.replace("discriminator(real", "discriminator(other")
        .replace("discriminator(fake", "discriminator(real")
        .replace("discriminator(other", "discriminator(fake"),
        "only-real": DISCRIMINATOR.replace(
            "loss = discriminator_loss(",
            "loss = generator_loss(discriminator(real))\n    _ = discriminator_loss(",
        ),
        "only-fake": DISCRIMINATOR.replace(
            "loss = discriminator_loss(",
            "loss = keras.ops.mean(keras.ops.softplus("
            "discriminator(fake)))\n    _ = discriminator_loss(",
        ),
        "not-in-training": DISCRIMINATOR.replace(
            "generator(noise, training=True)", "generator(noise)", 1
        ),
        "other-pictures": DISCRIMINATOR.replace(
            "fake = generator(noise, training=True)",
            "fake = keras.ops.zeros_like(real) + noise[0, 0]",
        ),
        "more-than-one": DISCRIMINATOR.replace(APPLY, TWICE),
        "not-asked": DISCRIMINATOR.replace("(real, training=True)", ".predict(real)").replace(
            "(fake, training=True)", ".predict(fake)"
        ),
        "left-frozen": "generator.trainable = False\n" + DISCRIMINATOR,
        "returned-nothing": DISCRIMINATOR.replace("return loss", ""),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return duel(rng)

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"step": observe_step(answer, inputs, real=True)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        step = data["step"]
        if wrong := stopped(inputs, step, "discriminator") or moved(step, "discriminator"):
            return wrong
        change = step["look"] - inputs["look"]
        if not same(change, discriminator_gradient(inputs), HALF_TOO):
            return self._direction(inputs, change)
        return passed(
            f"one step down its own loss, on {COUNT} real and {COUNT} generated pictures. The "
            "generator was used and stayed as it was.",
            "the step moves what you hand to the optimizer, and nothing else. Older code froze "
            "the other network (`trainable = False`) to reach the same.",
        )

    def _direction(self, inputs: Data, change: Any) -> Verdict:
        seen = "its weights moved, but not by what the gradient of its loss says."

        def fits(**options: Any) -> bool:
            return same(change, discriminator_gradient(inputs, **options), HALF_TOO)

        if fits(real=wants_false, fake=wants_real):
            return not_yet(
                "exchanged",
                "its weights moved so that real pictures get lower logits, false ones higher.",
                "real and false have been exchanged on their way into the loss.",
                "`discriminator_loss` wants the real logits first.",
            )
        if fits(fake=None):
            return not_yet(
                "only-real",
                f"{seen} It fits the real pictures alone.",
                "then it learns to say real, to everything.",
                "hand the logits of `fake` to the loss as well.",
            )
        if fits(real=None):
            return not_yet(
                "only-fake",
                f"{seen} It fits the generated pictures alone.",
                "then it learns to say false, to everything.",
                "hand the logits of `real` to the loss as well.",
            )
        if fits(training=False):
            return not_in_training("discriminator")
        return not_yet(
            "other-pictures",
            f"{seen} It comes from other pictures, or from another loss.",
            "the loss compares the logits of `real`, as they came, with those of the pictures "
            "that the generator makes of `noise`.",
            "`fake = generator(noise, training=True)`, then `discriminator_loss` of the logits of "
            "`real` and of `fake`.",
        )


class GeneratorStep(Exercise):
    id = "07-generator-step"
    title = "The generator's step"
    points = 3
    hints = (
        "There are no real pictures in it. Generate, ask the discriminator, compute the "
        "generator's loss: all of it on the tape, because the gradient has to come back all the "
        "way, through the discriminator.",
        "Then the gradients for `generator.trainable_variables`, and `optimizer.apply`.",
    )
    wrong_answers = {
        "both-moved": GENERATOR.replace("variables = generator.trainable_variables", BOTH),
        "wrong-player": GENERATOR.replace("generator.trainable", "discriminator.trainable"),
        "nothing-moved": GENERATOR.replace(APPLY, "tape.gradient(loss, variables)"),
        "not-on-the-tape": GENERATOR.replace(
            "with tf.GradientTape() as tape:\n    fake = generator(noise, training=True)",
            "fake = generator(noise, training=True)\nwith tf.GradientTape() as tape:",
        ),
        "against-itself": GENERATOR.replace(
            "generator_loss(discriminator(fake, training=True))",
            "keras.ops.mean(keras.ops.softplus(discriminator(fake, training=True)))",
        ),
        "saturating": GENERATOR.replace(
            "generator_loss(discriminator(fake, training=True))",
            "-keras.ops.mean(keras.ops.softplus(discriminator(fake, training=True)))",
        ),
        "real-pictures": GENERATOR.replace(
            "generator_loss(discriminator(fake, training=True))",
            "generator_loss(discriminator(x_train[:8], training=True))",
        ),
        "not-in-training": GENERATOR.replace("generator(noise, training=True)", "generator(noise)"),
        "more-than-one": GENERATOR.replace(APPLY, TWICE),
        "other-change": GENERATOR.replace("loss = generator_loss", "loss = 3 * generator_loss"),
        "not-asked": GENERATOR.replace("discriminator(fake", "discriminator.predict(fake").replace(
            "predict(fake, training=True)", "predict(fake)"
        ),
        "left-frozen": "discriminator.trainable = False\n" + GENERATOR,
        "returned-nothing": GENERATOR.replace("return loss", ""),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return duel(rng)

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"step": observe_step(answer, inputs, real=False)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        step = data["step"]
        if wrong := stopped(inputs, step, "generator") or moved(step, "generator"):
            return wrong
        change = step["last"] - inputs["last"]
        if not same(change, generator_gradient(inputs)):
            return self._direction(inputs, change)
        return passed(
            "one step, and its pictures get higher logits. The discriminator was asked, and "
            "stayed as it was.",
            "look at what the generator gets to know: for each pixel, whether more or less ink "
            "would have looked more real. It is taught by a gradient, never by an example.",
        )

    def _direction(self, inputs: Data, change: Any) -> Verdict:
        if same(change, generator_gradient(inputs, wants_false)):
            return not_yet(
                "against-itself",
                "its weights moved so that its pictures get lower logits.",
                "that is what the discriminator wants. Your generator learns to be found out.",
                "use `generator_loss` on the logits of `fake`.",
            )
        if same(change, generator_gradient(inputs, lambda logits: -sigmoid(logits))):
            return not_yet(
                "saturating",
                "the direction is right, the length is not: it fits the discriminator's loss "
                "with its sign turned.",
                "that slope vanishes where a picture is recognised for sure, and there the "
                "generator has most to learn.",
                "use `generator_loss`.",
            )
        if same(change, generator_gradient(inputs, training=False)):
            return not_in_training("generator")
        return not_yet(
            "other-change",
            "its weights moved, but not by what the gradient of `generator_loss` says.",
            "the loss belongs to the logits of the pictures made of `noise`, and to nothing else.",
            "`loss = generator_loss(discriminator(generator(noise, training=True), "
            "training=True))`, on the tape.",
        )
