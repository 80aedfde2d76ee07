"""The objective of a search: ask the trial for settings, train, return what is to be maximised."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data, NotPlainError, to_plain
from workshop.verdict import Verdict, not_yet, passed

TRIALS = 40
RATES, UNITS, MOMENTA = (1e-4, 10.0), (8, 64), (0.0, 0.99)
LEAST_SMALL = 0.2
"""Of rates drawn on a logarithmic scale, half lie below the middle; on a linear one, 3 in 1,000."""
ANSWER = """\
settings = {
    "learning_rate": trial.suggest_float("learning_rate", 1e-4, 10, log=True),
    "units": trial.suggest_int("units", 8, 64),
    "momentum": trial.suggest_float("momentum", 0, 0.99),
}
return train(settings)["val_accuracy"]"""
RATE = 'trial.suggest_float("learning_rate", 1e-4, 10, log=True)'


class Objective(Exercise):
    id = "04-objective"
    title = "What a search asks for"
    points = 2
    hints = (
        "Three parts: a dict `settings` with three values that the trial suggests; "
        "`train(settings)`, which returns a dict; and of that, the one number to be maximised.",
        '`trial.suggest_float("learning_rate", 1e-4, 10, log=True)`, '
        '`trial.suggest_int("units", 8, 64)`, and once more `suggest_float` for the momentum.',
        'The last line is `return train(settings)["val_accuracy"]`.',
    )
    wrong_answers = {
        "linear-rate": ANSWER.replace(", log=True", ""),
        "ignores-the-trial": ANSWER.replace(RATE, "0.1")
        .replace('trial.suggest_int("units", 8, 64)', "32")
        .replace('trial.suggest_float("momentum", 0, 0.99)', "0.9"),
        "one-setting-fixed": ANSWER.replace('trial.suggest_int("units", 8, 64)', "32"),
        "other-range": ANSWER.replace("0, 0.99", "0, 1.5"),
        "units-not-whole": ANSWER.replace("suggest_int", "suggest_float"),
        "settings-missing": ANSWER.replace('"learning_rate": ', '"rate": '),
        "never-trains": ANSWER.replace('train(settings)["val_accuracy"]', 'settings["units"]'),
        "loss-maximised": ANSWER.replace('"val_accuracy"', '"val_loss"'),
        "training-accuracy": ANSWER.replace('"val_accuracy"', '"accuracy"'),
        "opens-the-test": ANSWER.replace("return train", "images, labels = sealed\nreturn train"),
        "not-one-number": ANSWER.replace('["val_accuracy"]', ""),
        "other-number": ANSWER.replace("return train", "return 2 * train"),
        "printed-not-returned": ANSWER.replace("return train(settings)", "print(train(settings)")
        + ")",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # What the pretended trainings bring: four numbers for each, all different.
        return {"results": rng.permutation(4 * TRIALS).reshape(TRIALS, 4) / 7, "seed": 1}

    def probe(self, inputs: Data, answer: Any) -> Data:
        asked: list[Any] = []

        def train(settings: Any) -> dict[str, float]:
            accuracy, loss, val_accuracy, val_loss = inputs["results"][len(asked) % TRIALS]
            asked.append(_told(settings))
            return {
                "accuracy": float(accuracy),
                "loss": float(loss),
                "val_accuracy": float(val_accuracy),
                "val_loss": float(val_loss),
            }

        trials = _trials(inputs["seed"])
        code = getattr(answer, "__code__", None)
        data = {"first": call(answer, next(trials), train)}
        if data["first"]["observed"] == "value":
            data["values"] = observe(
                lambda: [data["first"]["value"], *(answer(trial, train) for trial in trials)]
            )
        return data | {
            "settings": asked,
            "opens_test": "sealed" in getattr(code, "co_names", ()),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if data["opens_test"]:
            return not_yet(
                "opens-the-test",
                "your objective uses `sealed`.",
                "a search looks at its number after each trial and follows it. After twenty looks "
                "the test is one more validation set, and nothing is left that tells the truth.",
                "return the validation accuracy; the test waits until all choices are made.",
            )
        settings, values = data["settings"], data["values"]
        if len(settings) != TRIALS:
            return not_yet(
                "never-trains",
                f"in {TRIALS} trials, `train` was called {len(settings)} times.",
                "only a training tells how good the settings are, one for each trial.",
                "call `train(settings)` once.",
            )
        return (
            _settings(settings)
            or _values(inputs["results"], values)
            or passed(
                f"{TRIALS} trials, each with three settings of its own; the number returned is "
                "the validation accuracy.",
                "that is all a search needs: what may be tried, and how good it was. Who proposes "
                "the next settings can be exchanged.",
            )
        )


def _told(given: Any) -> Any:
    """What `train` was given as plain data; the kind of a thing that is none."""
    if isinstance(given, dict):
        return {str(name): _told(value) for name, value in given.items()}
    try:
        return to_plain(given)
    except NotPlainError:
        return f"a {type(given).__name__}"


def _trials(seed: int) -> Any:
    """Trials of a real search, without its messages: the lowest, the highest, then by lot."""
    import optuna

    class EndsFirst(optuna.samplers.RandomSampler):
        def sample_independent(self, study: Any, trial: Any, name: str, among: Any) -> Any:
            end = {0: "low", 1: "high"}.get(trial.number, "")
            by_lot = super().sample_independent(study, trial, name, among)
            return getattr(among, end, by_lot)

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(sampler=EndsFirst(seed=seed))
        return iter([study.ask() for _ in range(TRIALS)])
    finally:
        optuna.logging.set_verbosity(verbosity)


def _settings(settings: list[Any]) -> Verdict | None:
    names = {"learning_rate", "units", "momentum"}
    if not all(isinstance(s, dict) and names == set(s) for s in settings):
        return not_yet(
            "settings-missing",
            f"`train` was given `{str(settings[0])[:80]}`.",
            "it knows three settings by name. One that is missing, misspelt or unknown stops it.",
            "a dict with `learning_rate`, `units` and `momentum`, and nothing else.",
        )
    columns = {name: [s[name] for s in settings] for name in sorted(names)}
    odd = [
        (name, value)
        for name, column in columns.items()
        for value in column
        if not isinstance(value, int | float)
        or not np.isfinite(value)
        or (name == "units" and not isinstance(value, int))
    ]
    if odd:
        return not_yet(
            "units-not-whole",
            f"one of your trials has `{odd[0][0]}` = `{str(odd[0][1])[:40]}`.",
            "all three are numbers, and units are counted: no layer can be built with 31.7 of "
            "them, nor with 31.0, which is not a whole number to Python.",
            '`trial.suggest_int("units", 8, 64)`, and `suggest_float` for the other two.',
        )
    fixed = [name for name, column in columns.items() if len(set(column)) == 1]
    if len(fixed) == len(columns):
        return not_yet(
            "ignores-the-trial",
            f"all {len(settings)} trials had the same settings: `{settings[0]}`.",
            "a search can only learn from what it has chosen itself.",
            "ask the trial for each setting: `trial.suggest_float(…)`.",
        )
    if fixed:
        return not_yet(
            "one-setting-fixed",
            f"`{fixed[0]}` was {columns[fixed[0]][0]} in every trial.",
            "the task leaves three settings open. What is not asked for is not searched.",
            "ask the trial for it, too.",
        )
    return _ranges(columns)


def _ranges(columns: dict[str, list[float]]) -> Verdict | None:
    rates = np.array(columns["learning_rate"])
    limits = {"learning_rate": RATES, "units": UNITS, "momentum": MOMENTA}
    for name, (low, high) in limits.items():
        least, most = min(columns[name]), max(columns[name])
        if not np.allclose((least, most), (low, high), rtol=1e-6):
            return not_yet(
                "other-range",
                f"`{name}` went from {least:.3g} to {most:.3g}; the task says {low:g} to {high:g}.",
                "too narrow, and the best may lie outside; too wide, and trials are wasted, or a "
                "training fails.",
                "take the ranges of the task.",
            )
    if (rates < 0.03).mean() <= LEAST_SMALL:
        return not_yet(
            "linear-rate",
            f"of {len(rates)} rates, {(rates < 0.03).sum()} were below 0.03, although half of the "
            "powers of ten in the range are.",
            "drawn evenly between 0.0001 and 10, nine of ten rates are above 1. The small ones "
            "are never tried.",
            "`log=True`: evenly by powers of ten, as in your sweep.",
        )
    return None


def _values(results: Any, values: list[Any]) -> Verdict | None:
    if not all(isinstance(value, int | float) for value in values):
        return not_yet(
            "not-one-number",
            f"your objective returns `{str(values[0])[:60]}`.",
            "a search compares trials by one number.",
            "take one item out of the dict that `train` returns.",
        )
    accuracy, loss, val_accuracy, val_loss = np.asarray(results).T
    if np.allclose(values, val_accuracy):
        return None
    if np.allclose(values, val_loss) or np.allclose(values, loss):
        return not_yet(
            "loss-maximised",
            "your objective returns a loss.",
            "our search maximises. It would look for the worst network, and find it: a rate of 10 "
            "will do.",
            'return `["val_accuracy"]`. (Or minimise; but then say so.)',
        )
    if np.allclose(values, accuracy):
        return not_yet(
            "training-accuracy",
            "your objective returns the accuracy on the training digits.",
            "whoever is chosen by that is chosen for learning by heart.",
            'return `["val_accuracy"]`.',
        )
    return not_yet(
        "other-number",
        f"the first trial returned {values[0]:.3g}; its validation accuracy was "
        f"{val_accuracy[0]:.3g}.",
        "the number must be the one that you want to be high, unchanged, so that you can read "
        "it later.",
        'return `train(settings)["val_accuracy"]`.',
    )
