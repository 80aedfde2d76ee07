"""The learner's own alarm: are all ten digits drawn, and can they be read?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.lab07.readings import CASES, ROUGH, SHARES, UNEVEN, readings
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SHARE_CODE = """\
def class_shares(probabilities):
    counts = np.bincount(probabilities.argmax(axis=1), minlength=10)
    return counts / len(probabilities)

"""
ALARM_CODE = """\
def alarm(probabilities):
    unsure = probabilities.max(axis=1).mean() < 0.5
    return class_shares(probabilities).min() < 0.02 or unsure"""
RIGHT = SHARE_CODE + ALARM_CODE


class Alarm(Exercise):
    id = "07-alarm"
    title = "Your own alarm"
    points = 3
    hints = (
        "`probabilities.argmax(axis=1)` reads each digit. `np.bincount(…, minlength=10)` counts "
        "how often each class is read, also those that are read never.",
        "For the alarm, two questions. Is the smallest share next to nothing, such as below 0.02? "
        "Is the reader unsure: is the mean of the largest probabilities, "
        "`probabilities.max(axis=1).mean()`, below 0.5? Ring if either is so.",
    )
    wrong_answers = {
        "not-ten-shares": RIGHT.replace(", minlength=10", ""),
        "counts-not-shares": RIGHT.replace("return counts / len(probabilities)", "return counts"),
        "mean-probabilities": SHARE_CODE.replace(
            "counts = np.bincount(probabilities.argmax(axis=1), minlength=10)",
            "return probabilities.mean(axis=0)",
        )
        + ALARM_CODE,
        "other-shares": RIGHT.replace("minlength=10)", "minlength=10)[::-1]"),
        "never-rings": SHARE_CODE + "def alarm(probabilities):\n    return False",
        "always-rings": RIGHT.replace("< 0.02", "< 0.2"),
        "too-nervous": RIGHT.replace("< 0.02", "< 0.058"),
        "no-doubt-allowed": RIGHT.replace("max(axis=1).mean()", "max(axis=1).min()"),
        "wants-certainty": RIGHT.replace("< 0.5", "< 0.9"),
        "one-class-missed": RIGHT.replace(".min() < 0.02", ".max() > 0.4"),
        "three-classes-missed": RIGHT.replace(".min() < 0.02", ".max() > 0.6"),
        "mud-passes": RIGHT.replace(" or unsure", ""),
        "silence-not-false": RIGHT.replace("return class_shares", "if class_shares").replace(
            "or unsure", "or unsure:\n        return True"
        ),
        "not-yes-or-no": RIGHT.replace(
            "return class_shares(probabilities).min() < 0.02 or", "return [unsure] or"
        ),
        "printed-not-returned": RIGHT.replace("return counts", "print(counts").replace(
            "len(probabilities)\n", "len(probabilities))\n", 1
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # The last class is never the only one that is missing or alone: `bincount` without a
        # `minlength` would come out right.
        turn = int(rng.integers(1, 9))
        return {
            name: readings(rng, np.roll(shares, turn), confidence)
            for name, (shares, confidence, _) in CASES.items()
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return {"shares": call(None)}
        shares, alarm = answer
        found = {f"shares, {name}": call(shares, inputs[name]) for name in ("one", "uneven")}
        return found | {"alarms": {name: _truth(call(alarm, inputs[name])) for name in CASES}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in ("one", "uneven"):
            if wrong := self._shares(inputs[name], data[f"shares, {name}"]):
                return wrong
        if wrong := self._silence(data["alarms"]):
            return wrong
        for seen in data["alarms"].values():
            if wrong := trouble(seen):
                return wrong
        rang = {name: seen["value"] for name, seen in data["alarms"].items()}
        if not all(isinstance(answer, bool) for answer in rang.values()):
            return not_yet(
                "not-yes-or-no",
                "the alarm gave back something else than one `True` or `False`.",
                "an alarm rings, or it does not. Whoever hears it should not have to interpret.",
                "return one comparison, or two with `or` between them.",
            )
        if wrong := self._false_alarms(rang) or self._misses(inputs, rang):
            return wrong
        loud = sum(rings for _, _, rings in CASES.values())
        return passed(
            f"quiet on {len(CASES) - loud} sets of digits that are fit, one of them rather uneven, "
            f"and loud on {loud} that are not.",
            "you have tried it on cases whose answer is known, before you trust it with one that "
            "is not. Below you break a GAN on purpose, and it will have to prove itself.",
        )

    def _silence(self, alarms: dict[str, Data]) -> Verdict | None:
        """The verdict on an alarm that gives nothing back where all is well."""
        silent = any(seen["observed"] == "nothing" for seen in alarms.values())
        if not silent or not any(seen.get("value") is True for seen in alarms.values()):
            return None
        return not_yet(
            "silence-not-false",
            "the alarm gave `True` for some samples, and nothing at all for others.",
            "where no `return` is reached, Python gives back `None`. Nobody can tell that from an "
            "alarm that is broken.",
            "return the comparison itself, `return missing or unsure`: it is `True` or `False`.",
        )

    def _shares(self, probabilities: NDArray[Any], got: Any) -> Verdict | None:
        want = np.bincount(probabilities.argmax(axis=1), minlength=10) / len(probabilities)
        if isinstance(got, list) and all(isinstance(item, int | float) for item in got):
            got = np.array(got)
        if wrong := expect_array(got):
            return wrong
        if got.shape != (10,):
            return not_yet(
                "not-ten-shares",
                f"`class_shares` gave the shape `{got.shape}`; there are ten classes.",
                "a class that is never drawn is the very thing to look for. It must be in the "
                "result, with a 0.",
                "`np.bincount(…, minlength=10)`.",
            )
        if np.allclose(got, want):
            return None
        if np.allclose(got, want * len(probabilities)):
            return not_yet(
                "counts-not-shares",
                f"your ten numbers add up to {got.sum():,.0f}; shares add up to 1.",
                "a limit such as 0.02 should mean the same for 500 and for 2,000 samples.",
                "divide by the number of samples.",
            )
        if np.allclose(got, probabilities.mean(axis=0)):
            return not_yet(
                "mean-probabilities",
                "you take the mean of the probabilities, class by class.",
                "then a class that nobody draws gets a share from every doubt of the reader. "
                "Here is asked what was read.",
                "first `argmax` for each digit, then count.",
            )
        return not_yet(
            "other-shares",
            f"class 0 has the share {got[0]:.3f}; I read {want[0]:.3f}.",
            "share number k belongs to digit k: how many of all samples are read as k.",
            "take five rows of probabilities, and count by hand.",
        )

    def _false_alarms(self, rang: dict[str, bool]) -> Verdict | None:
        if rang["certain"]:
            return not_yet(
                "always-rings",
                f"your alarm rings for shares of {SHARES.min():.0%} to {SHARES.max():.0%}, read "
                "without a doubt.",
                "real handwriting is not perfectly even, either. An alarm that rings for "
                "everything is switched off.",
                "print what it compares. A smallest share of 5 % is nothing to worry about. And "
                "the mean of all probabilities is always 0.1: take the largest of each row "
                "first.",
            )
        if rang["healthy"] and rang["uneven"] and rang["rough"]:
            return not_yet(
                "no-doubt-allowed",
                "your alarm is quiet where the reader is sure of every sample, and rings as soon "
                "as a few in a thousand can hardly be read.",
                "such digits are in every crowd, also among real ones.",
                "compare the mean of the largest probabilities, "
                "`probabilities.max(axis=1).mean()`, with a limit such as 0.5.",
            )
        if rang["healthy"] or rang["uneven"]:
            return not_yet(
                "too-nervous",
                f"your alarm rings for shares between {UNEVEN.min():.0%} and {UNEVEN.max():.0%}.",
                "that is uneven, but every digit is there. Collapse looks different: classes "
                "vanish.",
                "let a class be as rare as 3 or 4 % before you call it missing, or as frequent as "
                "25 % before you call it a favourite.",
            )
        if rang["rough"]:
            return not_yet(
                "wants-certainty",
                f"your alarm rings where the reader's mean confidence is {ROUGH:.0%}.",
                "that is a GAN after its first minute: sloppy, but its digits can be read.",
                "ask for less confidence. On mud it is about a quarter.",
            )
        return None

    def _misses(self, inputs: Data, rang: dict[str, bool]) -> Verdict | None:
        if not any(rang.values()):
            return not_yet(
                "never-rings",
                "your alarm stayed quiet even where every single sample was the same digit.",
                "a test that cannot fail says nothing.",
                "let it return `True` if the smallest share is next to 0. If it asks for that and "
                "for something else: `and` rings only when both are so, `or` when one is.",
            )
        if not rang["one"] or not rang["three"]:
            return not_yet(
                "three-classes-missed",
                "seven of ten digits were never drawn, and your alarm stayed quiet.",
                "most collapsed generators still have a few favourites. Not every one keeps to a "
                "single digit.",
                "look at the smallest share rather than at the largest.",
            )
        if not rang["missing"]:
            return not_yet(
                "one-class-missed",
                "one digit was never drawn, the other nine were, and your alarm stayed quiet.",
                "a lost class is the first sign. Averages over ten classes hide it.",
                "look at the smallest share.",
            )
        if not rang["mud"]:
            confidence = float(inputs["mud"].max(axis=1).mean())
            return not_yet(
                "mud-passes",
                f"all ten classes were there, and the reader was {confidence:.0%} sure on the "
                "average. Your alarm stayed quiet.",
                "a reader always names a class, even for mud. Guesses are spread evenly, so mud "
                "covers all ten.",
                "ring as well if the mean of the largest probabilities is low. "
                "`probabilities.max(axis=1)` has the largest of each sample.",
            )
        return None


def _truth(seen: Data) -> Data:
    """An observation whose value is a bool, where it is one in any form: NumPy's, 0 or 1."""
    value = seen.get("value")
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype == bool:
        return seen | {"value": bool(value)}
    if isinstance(value, int) and value in (0, 1):
        return seen | {"value": bool(value)}
    return seen
