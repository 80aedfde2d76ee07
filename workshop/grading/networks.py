"""Networks come back as files, and are tried where no learner's code runs.

The learner's process saves the answer as a `.keras` file. The grader takes the file apart, keeps
the two parts that matter (`workshop.untrusted`), and lets a fresh room load them in Keras's safe
mode and answer private pictures. An accuracy that a learner's process tells is never used.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.inside.wire import BadMessageError, LineClosedError, Message
from workshop.grading.room import House, StoppedError
from workshop.untrusted import ModelFile, RefusedModel
from workshop.verdict import Verdict, not_yet

HIDDEN = "rows"
"""Where the private labels stand: never sent."""


def answer_of_network(
    house: House, exercise: Exercise, inputs: Data, said: Message
) -> Message | Verdict:
    """What the network in a message answers to the private inputs; a verdict if it is not run."""
    if isinstance(kind := said.get("no_model"), str):
        return _refused(exercise, "not-a-model", f"I got a `{kind[:60]}`, not a Keras model.")
    content = said.get("model")
    if not isinstance(content, np.ndarray):
        return said
    try:
        model = ModelFile.read(content.astype("uint8").tobytes())
        return _tried(house, exercise, inputs, model)
    except RefusedModel as refusal:
        return _refused(exercise, "refused-model", str(refusal))
    except (StoppedError, LineClosedError, BadMessageError) as error:
        return _refused(exercise, "refused-model", f"the network could not be run: {error}.")


def _tried(house: House, exercise: Exercise, inputs: Data, model: ModelFile) -> Message:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.write(path)
        content = np.frombuffer(path.read_bytes(), "uint8")
    order: dict[str, Any] = {"do": "read", "exercise": exercise.id, "model": content}
    shown = {name: value for name, value in inputs.items() if name != HIDDEN}
    with house.room() as room:
        room.send(order | {"inputs": shown})
        return room.receive()


def _refused(exercise: Exercise, diagnosis: str, seen: str) -> Verdict:
    verdict = not_yet(
        diagnosis,
        seen,
        "a grader tries the network itself, on digits that it has not seen, and runs no code that "
        "comes with it.",
        "answer with a trained Keras model made of Keras's own layers.",
    )
    return verdict.of(exercise.id, exercise.title, exercise.points)
