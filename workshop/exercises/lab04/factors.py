"""One factor at a time: every experiment differs from the baseline in exactly one setting."""

from itertools import product
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LOOP = """\
settings = []
for name, values in changes.items():
    for value in values:
        settings.append({})
return settings"""
MUTATED = LOOP.replace("settings.append({})", "baseline[name] = value\n        settings.append({})")


class OneFactor(Exercise):
    id = "04-one-factor"
    title = "One factor at a time"
    points = 2
    hints = (
        "Two loops: over the names, and over the values that each name has. For each value, a "
        "new dict: the baseline's settings, and one of them replaced.",
        "`baseline | {name: value}` makes a new dict and leaves `baseline` as it is.",
        "`for name, values in changes.items():`, inside it `for value in values:`, and inside "
        "that `settings.append(baseline | {name: value})`.",
    )
    wrong_answers = {
        "baseline-changed": MUTATED.format("dict(baseline)"),
        "adds-up": "new = dict(baseline)\n"
        + LOOP.format("dict(new)").replace("        settings", "        new[name] = value\n"
        "        settings"),
        "one-object": "new = dict(baseline)\n"
        + LOOP.format("new").replace("        settings", "        new[name] = value\n"
        "        settings"),
        "one-dict-per-name": LOOP.format("new").replace(
            "    for value", "    new = dict(baseline)\n    for value"
        ).replace("        settings", "        new[name] = value\n        settings"),
        "last-value-only": LOOP.format("baseline | {name: value}").replace(
            "        settings", "        new = baseline | {name: value}\n    settings"
        ).replace("append(baseline | {name: value})", "append(new)"),
        "returned-early": LOOP.format("baseline | {name: value}").replace(
            "return settings", "    return settings"
        ),
        "update-gives-none": LOOP.format("dict(baseline).update({name: value})"),
        "all-at-once": "return [baseline | {name: values[0] for name, values in changes.items()}]",
        "first-value-only": (
            "return [baseline | {name: values[0]} for name, values in changes.items()]"
        ),
        "list-as-value": "return [baseline | {name: values} for name, values in changes.items()]",
        "change-without-the-rest": LOOP.format("{name: value}"),
        "name-as-word": LOOP.format("baseline | {'name': value}"),
        "baseline-too": LOOP.format("baseline | {name: value}").replace("= []", "= [baseline]"),
        "every-combination": (
            "from itertools import product\n"
            "return [baseline | dict(zip(changes, row)) for row in product(*changes.values())]"
        ),
        "not-a-list-of-settings": 'return "baseline"',
        "other-settings": LOOP.format("baseline | {name: value, 'seed': 1}"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        # Names that are not those of the lab, so that nothing can be copied.
        baseline = {"width": int(rng.integers(4, 9)), "rate": 0.5, "kind": "plain", "rounds": 1}
        values = rng.choice(np.arange(10, 90), 3, replace=False).tolist()
        return {
            "baseline": baseline,
            "changes": {"kind": ["fast", "slow"], "width": values, "rate": [0.25, 1.0]},
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        baseline = dict(inputs["baseline"])
        changes = {name: list(values) for name, values in inputs["changes"].items()}
        # Only arrays are copied on the way, so what becomes of the dict can be seen afterwards.
        return {"answer": call(answer, baseline, changes), "after": baseline}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        baseline, got, after = inputs["baseline"], data["answer"], data["after"]
        if wrong := _form(got):
            return wrong
        wanted = [
            baseline | {name: value}
            for name, values in inputs["changes"].items()
            for value in values
        ]
        if after != baseline:
            name = next(key for key in {**after, **baseline} if after.get(key) != baseline.get(key))
            return not_yet(
                "baseline-changed",
                f"afterwards the baseline itself was different: its `{name}` had become "
                f"`{after.get(name)}`.",
                "a dict is handed over as it is, not as a copy. Whoever writes into it changes "
                "the baseline that everything is compared with.",
                "make a new dict for each experiment: `baseline | {name: value}`.",
            )
        if _same(got, wanted):
            return passed(
                f"{len(got)} experiments from one baseline, each with one difference.",
                "if one of them does better, you know what did it. What you do not learn is "
                "whether two changes need each other.",
            )
        return _slip(inputs, got, wanted)


def _form(got: Any) -> Verdict | None:
    if isinstance(got, list) and got and all(isinstance(item, dict) for item in got):
        return None
    if isinstance(got, list) and got and all(item is None for item in got):
        return not_yet(
            "update-gives-none",
            f"I got a list of {len(got)} times `None`.",
            "`update` changes a dict where it stands, and returns nothing. So `None` went into the "
            "list.",
            "`baseline | {name: value}` returns a new dict.",
        )
    return not_yet(
        "not-a-list-of-settings",
        f"I got `{str(got)[:60]}`.",
        "each experiment is a dict with all its settings, and the task wants them in a list.",
        "begin with an empty list, and append one dict for each value.",
    )


def _slip(inputs: Data, got: list[Data], wanted: list[Data]) -> Verdict:
    baseline, changes = inputs["baseline"], inputs["changes"]
    grid = list(product(*changes.values()))
    counts = [sum(item.get(key) != baseline[key] for key in baseline) for item in got]
    if len(got) > 1 and all(item == got[0] for item in got):
        return not_yet(
            "one-object",
            f"all {len(got)} experiments are the same: `{got[0]}`.",
            "you put one and the same dict into the list each time, and went on changing it.",
            "make a new dict inside the inner loop.",
        )
    if wrong := _loops(inputs, got, wanted):
        return wrong
    if _same(got, [baseline, *wanted]):
        return not_yet(
            "baseline-too",
            "the list is right, and the baseline stands in it as well.",
            "the task wants those that differ from it. The lab runs the baseline by itself, so it "
            "would run twice.",
            "begin with an empty list.",
        )
    if all(set(item) <= set(changes) and len(item) == 1 for item in got):
        return not_yet(
            "change-without-the-rest",
            f"the first experiment is `{got[0]}`, and nothing else.",
            "it lacks the settings that stay as they are, so nobody could run it.",
            "take the baseline's settings too: `baseline | {name: value}`.",
        )
    if all("name" in item for item in got):
        return not_yet(
            "name-as-word",
            f"the first experiment is `{got[0]}`, with a setting called `name`.",
            "in quotation marks, or in `dict(baseline, name=value)`, `name` is only that word.",
            "let it stand for the setting's own name: `baseline | {name: value}`.",
        )
    if any(isinstance(value, list) for item in got for value in item.values()):
        return not_yet(
            "list-as-value",
            f"one experiment is `{next(i for i in got if list in map(type, i.values()))}`.",
            "a setting has one value. You put in the whole list of those to be tried.",
            "a second loop: `for value in values`.",
        )
    if len(got) == 1 and counts[0] > 1:
        return not_yet(
            "all-at-once",
            f"I got one experiment, which differs from the baseline in {counts[0]} settings.",
            "if it does better, which of them was it? One may have helped and another harmed.",
            "one dict for each value, with one difference.",
        )
    if _same(got, [baseline | dict(zip(changes, row, strict=True)) for row in grid]):
        return not_yet(
            "every-combination",
            f"I got {len(got)} experiments, every combination; {len(wanted)} were wanted.",
            "that is a grid. It shows which changes need each other, and it grows beyond all "
            "means: seven settings with three values each are 2,187 trainings.",
            "no product: one value changed, all others as in the baseline.",
        )
    if counts[0] == 1 and max(counts) > 1:
        return not_yet(
            "adds-up",
            f"the first experiment differs in one setting, a later one in {max(counts)}.",
            "each starts from the one before it. A change that harms stays in all that follow.",
            "start from the baseline each time: `baseline | {name: value}`.",
        )
    odd = next((item for item in got if item not in wanted), None)
    missing = next((item for item in wanted if item not in got), None)
    twice = "some of them stand there twice"
    said = f"`{missing}` is missing" if missing else twice
    said = said if odd is None else f"`{odd}` is not wanted"
    return not_yet(
        "other-settings",
        f"I got {len(got)} experiments, {len(wanted)} are wanted; {said}.",
        "for each value that is to be tried, there is one experiment. It has all the baseline's "
        "settings, and one of them has that value.",
        f"compare your list with what is right, item by item. It begins with `{wanted[0]}`.",
    )


def _loops(inputs: Data, got: list[Data], wanted: list[Data]) -> Verdict | None:
    """What comes out when a line of the two loops stands in the wrong place."""
    baseline, changes = inputs["baseline"], inputs["changes"]
    said = f"I got {len(got)} of {len(wanted)} experiments."
    if _same(got, [baseline | {name: values[0]} for name, values in changes.items()]):
        return not_yet(
            "first-value-only",
            said,
            "you take the first value of each list and leave the others out.",
            "a second loop: `for value in values`.",
        )
    last = [baseline | {name: values[-1]} for name, values in changes.items()]
    if _same(got, last):
        return not_yet(
            "last-value-only",
            f"{said} Of each list, only the last value is there.",
            "what stands below the inner loop runs once for each name, when the loop is over.",
            "move `append` to the right, into the inner loop.",
        )
    if _same(got, [item for item, name in zip(last, changes, strict=True) for _ in changes[name]]):
        return not_yet(
            "one-dict-per-name",
            f"as many experiments as wanted, but some are the same, such as `{got[0]}`.",
            "you make one dict for each name. Then each value replaces the one before it, also in "
            "the dicts that are in the list already: they are one and the same.",
            "make the new dict inside the inner loop.",
        )
    if len(got) < len(wanted) and got == wanted[: len(got)]:
        return not_yet(
            "returned-early",
            f"{said} What is there is right.",
            "`return` ends the function at once, also in the middle of a loop.",
            "move `return` to the left, below both loops.",
        )
    return None


def _same(one: list[Data], other: list[Data]) -> bool:
    """Whether two lists hold the same settings, in any order."""

    def ordered(settings: list[Data]) -> list[str]:
        return sorted(str(sorted(item.items())) for item in settings)

    return ordered(one) == ordered(other)
