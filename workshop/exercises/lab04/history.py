"""A secret in a history: where can it be read, and what is done first?"""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ADDED, MOVED_TO, TAKEN_OUT, DELETED, IN_ADDRESS = 7, 23, 16, 32, 39
SECRETS = {ADDED, MOVED_TO, TAKEN_OUT, DELETED, IN_ADDRESS}
REMOVED_LINES = {TAKEN_OUT, DELETED}
PLACEHOLDERS = {8, 9, 17, 26, 33, 40}
"""Lines that speak of a token or use one, without its value."""
COMMITS = {1, 11, 19, 28, 35}
"""Lines with the number of a commit, which looks like a secret and is none."""
FIRST = "revoke the tokens"
CHOICES = (
    FIRST,
    "delete the lines and commit",
    "rewrite the history",
    "make the repository private",
)


def _answer(lines: set[int], first: str = FIRST) -> str:
    return f"leaks = {sorted(lines)}\nfirst = {first!r}"


class Leak(Exercise):
    id = "04-leak"
    title = "Find the leak"
    points = 2
    hints = (
        "A line is a leak if somebody who copies it can log in with it. Names of variables, and "
        "`...` in an example, let nobody in.",
        "Lines that begin with `-` were taken out. Can they still be read? You have just read "
        "them. There are two different secrets; one of them is part of an address.",
        "Five lines. What is done first must also help against those who have copied the "
        "history already.",
    )
    wrong_answers = {
        "deleted-is-gone": _answer(SECRETS - REMOVED_LINES),
        "first-commit-only": _answer({ADDED}),
        "address-overlooked": _answer(SECRETS - {IN_ADDRESS}),
        "commit-number": _answer(SECRETS | COMMITS),
        "placeholder": _answer(SECRETS | {8}),
        "deleting-first": _answer(SECRETS, CHOICES[1]),
        "rewriting-first": _answer(SECRETS, CHOICES[2]),
        "hiding-first": _answer(SECRETS, CHOICES[3]),
        "too-many-lines": _answer(SECRETS | {6}),
        "not-a-choice": _answer(SECRETS, "hope"),
        "not-line-numbers": 'leaks = "all"\nfirst = "revoke the tokens"',
        "other-lines": _answer({2, 3}),
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        lines, first = _parts(data["answer"])
        if lines is None:
            return not_yet(
                "not-line-numbers",
                f"I got `{str(data['answer'])[:60]}`.",
                "the check compares line numbers.",
                "let `leaks` be a list of the numbers printed on the left.",
            )
        if wrong := _lines(lines) or _choice(first):
            return wrong
        return passed(
            "five lines, two secrets, and the right thing first.",
            "a revoked token is worth nothing, wherever copies of it lie. After that: look up "
            "what was done with it, take it out of the code, and let a scanner look at every "
            "commit before it leaves the computer.",
        )


def _parts(answer: Any) -> tuple[set[int] | None, Any]:
    if not isinstance(answer, list) or len(answer) != 2:
        return None, None
    try:
        lines = np.asarray(answer[0], dtype="float64").reshape(-1)
        whole = bool(np.isfinite(lines).all()) and bool((lines == lines.round()).all())
        return ({int(line) for line in lines} if whole else None), answer[1]
    except (TypeError, ValueError):
        return None, None


def _lines(lines: set[int]) -> Verdict | None:
    if lines == SECRETS:
        return None
    said = f"you point to {', '.join(map(str, sorted(lines))) or 'no line'}."
    if extra := sorted(lines & COMMITS):
        return not_yet(
            "commit-number",
            f"{said} Line {extra[0]} holds the number of a commit.",
            "it is as long and as random as a token, but it only names a version. Scanners stumble "
            "over it, too.",
            "leave those lines out.",
        )
    if extra := sorted(lines & PLACEHOLDERS):
        return not_yet(
            "placeholder",
            f"{said} With what stands in line {extra[0]}, nobody can log in.",
            "it is a name, or an example without a value. To read the token from the environment "
            "is even the right way.",
            "keep only lines with the value itself.",
        )
    if lines == {ADDED}:
        return not_yet(
            "first-commit-only",
            said,
            "that is where it began. The value was copied from there, and each copy can be read.",
            "read on, and look for the same value in other places, and for a second secret.",
        )
    if lines and lines <= SECRETS and not lines & REMOVED_LINES:
        return not_yet(
            "deleted-is-gone",
            f"{said} That leaves out the lines that begin with a minus.",
            "git keeps every version. A line that was taken out is in the history, and whoever "
            "clones the repository has it.",
            "look at the lines with a minus again.",
        )
    if lines == SECRETS - {IN_ADDRESS}:
        return not_yet(
            "address-overlooked",
            f"{said} One is missing, and it is another secret.",
            "secrets also hide in addresses, in the form `name:password@computer`. Nobody called "
            "it a token.",
            "read the last commit once more.",
        )
    if lines > SECRETS:
        extra = sorted(lines - SECRETS)
        return not_yet(
            "too-many-lines",
            f"{said} The {len(SECRETS)} leaks are among them; line {extra[0]} is none.",
            "whoever copies that line cannot log in with it.",
            "leave it out, and each line without the value of a token or a password.",
        )
    return not_yet(
        "other-lines",
        f"{said} I expected {len(SECRETS)} lines; {len(lines & SECRETS)} of yours are among them.",
        "a leak is a line from which the value itself can be copied.",
        "search the text for the first characters of the token: where else do they stand?",
    )


def _choice(first: Any) -> Verdict | None:
    if first == FIRST:
        return None
    if first == CHOICES[1]:
        return not_yet(
            "deleting-first",
            f"you would first {first}.",
            "that is what the people of this history did, and the token went on working: it is "
            "still in the history, and in every copy of it.",
            "what makes the copies worthless?",
        )
    if first == CHOICES[2]:
        return not_yet(
            "rewriting-first",
            f"you would first {first}.",
            "that takes hours, breaks everybody's clone, and the copies that others have made stay "
            "as they are. Programs that look for tokens find a new one within minutes.",
            "what makes the copies worthless?",
        )
    if first == CHOICES[3]:
        return not_yet(
            "hiding-first",
            f"you would first {first}.",
            "whoever has cloned it keeps it, and everybody with access still reads it.",
            "what makes the copies worthless?",
        )
    return not_yet(
        "not-a-choice",
        f"you would first: `{str(first)[:40]}`.",
        "the check knows the four sentences of the task.",
        f"copy one of them, letter by letter, such as {CHOICES[1]!r}.",
    )
