"""Answers that are classes: a loss or an optimizer that the learner has written."""

from collections.abc import Callable
from typing import Any

from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet


def observe_class(answer: Any, base: type, use: Callable[[Any], object], **settings: Any) -> Data:
    """Make an instance of the learner's class, use it, and tell what happened (see `call`).

    What is no class derived from `base` comes back as the value `{"not_a_class": …}`, for
    `class_trouble`.
    """
    if isinstance(answer, type) and issubclass(answer, base):
        return observe(lambda: use(answer(**settings)))
    kind = "class" if isinstance(answer, type) else "instance" if isinstance(answer, base) else ""
    name = answer.__name__ if isinstance(answer, type) else type(answer).__name__
    wrong = {"not_a_class": kind, "name": name, "base": base.__name__}
    return {"observed": "value", "type": name, "value": wrong}


def class_trouble(value: Any) -> Verdict | None:
    """The verdict on an answer that is no class of the right kind; None when it is one."""
    if not (isinstance(value, dict) and "not_a_class" in value):
        return None
    name, base = value["name"], value["base"]
    match value["not_a_class"]:
        case "instance":
            return not_yet(
                "instance-not-class",
                f"I was given an instance of `{name}`: a thing that has been built.",
                "the check wants the plan, the class itself, to build its own with other settings.",
                f"leave the parentheses out: `{name}`, not `{name}(…)`.",
            )
        case "class":
            return not_yet(
                "other-class",
                f"the class `{name}` is not derived from `{base}`.",
                f"Keras's `{base}` brings everything that is the same for all of them; "
                "your class adds the rest.",
                f"begin it with `class {name}(keras.….{base}):`, as in the task.",
            )
    return not_yet(
        "not-a-class",
        f"I was given a `{name}`.",
        f"the task asks for a class derived from Keras's `{base}`.",
        "pass the name of the class, without quotation marks and without parentheses.",
    )
