"""An exercise is one object: a probe beside the learner's code, a judge away from it.

The probe feeds inputs to the learner's code and turns what comes back into plain data. The judge
turns that data into a verdict and needs nothing of the learner's process. In a lab both run in
the kernel; a grader runs the judge elsewhere.
"""

import os
import sys
import zlib
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np

from workshop import progress, session
from workshop.card import Card, Part
from workshop.exercises.common import trouble
from workshop.exercises.observe import observe_value
from workshop.exercises.placeholder import is_placeholder
from workshop.exercises.plain import Data, to_plain
from workshop.source import reference, solution_text
from workshop.verdict import Verdict, could_not_check, not_attempted

Answer = TypeVar("Answer")


class NotPassedError(AssertionError):
    """Raised by `check` only where a grader runs the notebook and counts exceptions."""


class Exercise:
    """What every exercise shares; a subclass says what is asked and how it is judged.

    Attributes:
        id: lab and name, such as `01-normalise`; unique in the course.
        title: a few words.
        points: what a right answer earns.
        hints: at least two, each giving away a little more.
        wrong_answers: a misconception's name → code that holds it. `workshop verify` puts each
            in the place of the solution and demands this very diagnosis.
        wrong_checks: the same for a slip that no answer's code can hold: a misconception's
            name → what stands between the parentheses of `check`, behind the right answer.
        network: whether the "answer" is a network, or a "call" of it gives one, or it has
            "trained" the one that the check hands it. A grader then tries that network in a
            process of its own. A "trained" exercise has two methods that its probe calls:
            `train(inputs, answer)` gives the network and what else is to be told, and
            `look(inputs, network)` gives what can be seen of the network itself.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    points: ClassVar[float] = 1
    hints: ClassVar[tuple[str, ...]]
    wrong_answers: ClassVar[dict[str, str]] = {}
    wrong_checks: ClassVar[dict[str, str]] = {}
    network: ClassVar[Literal["", "answer", "call", "trained"]] = ""

    def inputs(self, rng: np.random.Generator) -> Data:
        """Plain data to try the learner's code on. A grader draws its own, with its own seed."""
        return {}

    def probe(self, inputs: Data, answer: Any) -> Data:
        """Plain data about the learner's answer; runs beside the learner's code."""
        return {"answer": observe_value(answer)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        """The verdict on what the probe brought; needs nothing of the learner's process."""
        raise NotImplementedError

    @property
    def lab(self) -> str:
        """Where it belongs: the two digits of a lab, or `script`."""
        return self.id.partition("-")[0]

    @property
    def name(self) -> str:
        """What the learner writes after `ex.`."""
        return self.id.partition("-")[2].replace("-", "_")

    def check(self, answer: Any) -> Verdict:
        """Judge the answer, remember the outcome, and return the verdict to be shown.

        Raises:
            NotPassedError: under nbgrader only, which takes a cell without an exception for right.
        """
        verdict = self.verdict(answer)
        if verdict.passed and session.forgetful_place() and not self._passed_before():
            session.remind_once()
        progress.record(verdict)
        if os.environ.get("NBGRADER_EXECUTION") and not verdict.passed:
            raise NotPassedError(str(verdict))
        return verdict

    def verdict(self, answer: Any) -> Verdict:
        """Judge the answer and do nothing else."""
        if is_placeholder(answer):
            return self._signed(
                not_attempted("the `...` is still there. Replace it, then run the cell again.")
            )
        inputs = self.public_inputs()
        try:
            data = to_plain(self.probe(inputs, answer))
        except Exception as error:
            # A probe meets whatever a learner hands it; blame nobody, and never stop the lab.
            return self._signed(_broken(error))
        return self.settle(inputs, data)

    def public_inputs(self) -> Data:
        """What the lab's own check tries; every learner may see it.

        Exercises differ, runs do not: the same answer always meets the same input.
        """
        return self.inputs(np.random.default_rng(zlib.crc32(self.id.encode())))

    def settle(self, inputs: Data, data: Data) -> Verdict:
        """From plain data to a verdict; all that a grader needs to call.

        Observations are unwrapped first: one without a usable value is diagnosed here, so that
        a judge sees values alone.
        """
        try:
            return self._signed(self._diagnosed(inputs, data))
        except Exception as error:
            # A grader settles what a stranger's process sent: it can have any form.
            return self._signed(_broken(error))

    def _diagnosed(self, inputs: Data, data: Data) -> Verdict:
        values: Data = {}
        for name, item in data.items():
            observed = isinstance(item, dict) and "observed" in item
            if observed and (verdict := trouble(item)):
                return verdict
            values[name] = item["value"] if observed else item
        return self.judge(inputs, values)

    def call_for(self, verb: str, stage: int | None = None) -> str:
        """What the learner runs to get a hint or the solution."""
        return f"ex.{self.name}.{verb}({stage or ''})"

    def hint(self, stage: int = 1) -> Card:
        """The first hint, or a later one that gives away more."""
        last = len(self.hints)
        stage = min(max(stage, 1), last)
        after = (
            f"the next hint says more: `{self.call_for('hint', stage + 1)}`"
            if stage < last
            else f"this was the last one; `{self.call_for('solution')}` shows an answer."
        )
        parts = (Part("", self.hints[stage - 1]), Part("Then", after))
        return Card("➜", f"hint {stage} of {last}", f"{self.id} {self.title}", parts)

    def solution(self) -> Card:
        """An answer, as the lab's source has it."""
        parts = (
            Part("", solution_text(self.id), code=True),
            Part("Now", "close it, and write it again in your own words."),
        )
        return Card("✎", "an answer", f"{self.id} {self.title}", parts)

    def or_reference(self, answer: Answer) -> Answer:
        """Your answer if it passes; otherwise the course's own, so that the lab goes on."""
        if self.verdict(answer).passed:
            return answer
        print(f"{self.id} has not passed yet: from here on, the lab uses its own answer.")
        # The course's answer leans on the imports and arrays of the cell that asks for it.
        found: Answer = reference(self.id, sys._getframe(1).f_globals)
        return found

    def _passed_before(self) -> bool:
        return progress.standings().get(self.id, progress.Standing()).passed

    def _signed(self, verdict: Verdict) -> Verdict:
        return verdict.of(self.id, self.title, self.points, self.call_for("hint"))


def _broken(error: Exception) -> Verdict:
    return could_not_check(
        f"the check itself stopped with `{type(error).__name__}: {error}`",
        "the answer has a form that the check did not expect, or the check is wrong.",
        "compare the type of your answer with what the task asks for; "
        "if it fits, report this as a bug.",
    )
