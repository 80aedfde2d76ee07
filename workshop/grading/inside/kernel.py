"""Runs a learner's cells and answers the grader's questions about what they have made.

One process for one notebook. It may be taken over by the learner's code; then it can lie to the
grader, and it can do nothing else.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from workshop.exercises.catalogue import find_exercise
from workshop.exercises.placeholder import is_placeholder
from workshop.exercises.plain import to_plain
from workshop.grading.inside.exercise import Exercise
from workshop.grading.inside.network import classes, read_network, without_training
from workshop.grading.inside.time_limit import time_limit
from workshop.grading.inside.wire import Line, LineClosedError, Message, pack

LONGEST_MESSAGE = 300
SAVED = "answer.keras"


class Kernel:
    """Answers requests, one after the other, until the grader hangs up."""

    def __init__(self, line: Line, seconds: float) -> None:
        self._line = line
        # A copy that the learner's code makes of this process has nothing to say to the grader.
        os.register_at_fork(after_in_child=line.close)
        self._seconds = seconds
        self._network: Any = None
        shell: Any = InteractiveShell.instance()
        self._shell = shell
        # Nobody looks: figures need not be drawn.
        self._shell.display_formatter.active_types = ["text/plain"]
        # What `%matplotlib inline` and `!` ask for; there is no screen and no terminal here.
        self._shell.enable_gui = lambda gui=None: None
        self._shell.system = self._shell.system_raw
        self._shell.history_manager.enabled = False
        self._shell.run_line_magic("xmode", "Minimal")
        Exercise.go_on = staticmethod(self._go_on)

    def serve(self) -> None:
        """Answer until the line is closed (`LineClosedError`)."""
        while True:
            request = self._line.receive()
            try:
                content = pack(self._answer(request))
            except LineClosedError:
                raise
            except Exception as error:  # the answer is none that can be told
                content = pack({"failed": _told(error), "error": _told(error)})
            self._line.send_packed(content)

    def _answer(self, request: Message) -> Message:
        match request:
            case {"do": "run", "source": source}:
                return self._run(source)
            case {"do": "probe", "exercise": name, "answer": expression, "inputs": inputs}:
                return self._probe(name, expression, inputs)
            case {"do": "save", "exercise": name, "answer": expression, "inputs": inputs}:
                return self._save(name, expression, inputs, str(request.get("how")))
            case {"do": "load", "network": content}:
                return self._about("None", lambda _: self._load(content))
            case {"do": "look", "exercise": name, "inputs": inputs}:
                how = str(request.get("how"))
                return self._about("None", lambda _: _seen(name, inputs, self._network, how))
            case {"do": "classify", "images": images}:
                return self._about("None", lambda _: {"classes": classes(self._network, images)})
        return {"failed": "no such request"}

    def _run(self, source: str) -> Message:
        try:
            with time_limit(self._seconds):
                result = self._shell.run_cell(source, store_history=False)
        except BaseException as error:  # the time was up between two of IPython's own lines
            return {"error": _told(error)}
        stopped = result.error_before_exec or result.error_in_exec
        return {"error": _told(stopped) if stopped else ""}

    def _probe(self, name: str, expression: str, inputs: Message) -> Message:
        return self._about(expression, lambda answer: _probed(name, inputs, answer))

    def _save(self, name: str, expression: str, inputs: Message, how: str) -> Message:
        """The network as a `.keras` file, to be tried where no learner's code runs.

        What cannot be saved is probed here, so that its author hears what is wrong with it.
        """

        def ask(answer: Any) -> Message:
            import keras

            with contextlib.suppress(Exception):
                network, told = _brought(name, inputs, answer, how)
                if isinstance(network, keras.Model):
                    network.save(SAVED)
                    content = without_training(Path(SAVED).read_bytes())
                    return {"network": np.frombuffer(content, "uint8")} | told
            return _probed(name, inputs, answer)

        return self._about(expression, ask)

    def _load(self, content: Any) -> Message:
        """Hold a network that came as a file, in a process that no learner's code has seen."""
        self._network = read_network(content)
        return {"loaded": True}

    def _about(self, expression: str, ask: Any) -> Message:
        try:
            with time_limit(self._seconds):
                answer = eval(expression, self._shell.user_ns)
                if is_placeholder(answer):
                    return {"placeholder": True}
                return dict(ask(answer))
        except NameError as error:
            return {"missing": str(error.name)[:LONGEST_MESSAGE]}
        except BaseException as error:
            return {"failed": _told(error)}

    def _go_on(self, exercise: Exercise, answer: Any, names: dict[str, Any]) -> Any:
        """`or_reference`: the grader judges first, and only then tells what it would have said."""
        if is_placeholder(answer):
            told: Message = {"placeholder": True}
        else:
            told = {"judge": True}
        self._line.send({"go_on": exercise.id, **told})
        while True:
            request = self._line.receive()
            if "keep" in request:
                return answer
            if "code" in request:
                scratch = dict(names)
                exec(request["code"], scratch)
                return eval(request["answer"], scratch)
            # Asked about just this answer, wherever the learner keeps it.
            self._shell.user_ns[HELD] = answer
            self._line.send(self._answer(request | {"answer": HELD}))


HELD = "_held_for_the_grader"


def _exercise(name: str) -> Any:
    exercise = find_exercise(name)
    if exercise is None:
        raise LookupError(f"there is no exercise {name}")
    return exercise


def _probed(name: str, inputs: Message, answer: Any) -> Message:
    return {"data": to_plain(_exercise(name).probe(inputs, answer))}


def _brought(name: str, inputs: Message, answer: Any, how: str) -> tuple[Any, Message]:
    """The network that an answer is or makes, and what else there is to tell."""
    if how == "trained":
        network, told = _exercise(name).train(inputs, answer)
        return network, {"data": to_plain(told)}
    return answer() if how == "call" and callable(answer) else answer, {}


def _seen(name: str, inputs: Message, network: Any, how: str) -> Message:
    """What can be told of a network alone."""
    if how == "trained":
        return {"data": to_plain(_exercise(name).look(inputs, network))}
    return _probed(name, inputs, (lambda: network) if how == "call" else network)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
