"""The probe's hands: run learner's code once, and tell what happened as plain data."""

import io
import linecache
import re
import sysconfig
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from workshop.exercises.plain import Data, NotPlainError, to_plain

PACKAGE = str(Path(__file__).resolve().parent)
NOT_THEIRS = (PACKAGE, sysconfig.get_path("stdlib"))
LONGEST = 300
"""Characters of a message or of printed text that a learner is shown."""
ANSI_COLOUR = re.compile(r"\x1b\[\d+m")
WRAPPER, ARGUMENTS = "Exception encountered when calling", "Arguments received by"
"""What Keras puts in front of a message and behind it."""


def call(function: object, *arguments: object) -> Data:
    """Call a learner's function with copies of the arguments.

    Returns an observation: `observed` is `value`, `raised`, `printed`, `nothing`, `not-callable`,
    `is-a-class` or `not-plain`; `value` is what came back, `type` its type's name, and `message`,
    `line`, `printed` tell the rest.
    """
    if not callable(function):
        return {"observed": "not-callable", "type": type(function).__name__}
    if isinstance(function, type):
        return {"observed": "is-a-class", "type": function.__name__}
    return observe(lambda: function(*[_copy(argument) for argument in arguments]))


def observe(action: Callable[[], object]) -> Data:
    """Run `action`, which uses learner's code, and tell what happened (see `call`)."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            value = action()
    except Exception as error:
        return _raised(error)
    return observe_value(value, printed.getvalue())


def observe_value(value: object, printed: str = "") -> Data:
    """An observation of a value that the learner already has."""
    kind = type(value).__name__
    if value is None:
        seen = "printed" if printed else "nothing"
        return {"observed": seen, "type": kind, "printed": printed[:LONGEST]}
    if isinstance(value, type):
        return {"observed": "is-a-class", "type": value.__name__}
    try:
        return {"observed": "value", "type": kind, "value": to_plain(value)}
    except (NotPlainError, ValueError) as error:
        return {"observed": "not-plain", "type": kind, "message": str(error)[:LONGEST]}


def plain_message(error: Exception) -> str:
    """What an error says: without colours, and without what Keras wraps around it."""
    # Backticks inside would end the code that the card shows the message as.
    text = ANSI_COLOUR.sub("", str(error)).replace("`", "'").partition(ARGUMENTS)[0]
    lines = [line for line in text.splitlines() if line and not line.startswith(WRAPPER)]
    return "\n".join(lines)


def _copy(argument: object) -> Any:
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _raised(error: Exception) -> Data:
    number, line = _where(error.__traceback__)
    return {
        "observed": "raised",
        "type": type(error).__name__,
        "message": plain_message(error)[:LONGEST],
        "line": number,
        "code": line,
    }


def _where(trace: TracebackType | None) -> tuple[int, str]:
    """The innermost line that is the learner's own, not a library's nor the probe's."""
    frames = traceback.extract_tb(trace)
    own = [
        frame
        for frame in frames
        if "site-packages" not in frame.filename and not frame.filename.startswith(NOT_THEIRS)
    ]
    if not own:
        return 0, ""
    frame = own[-1]
    number = frame.lineno or 0
    return number, (frame.line or linecache.getline(frame.filename, number)).strip()
