"""What is said about a step of either player: did it end, and who moved?"""

from typing import Any

import numpy as np

from workshop.exercises.common import trouble
from workshop.exercises.lab07.duel import drawn
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

NO_GRADIENTS = "No gradients provided"
"""How Keras's optimizers begin when the tape led nowhere."""


def stopped(inputs: Data, step: Data, player: str) -> Verdict | None:
    """The verdict on a step that did not come to its end."""
    run = step["run"]
    if run["observed"] != "raised" or NO_GRADIENTS not in run["message"]:
        return trouble(run)
    if not step["asked"]:
        return not_yet(
            "not-asked",
            "the discriminator was not called on any pictures, and so no gradient leads to the "
            f"weights of the {player}.",
            "the loss is made of the discriminator's answers. Its `predict` gives answers, too, "
            "but as plain numbers, and a tape cannot follow those.",
            "call it like a function: `discriminator(fake, training=True)`, on the tape.",
        )
    if player == "generator" and not any(_is_drawn(inputs, pictures) for pictures in step["asked"]):
        return not_yet(
            "real-pictures",
            "the discriminator was not asked about the pictures that the generator makes, and so "
            "there is no gradient for its weights.",
            "real digits do not depend on the generator: whatever they score, it cannot change it.",
            "ask the discriminator about `generator(noise, training=True)`.",
        )
    return not_yet(
        "not-on-the-tape",
        f"there is no gradient for the variables of the {player}.",
        "a tape knows only what was computed inside its `with`. What should be followed back, "
        "from the loss to the weights, must be computed there. And it must be a tensor all the "
        "way: `predict` and `.numpy()` hand out plain numbers.",
        f"all from the call of the {player} to the loss belongs in the block under "
        "`with tf.GradientTape()`.",
    )


def _is_drawn(inputs: Data, pictures: Any) -> bool:
    """Whether these are the generator's pictures, in training or not."""
    return any(
        pictures.shape == wanted.shape and np.allclose(pictures, wanted, atol=1e-3)
        for wanted in (drawn(inputs, True)[1], drawn(inputs, False)[1])
    )


def moved(step: Data, player: str) -> Verdict | None:
    """The verdict on the wrong weights having moved, or moved too often."""
    other = "discriminator" if player == "generator" else "generator"
    own, others = step[f"{player}_moved"], step[f"{other}_moved"]
    if own and others:
        return not_yet(
            "both-moved",
            f"the {player} moved, and so did the {other}.",
            f"this loss says what is good for the {player}. A {other} that goes down on it helps "
            "its opponent, and the game is no game any more.",
            f"gradients and optimizer get `{player}.trainable_variables`, no others.",
        )
    if others:
        return not_yet(
            "wrong-player",
            f"the {other} moved; the {player} stayed as it was.",
            f"this is the {player}'s step.",
            f"`variables = {player}.trainable_variables`.",
        )
    if not own:
        return not_yet(
            "nothing-moved",
            "no weight has changed.",
            "gradients say where to go. Going is the optimizer's work.",
            "`optimizer.apply(gradients, variables)`, after the tape.",
        )
    if step["updates"] != 1:
        return not_yet(
            "more-than-one",
            f"the optimizer took {step['updates']} steps.",
            "the two players take turns. Whoever moves more often wins, and then nobody learns.",
            "apply the gradients once.",
        )
    if step["frozen"]:
        return _left_frozen(step["frozen"][0])
    return None


def _left_frozen(player: str) -> Verdict:
    return not_yet(
        "left-frozen",
        f"the right weights moved. But after your step, the {player} has none left to train.",
        f"`{player}.trainable = False` holds until somebody takes it back. When its own turn "
        "comes, its list of variables is empty.",
        "leave that line out: who moves is said by the list that the optimizer gets.",
    )


def not_in_training(player: str) -> Verdict:
    """The verdict on a step that would be right for a generator at rest."""
    return not_yet(
        "not-in-training",
        f"the {player} moved as if the generator had not been in training.",
        "batch normalisation uses the batch's own mean and spread while training, and running "
        "averages otherwise. Without `training=True` this step sees other pictures than the "
        "generator is trained on.",
        "`generator(noise, training=True)`. And leave `trainable = False` alone: a frozen network "
        "is never in training.",
    )
