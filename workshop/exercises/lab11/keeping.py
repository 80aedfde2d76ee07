"""The rule of a store for labelled drawings: valid, once each, and not too many of a kind."""

import hashlib
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab11.labels import about_labels
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
if type(label) is not int or not 0 <= label <= 9:
    return "refused"
key = hashlib.sha256(picture.tobytes()).hexdigest()
if key in store and store[key][1] == label:
    return "known"
if sum(kept == label for _, kept in store.values()) >= most:
    return "full"
store[key] = (picture.copy(), label)
return "kept\""""
CHECK = "if type(label) is not int or not 0 <= label <= 9:"
FULL = """\
if sum(kept == label for _, kept in store.values()) >= most:
    return "full"
"""
KNOWN = """\
if key in store and store[key][1] == label:
    return "known"
"""
MOST = 3
WORDS = ("refused", "known", "full", "kept")
STEPS: tuple[tuple[int, Any, str], ...] = (
    (0, 7, "kept"), (0, 7, "known"), (1, 7, "kept"), (2, 7, "kept"), (3, 7, "full"),
    (0, 7, "known"), (3, 1, "kept"), (0, 1, "kept"), (4, 7, "kept"), (5, 10, "refused"),
    (5, -1, "refused"), (5, True, "refused"), (5, "7", "refused"), (6, 0, "kept"), (6, 9, "kept"),
)  # fmt: skip
"""Which picture comes, with which label, and what is to be answered; three of each at most.

The last six are there for the label alone: see `about_labels`.
"""


