"""Ask a learner's process about each exercise, and judge here what it answers.

The process may be hostile: whatever it sends is taken for data about the learner's answer, and an
exercise is passed only if `Exercise.settle` finds that data right for inputs that nobody knew
(`private`).
"""

import signal
from dataclasses import dataclass, field

from workshop.exercises.plain import Data
from workshop.grading.course import Lab, Plan, Question
from workshop.grading.inside.wire import BadMessageError, LineClosedError, Message
from workshop.grading.networks import verdict_on_network
from workshop.grading.private import judged
from workshop.grading.robustness import Row
from workshop.grading.room import Room, Rooms, StoppedError
from workshop.grading.said import signed
from workshop.verdict import Outcome, Verdict, could_not_check, not_attempted

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
        robustness: by exercise, how the last network that was handed in fares on spoilt digits.
    """

    house: Rooms
    lab: Lab
    plan: Plan
    seed: int
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    ended: str = ""
    errors: dict[int, str] = field(default_factory=dict)
    rungs: tuple[str, ...] = ()
    robustness: dict[str, Row] = field(default_factory=dict)
    _settled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._questions = {question.id: question for question in self.lab.questions}
        self.verdicts = {q.id: signed(NO_ANSWER, q.exercise) for q in self.lab.questions}

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
        if exercise.network:
            verdict, row = verdict_on_network(
                self.house, room, exercise, question.answer, self.seed
            )
            if row:
                self.robustness[exercise.id] = row
            return verdict

        def ask(inputs: Data) -> Message:
            request = {"do": "probe", "exercise": exercise.id, "answer": question.answer}
            room.send(request | {"inputs": inputs})
            return room.receive()

        return judged(exercise, ask, self.seed)

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
                self.verdicts[name] = signed(ended, self._questions[name].exercise)


def _how(status: int | None) -> str:
    """In words: how a process ended."""
    if not status:
        return ""
    number = -status if status < 0 else status - 128
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return f" (status {status})"
