"""Networks come back as files, and are tried where no learner's code runs.

The learner's process saves the answer as a `.keras` file. The grader takes the file apart, keeps
the two parts that matter (`workshop.untrusted`), and lets a fresh room load them in Keras's safe
mode and answer private pictures. An accuracy that a learner's process tells is never used.
"""

import tempfile
from pathlib import Path

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.house import House
from workshop.grading.inside.wire import BadMessageError, LineClosedError, Message
from workshop.grading.room import Room, StoppedError
from workshop.grading.said import verdict_on
from workshop.untrusted import ModelFile, RefusedModel
from workshop.verdict import Verdict, not_yet

HIDDEN = "rows"
"""Where the private labels stand: never sent."""


def verdict_on_network(
    house: House, room: Room, exercise: Exercise, expression: str, inputs: Data
) -> Verdict:
    """Ask for a network, and try it on the private inputs."""
    shown = {name: value for name, value in inputs.items() if name != HIDDEN}
    order = {"exercise": exercise.id, "call": exercise.network == "call", "inputs": shown}
    room.send(order | {"do": "save", "answer": expression})
    said = room.receive()
    content = said.get("network")
    if not isinstance(content, np.ndarray):
        return _not_passed(exercise, verdict_on(exercise, inputs, said))
    try:
        model = ModelFile.read(content.astype("uint8").tobytes())
        return verdict_on(exercise, inputs, _tried(house, order, model))
    except RefusedModel as refusal:
        return _refused(exercise, str(refusal))
    except (StoppedError, LineClosedError, BadMessageError) as error:
        return _refused(exercise, f"the network could not be run: {error}.")


def _tried(house: House, order: Message, model: ModelFile) -> Message:
    """What a fresh room says about a network."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.write(path)
        content = np.frombuffer(path.read_bytes(), "uint8")
    with house.room() as room:
        room.send(order | {"do": "read", "network": content})
        return room.receive()


def _not_passed(exercise: Exercise, verdict: Verdict) -> Verdict:
    """What the learner's own process tells of a network counts for feedback, never for points."""
    return _refused(exercise, "no network came with the answer.") if verdict.passed else verdict


def _refused(exercise: Exercise, seen: str) -> Verdict:
    verdict = not_yet(
        "refused-model",
        seen,
        "a grader tries the network itself, on inputs that it has not seen, and runs no code that "
        "comes with it.",
        "answer with a Keras model made of Keras's own layers.",
    )
    return verdict.of(exercise.id, exercise.title, exercise.points)
