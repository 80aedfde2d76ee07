"""Six old services, and what is wrong with each."""

from typing import Any

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FAULTS = {
    "A": "unsafe GET",
    "B": "pickle",
    "C": "stranger's address",
    "D": "stranger's code",
    "E": "skew",
    "F": "silence",
}
WORDS = (*FAULTS.values(), "no version", "too slow")
RIGHT = f"faults = {FAULTS!r}"
SWAPPED = f"faults = {FAULTS | {'C': FAULTS['D'], 'D': FAULTS['C']}!r}"


def _without(letter: str, word: str) -> str:
    return f"faults = {FAULTS | {letter: word}!r}"


class Specimens(Exercise):
    id = "10-specimens"
    title = "Six old services"
    points = 2
    hints = (
        "For each service, ask: what can a stranger make it do, who has nothing but an address to "
        "type? Two of the eight words are not needed.",
        "One of them hands over its own files, one lets strangers type Python, one changes when a "
        "search engine passes by. One looks right in every test of accuracy.",
        "C opens whatever address it is given. In D, the debugger's page runs Python. E divides "
        "nowhere, and the network was trained on 0…1. F answers 200 whatever happens.",
    )
    wrong_answers = {
        "incomplete": "faults = {'A': 'unsafe GET'}",
        "not-a-word": _without("B", "it is old"),
        "unsafe-get-unseen": _without("A", "too slow"),
        "pickle-unseen": _without("B", "too slow"),
        "address-or-code": SWAPPED,
        "address-unseen": _without("C", "unsafe GET"),
        "code-unseen": _without("D", "no version"),
        "skew-unseen": _without("E", "too slow"),
        "silence-unseen": _without("F", "no version"),
    }

    def probe(self, inputs: Data, answer: Any) -> Data:
        pairs = answer.items() if isinstance(answer, dict) else ()
        return {"faults": {str(letter)[:20]: str(word)[:40] for letter, word in pairs}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        said = {letter.strip().upper(): word.strip() for letter, word in data["faults"].items()}
        if set(said) != set(FAULTS):
            return not_yet(
                "incomplete",
                f"I found an answer for {', '.join(sorted(said)) or 'no letter'}.",
                "there are six services, A to F.",
                'a dictionary with six entries: `{"A": "…", "B": "…", …}`.',
            )
        strange = [word for word in said.values() if word not in WORDS]
        if strange:
            return not_yet(
                "not-a-word",
                f"`{strange[0]}` is not in the table.",
                "the check compares letters, it cannot read.",
                "copy the words from the first column of the table.",
            )
        wrong = {letter for letter, word in FAULTS.items() if said[letter] != word}
        if {"C", "D"} <= wrong and said["C"] == FAULTS["D"] and said["D"] == FAULTS["C"]:
            return not_yet(
                "address-or-code",
                "C and D: you have the two strangers the wrong way round.",
                "in one of them, a stranger names something that the service fetches. In the "
                "other, a stranger types what the service then runs.",
                "look for `urlopen` and for `debug=True`.",
            )
        for letter in sorted(wrong):
            return self._unseen(letter, said[letter])
        return passed(
            "all six.",
            "each of them works, and each would pass a test of its answers. Such a fault is found "
            "by reading, with one question in mind: what can a stranger do with it?",
        )

    def _unseen(self, letter: str, word: str) -> Verdict:
        seen = f"{letter}: you say `{word}`. Something else is worse."
        match letter:
            case "A":
                return not_yet(
                    "unsafe-get-unseen",
                    seen,
                    "browsers fetch links before anyone clicks, search engines follow all of them, "
                    "and proxies repeat what failed. They may, because GET only looks.",
                    "what has changed in A after somebody has merely looked at `/train`?",
                )
            case "B":
                return not_yet(
                    "pickle-unseen",
                    seen,
                    "that it reads the file for each request is slow, but what does it read? A "
                    "file of that kind may hold code, and loading it runs the code.",
                    "which format does `model.pkl` have, and who can write to that folder?",
                )
            case "C":
                return not_yet(
                    "address-unseen",
                    seen,
                    "the service stands inside a network that the stranger cannot reach. Whatever "
                    "it fetches, it fetches from there.",
                    "which line takes something from the request, and what is done with it?",
                )
            case "D":
                return not_yet(
                    "code-unseen",
                    seen,
                    "look at the last line. Who can connect to `0.0.0.0`, and what does Flask show "
                    "them after a fault?",
                    "look up in the table what the debugger's page offers.",
                )
            case "E":
                return not_yet(
                    "skew-unseen",
                    seen,
                    "it answers, fast and mostly right. But the comment says what the network was "
                    "trained on. What does it get here?",
                    'which numbers does `request.json["image"]` hold, from where to where?',
                )
        return not_yet(
            "silence-unseen",
            seen,
            "what does F answer to a picture that is no picture? And who will ever hear of it?",
            "read the `except`.",
        )