class Keep(Exercise):
    id = "11-keep"
    title = "Which labels to keep"
    points = 2
    hints = (
        "Four questions, in this order. Is the label a whole number 0 to 9? Is this very picture "
        "there with this label? Are there `most` with this label already? Otherwise store it.",
        "`key = hashlib.sha256(picture.tobytes()).hexdigest()`; how many there are of a label: "
        "`sum(kept == label for _, kept in store.values())`.",
        '`True` is an `int` for Python (it counts as 1), and `0 <= "7"` stops with an error: ask '
        "`type(label) is int` first. Store a copy: `store[key] = (picture.copy(), label)`.",
    )
    wrong_answers = {
        "any-number": ANSWER.replace(" or not 0 <= label <= 9", ""),
        "true-is-one": ANSWER.replace("type(label) is not int", "not isinstance(label, int)"),
        "text-is-a-number": "label = int(label)\n" + ANSWER,
        "zero-refused": ANSWER.replace(CHECK, CHECK.replace("if ", "if not label or ")),
        "nine-refused": ANSWER.replace("label <= 9", "label < 9"),
        "limit-for-all": ANSWER.replace(
            "sum(kept == label for _, kept in store.values())", "len(store)"
        ),
        "one-too-many": ANSWER.replace(">= most", "> most"),
        "full-before-known": ANSWER.replace(KNOWN, "").replace(FULL, FULL + KNOWN),
        "same-picture-twice": ANSWER.replace("tobytes())", "tobytes() + bytes([label]))"),
        "first-label-stays": ANSWER.replace(" and store[key][1] == label", ""),
        "not-a-copy": ANSWER.replace("picture.copy()", "picture"),
        "salted-hash": ANSWER.replace(
            "hashlib.sha256(picture.tobytes()).hexdigest()", "hash(picture.tobytes())"
        ),
        "never-known": ANSWER.replace(KNOWN, ""),
        "other-word": ANSWER.replace('"known"', '"there already"'),
        "other-answer": ANSWER.replace(">= most", ">= most - 1"),
        "other-store": ANSWER.replace("(picture.copy(), label)", "(255 - picture, label)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"pictures": rng.integers(0, 256, (7, 28, 28)).astype("uint8")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        store: dict[Any, Any] = {}

        def play() -> Any:
            if not callable(answer) or isinstance(answer, type):
                return answer
            said = []
            for which, label, _ in STEPS:
                # As a service does it: one array, into which the next drawing is written.
                page = inputs["pictures"][which].copy()
                said.append(answer(store, page, label, MOST))
                page[:] = 0
            return None if all(word is None for word in said) else said

        if not callable(answer):
            return {"said": {"observed": "not-callable", "type": type(answer).__name__}}
        kept = {"said": observe(play)}
        entries = [[key, *entry] for key, entry in store.items() if _is_pair(entry)]
        return kept | {"entries": observe(lambda: entries), "count": len(store)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        said, wanted = data["said"], [word for *_, word in STEPS]
        if not isinstance(said, list) or len(said) != len(STEPS):
            return self._word(f"the first call gave {str(said)[:40]!r}")
        said = [str(word) for word in said]
        if said != wanted:
            return self._answers(said, wanted)
        return self._store(inputs, data) or passed(
            f"{len(STEPS)} labels came, {wanted.count('kept')} were kept; twice the same counts "
            f"once, and nobody gets more than {MOST} of one digit in.",
            "the store cannot grow without end, cannot be filled with one drawing, and holds only "
            "what a network can be trained on.",
        )

    def _answers(self, said: list[str], wanted: list[str]) -> Verdict:
        if strange := [word for word in said if word not in WORDS]:
            place = said.index(strange[0])
            return self._word(f"call {place + 1}, {_told(place)}, gave {strange[0][:40]!r}")
        differs = {place for place in range(len(STEPS)) if said[place] != wanted[place]}
        if wrong := about_labels(said, differs):
            return wrong
        if differs == {5} and said[5] == "full":
            return not_yet(
                "full-before-known",
                "a drawing that is there already is answered with “full”, once its digit is.",
                "it needs no room. Whoever presses the button twice should hear: known.",
                "ask for known first, then for room.",
            )
        return self._limits(said, wanted, differs)

    def _limits(self, said: list[str], wanted: list[str], differs: set[int]) -> Verdict:
        if said[1] == "kept":
            return not_yet(
                "never-known",
                "the same picture came twice, both times as a 7. The second time, too, you say "
                "“kept”.",
                "whoever presses the button twice should hear: known.",
                'rule 2: `if key in store and store[key][1] == label: return "known"`.',
            )
        if said[4] == "kept":
            return not_yet(
                "one-too-many",
                f"the fourth 7 is kept, and the limit is {MOST}.",
                "before the new one is stored, there may be at most `most - 1`.",
                "`>= most` is full.",
            )
        if said[6] == "full":
            return not_yet(
                "limit-for-all",
                f"after {MOST} sevens, the first 1 is “full”.",
                "then whoever comes first, or has a program, fills the store with one digit, and "
                "nobody else gets in.",
                "count only those with this label.",
            )
        if said[7] == "known":
            return not_yet(
                "first-label-stays",
                "the first drawing came as a 7, later as a 1. You say “known”.",
                "people press the wrong button, and correct themselves. The last word counts.",
                "known is: there, and with this label.",
            )
        if said[8] == "full" and differs == {8}:
            return not_yet(
                "same-picture-twice",
                "the first drawing came as a 7, later as a 1, and is still counted as a 7.",
                "one picture with two labels teaches a network nothing but doubt.",
                "the key is made from the picture alone, so the new entry takes the old one's "
                "place.",
            )
        place = min(differs)
        which, label, _ = STEPS[place]
        before = [
            f"{_told(step)}: {wanted[step]}" for step in range(place)
            if STEPS[step][0] == which or STEPS[step][1] == label
        ]  # fmt: skip
        return not_yet(
            "other-answer",
            f"call {place + 1}, {_told(place)}, gave “{said[place]}”, and not “{wanted[place]}”. "
            f"Before it came: {', '.join(before) or 'nothing of that kind'}.",
            f"each of the four rules decides some calls, in their order. Here `most` is {MOST}.",
            "go over the four rules by hand, for this call.",
        )

    def _word(self, seen: str) -> Verdict:
        return not_yet(
            "other-word",
            f"{seen}, which is none of the four words.",
            "the page shows what became of a drawing; it has to be told.",
            "one of `refused`, `known`, `full` and `kept`, at each return.",
        )

    def _store(self, inputs: Data, data: Data) -> Verdict | None:
        entries = data["entries"] if isinstance(data["entries"], list) else []
        pictures = inputs["pictures"]
        wanted = {hashlib.sha256(pictures[k].tobytes()).hexdigest(): k for k in (0, 1, 2, 3, 4, 6)}
        labels = {0: 1, 1: 7, 2: 7, 3: 1, 4: 7, 6: 9}
        if any(isinstance(key, int) for key, *_ in entries):
            return not_yet(
                "salted-hash",
                f"your keys look like {entries[0][0]}.",
                "Python adds a secret number to `hash`, another one at each start. Tomorrow the "
                "same drawing has another key, and is kept again.",
                "`hashlib.sha256(picture.tobytes()).hexdigest()` is the same everywhere, for ever.",
            )
        right = data["count"] == len(wanted) and len(entries) == len(wanted)
        right = right and all(labels[wanted[key]] == label for key, _, label in entries
                              if key in wanted)  # fmt: skip
        right = right and {key for key, *_ in entries} == set(wanted)
        empty = [p for _, p, _ in entries if isinstance(p, np.ndarray) and not p.any()]
        if right and len(empty) == len(entries):
            return not_yet(
                "not-a-copy",
                "all your pictures are empty by now.",
                "the service writes the next drawing into the same array. You kept the array, not "
                "what was in it.",
                "`picture.copy()`.",
            )
        if right and all(np.array_equal(p, pictures[wanted[key]]) for key, p, _ in entries):
            return None
        wrong = "not every entry of the store is"
        if data["count"] != len(wanted):
            wrong = f"the store holds {data['count']} entries and not {len(wanted)}"
        return not_yet(
            "other-store",
            f"the words are right, but {wrong}. An entry is the key of a picture, and with it that "
            "picture and its last label.",
            "the next training reads the store, not the words.",
            "`store[key] = (picture.copy(), label)`.",
        )


def _told(place: int) -> str:
    which, label, _ = STEPS[place]
    return f"picture {which} as {label!r}"


def _is_pair(entry: Any) -> bool:
    return isinstance(entry, tuple | list) and len(entry) == 2
