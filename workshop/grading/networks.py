"""Networks come back as files, and are tried where no learner's code runs.

The learner's process saves the network as a `.keras` file. The grader takes the file apart, keeps
the two parts that matter (`workshop.untrusted`), and lets a fresh room load them in Keras's safe
mode and answer pictures. Private pictures are shown to that room alone. An accuracy that a
learner's process tells is never used.
"""

import contextlib
import io
from contextlib import ExitStack

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.inside.wire import BadMessageError, LineClosedError, Message
from workshop.grading.private import SEALED, judged
from workshop.grading.robustness import Row, row_of, variants
from workshop.grading.room import Room, Rooms, StoppedError
from workshop.grading.said import signed, verdict_on
from workshop.untrusted import ModelFile, RefusedModel
from workshop.verdict import Verdict, not_yet


class _NoNetworkError(Exception):
    """The learner's process has sent something else; `said` is what."""

    def __init__(self, said: Message) -> None:
        self.said = said


def verdict_on_network(
    house: Rooms, room: Room, exercise: Exercise, expression: str, seed: int
) -> tuple[Verdict, Row]:
    """Ask for a network and try it; its verdict, and how it fares on spoilt digits.

    The row is empty for a network that is not made to read digits, or does not come so far.
    """
    with ExitStack() as stack:
        trial = _Trial(house, room, exercise, expression, stack)
        try:
            return judged(exercise, trial.ask, seed), trial.row(seed)
        except _NoNetworkError as nothing:
            # What the learner's own process tells counts for feedback, never for points.
            verdict = verdict_on(exercise, exercise.public_inputs(), nothing.said)
            if verdict.passed:
                verdict = _refused(exercise, "no network came with the answer.")
            return verdict, {}
        except RefusedModel as refusal:
            return _refused(exercise, str(refusal)), {}


class _Trial:
    """One network, saved in the learner's room and tried in a fresh one."""

    def __init__(
        self, house: Rooms, room: Room, exercise: Exercise, expression: str, stack: ExitStack
    ) -> None:
        self._house = house
        self._learners = room
        self._exercise = exercise
        self._order = {"exercise": exercise.id, "how": exercise.network, "answer": expression}
        self._stack = stack
        self._fresh: Room | None = None
        self._told: Data = {}

    def ask(self, inputs: Data) -> Message:
        """What can be seen of the network with these inputs.

        Raises:
            RefusedModel: if it is none that can be run here.
        """
        shown = {name: value for name, value in inputs.items() if name != SEALED}
        # A network that is trained by the question is another one for each question.
        if self._fresh is None or self._exercise.network == "trained":
            failed = self._bring(self._saved(shown))
            if "failed" in failed:
                return failed
        said = self._try({"do": "look", "inputs": shown})
        data = said.get("data")
        return said | {"data": self._told | data} if isinstance(data, dict) else said

    def row(self, seed: int) -> Row:
        """How the network fares on spoilt digits."""
        if self._fresh is None or SEALED not in self._exercise.public_inputs():
            return {}
        spoilt, labels = variants(seed)
        with contextlib.suppress(RefusedModel):
            images = np.concatenate(list(spoilt.values()))
            classes = self._try({"do": "classify", "images": images}).get("classes")
            if isinstance(classes, np.ndarray) and classes.shape == (len(spoilt) * len(labels),):
                return row_of(classes, seed)
        return {}

    def _saved(self, shown: Data) -> bytes:
        self._learners.send(self._order | {"do": "save", "inputs": shown})
        said = self._learners.receive()
        content, told = said.get("network"), said.get("data", {})
        if not isinstance(content, np.ndarray) or not isinstance(told, dict):
            raise _NoNetworkError(said)
        self._told = told
        file = io.BytesIO()
        ModelFile.read(content.astype("uint8").tobytes()).write(file)
        return file.getvalue()

    def _bring(self, content: bytes) -> Message:
        if self._fresh is None:
            self._fresh = self._stack.enter_context(self._house.room())
        return self._try({"do": "load", "network": np.frombuffer(content, "uint8")})

    def _try(self, request: Message) -> Message:
        assert self._fresh is not None
        try:
            self._fresh.send(self._order | request)
            return self._fresh.receive()
        except (StoppedError, LineClosedError, BadMessageError) as error:
            raise RefusedModel(f"the network could not be run: {error}.", "limits") from error


def _refused(exercise: Exercise, seen: str) -> Verdict:
    verdict = not_yet(
        "refused-model",
        seen,
        "a grader tries the network itself, on inputs that it has not seen, and runs no code that "
        "comes with it.",
        "answer with a Keras model made of Keras's own layers.",
    )
    return signed(verdict, exercise)
