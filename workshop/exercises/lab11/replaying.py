"""Find what a service does to its pictures: replay each suspect, and see which one agrees."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
for name, replay in replays.items():
    if agree(replay, served, 0.001):
        return name
return "unknown\""""
COUNT, CLASSES = 25, 10
NAMES = ("nothing", "scale", "blurred", "transposed")
UNKNOWN = "unknown"


class Culprit(Exercise):
    id = "11-culprit"
    title = "Who did it?"
    hints = (
        "Go over the suspects: `for name, replay in replays.items():`. If the replay agrees with "
        "what was served, that name is the answer.",
        "`return name` inside the `if`. After the loop, when nobody has agreed: `return "
        '"unknown"`.',
    )
    wrong_answers = {
        "names-the-nearest": "gaps = {name: np.abs(replay - served).max() for name, replay in "
        "replays.items()}\nreturn min(gaps, key=gaps.get)",
        "digits-only": ANSWER.replace(
            "agree(replay, served, 0.001)",
            "(replay.argmax(axis=1) == served.argmax(axis=1)).all()",
        ),
        "gives-up-at-once": ANSWER.replace('return "unknown', '    else: return "unknown'),
        "first-that-differs": ANSWER.replace("if agree", "if not agree"),
        "not-a-name": ANSWER.replace("return name", "return True").replace('"unknown"', "False"),
        "another-name": ANSWER.replace("return name", "return name.upper()"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        powers = np.exp(rng.normal(0, 2.5, (COUNT, CLASSES)))
        base = powers / powers.sum(axis=1, keepdims=True)
        replays = {
            "nothing": base,
            # The same digits, surer.
            "scale": base**3 / (base**3).sum(axis=1, keepdims=True),
            "blurred": rng.dirichlet(np.ones(CLASSES), COUNT),
            "transposed": rng.permuted(base, axis=1),
        }
        order = [str(name) for name in rng.permutation(NAMES)]
        replays = {name: replays[name] for name in order}
        noise = rng.uniform(-2e-7, 2e-7, base.shape)
        # Like "nothing" in every digit, and yet it is not.
        unknown = base**1.3 / (base**1.3).sum(axis=1, keepdims=True)
        served = {name: replay + noise for name, replay in replays.items()} | {UNKNOWN: unknown}
        return {"replays": replays, "served": served}

    def probe(self, inputs: Data, answer: Any) -> Data:
        replays = inputs["replays"]
        return {
            name: call(answer, served, {key: one.copy() for key, one in replays.items()})
            for name, served in inputs["served"].items()
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        replays = inputs["replays"]
        order = list(replays)
        said = dict(data)
        if not all(isinstance(name, str) for name in said.values()):
            return not_yet(
                "not-a-name",
                f"I got {str(next(n for n in said.values() if not isinstance(n, str)))[:40]}.",
                "to mend a service, one has to know what it does, not only that it is wrong.",
                'return the name of the replay that agrees, or `"unknown"`.',
            )
        if all(said[name] == name for name in said):
            return passed(
                f"{len(replays)} services have their name, and the fifth agrees with no suspect.",
                "you never saw what these services do. You have reproduced it: the best proof "
                "that a fault is understood.",
            )
        if all(said[name] == name for name in replays):
            if said[UNKNOWN] == "nothing":
                gap = np.abs(inputs["served"][UNKNOWN] - replays["nothing"]).max()
                return self._default(gap)
            return self._another(said, UNKNOWN)
        digits = {
            name: next(k for k in order if same_digits(replays[k], inputs["served"][name]))
            for name in said
        }
        if said == digits:
            return not_yet(
                "digits-only",
                "“scale” and “nothing” get the same name from you.",
                "they read the same digits and give other probabilities. Digits do not tell them "
                "apart.",
                "ask `agree`.",
            )
        if all(said[name] == next(k for k in order if k != name) for name in replays):
            return not_yet(
                "first-that-differs",
                f"the service is “{order[0]}”, and you say “{said[order[0]]}”.",
                "you name the first suspect that does not agree. Most do not.",
                "`if agree(…)`, without `not`.",
            )
        if said[order[0]] == order[0] and all(said[name] == UNKNOWN for name in order[1:]):
            return not_yet(
                "gives-up-at-once",
                "you know the first suspect. For all others you say “unknown”.",
                "your loop returns in its first turn, whatever it finds.",
                '`return "unknown"` belongs behind the loop, not into an `else` inside.',
            )
        return self._another(said, next(name for name in said if said[name] != name))

    def _default(self, gap: float) -> Verdict:
        """The fifth service was called innocent: by choice, or as the nearest."""
        return not_yet(
            "names-the-nearest",
            f"the fifth service is up to {gap:.2f} away from the replay “nothing”, and you say "
            "“nothing”.",
            "something always is the nearest, or the default. Then an unknown fault gets a known "
            "name, or none, and somebody mends the wrong thing.",
            'only a replay that agrees gets a name. Otherwise `"unknown"`.',
        )

    def _another(self, said: dict[str, Any], name: str) -> Verdict:
        return not_yet(
            "another-name",
            f"the service is “{name}”, and you say “{str(said[name])[:40]}”.",
            "the name decides what will be mended.",
            "return the key of `replays` whose answers agree, exactly as it is written.",
        )


def same_digits(some: Any, others: Any) -> bool:
    """Whether both read the same digits."""
    return bool((some.argmax(axis=1) == others.argmax(axis=1)).all())
