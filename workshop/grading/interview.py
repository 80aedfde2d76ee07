"""Ask a learner's process about each exercise, and judge here what it answers.

The process may be hostile: whatever it sends is taken for data about the learner's answer, and an
exercise is passed only if `Exercise.settle` finds that data right for inputs that nobody knew.
"""

import signal
import zlib
from dataclasses import dataclass, field, replace

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.course import Lab, Plan, Question
from workshop.grading.inside.wire import BadMessageError, LineClosedError, Message
from workshop.grading.networks import answer_of_network
from workshop.grading.room import House, Room, StoppedError
from workshop.verdict import Outcome, Verdict, could_not_check, not_attempted, not_yet

LONGEST_TEXT = 1_000
NO_ANSWER = not_attempted("no answer to this exercise was found in the notebook.")
ORDER = (Outcome.NOT_ATTEMPTED, Outcome.COULD_NOT_CHECK, Outcome.NOT_YET, Outcome.PASSED)
"""From the least to the most that is known of an answer."""


@dataclass
class Interview:
    """One notebook's run.

    Attributes:
        verdicts: by exercise; there is one for each exercise of the lab from the beginning.
        ended: why the run ended early; empty if it came to its end.
        errors: the cells that stopped with an error, by number, and the error.
        rungs: the walls that stood around the process.
    """

    house: House
    lab: Lab
    plan: Plan
    seed: int
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    ended: str = ""
    errors: dict[int, str] = field(default_factory=dict)
    rungs: tuple[str, ...] = ()
    _settled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._questions = {question.id: question for question in self.lab.questions}
        self.verdicts = {q.id: _signed(NO_ANSWER, q.exercise) for q in self.lab.questions}

    def hold(self) -> None:
        """Run the notebook to its end, or as far as it gets. Raises nothing that a learner does.

        Raises:
            NoRoomError: if no room can be opened.
        """
        room: Room | None = None
        try:
            with self.house.room() as room:
                self.rungs = room.rungs
                self._run(room)
        except StoppedError as stop:
            self.ended = f"it was stopped: {stop}"
        except LineClosedError:
            self.ended = f"its process ended by itself{_how(room.status if room else None)}"
        except BadMessageError as error:
            self.ended = f"its process broke the connection to the grader ({error})"
        if self.ended:
            self._close_open_questions()

    def _run(self, room: Room) -> None:
        for number, step in enumerate(self.plan.steps, 1):
            error = self._run_cell(room, step.source)
            if error:
                self.errors[number] = error
            for question in step.ask:
                self.plan.left[question.id] -= 1
                if question.id not in self._settled:
                    self._note(question, self._asked(room, question))

    def _run_cell(self, room: Room, source: str) -> str:
        room.send({"do": "run", "source": source})
        while True:
            said = room.receive()
            question = self._questions.get(str(said.get("go_on")))
            if question is None:
                return str(said.get("error", ""))[:300]
            self._go_on(room, question, attempted="placeholder" not in said)

    def _go_on(self, room: Room, question: Question, attempted: bool) -> None:
        """Answer `or_reference`. The course's answer leaves the grader only when it is too late."""
        last = self.plan.left[question.id] <= 0
        if last and attempted and question.id not in self._settled:
            self._note(question, self._asked(room, question))
        if not last or self.verdicts[question.id].passed:
            room.send({"keep": True})
            return
        self._settled.add(question.id)
        room.send({"code": question.reference, "answer": question.answer})

    def _asked(self, room: Room, question: Question) -> Verdict:
        exercise = question.exercise
        # The same for every learner of a run, so that equal answers get equal verdicts.
        rng = np.random.default_rng([self.seed, zlib.crc32(exercise.id.encode())])
        inputs = exercise.inputs(rng)
        request: Message = {"exercise": exercise.id, "answer": question.answer}
        if exercise.network:
            room.send(request | {"do": "model"})
            said = answer_of_network(self.house, exercise, inputs, room.receive())
        else:
            room.send(request | {"do": "probe", "inputs": inputs})
            said = room.receive()
        return said if isinstance(said, Verdict) else verdict_on(exercise, inputs, said)

    def _note(self, question: Question, verdict: Verdict) -> None:
        """Keep the best; of two equally good, the later."""
        before = self.verdicts[question.id]
        if ORDER.index(verdict.outcome) >= ORDER.index(before.outcome):
            self.verdicts[question.id] = verdict
        if verdict.passed:
            self._settled.add(question.id)

    def _close_open_questions(self) -> None:
        """What was still to be asked when the run ended is nobody's wrong answer."""
        for name, verdict in self.verdicts.items():
            if verdict.outcome is Outcome.NOT_ATTEMPTED and self.plan.left[name] > 0:
                ended = could_not_check(
                    f"the notebook did not get this far: {self.ended}.",
                    "cells run from the top to the bottom, and one of them ended the run.",
                    "Restart Kernel and Run All Cells shows which.",
                    "run-ended",
                )
                self.verdicts[name] = _signed(ended, self._questions[name].exercise)


def verdict_on(exercise: Exercise, inputs: Data, said: Message) -> Verdict:
    """What the grader makes of one answer from a learner's process."""
    match said:
        case {"data": dict(data)}:
            return _clipped(exercise.settle(inputs, data))
        case {"placeholder": True}:
            return _signed(not_attempted("the `...` is still there."), exercise)
        case {"missing": str(name)}:
            return _signed(not_attempted(f"`{name}` does not exist."), exercise)
        case {"failed": str(reason)}:
            return _signed(
                could_not_check(
                    f"the answer could not be looked at: `{reason[:200]}`.",
                    "it has a form that the check did not expect, or it did not come to an end.",
                    "compare its type with what the task asks for.",
                ),
                exercise,
            )
    return _signed(
        not_yet(
            "no-answer",
            "the notebook's process did not answer the question that the grader asked.",
            "the grader believes only data that fits the question.",
            "remove code that changes the course's package.",
        ),
        exercise,
    )


def _clipped(verdict: Verdict) -> Verdict:
    """The verdict with what it quotes of the learner's answer cut to a readable length."""
    return replace(
        verdict,
        seen=verdict.seen[:LONGEST_TEXT],
        why=verdict.why[:LONGEST_TEXT],
        try_this=verdict.try_this[:LONGEST_TEXT],
    )


def _signed(verdict: Verdict, exercise: Exercise) -> Verdict:
    return verdict.of(exercise.id, exercise.title, exercise.points)


def _how(status: int | None) -> str:
    """In words: how a process ended."""
    if not status:
        return ""
    number = -status if status < 0 else status - 128
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return f" (status {status})"
