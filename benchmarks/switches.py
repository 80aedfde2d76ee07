"""What the course's two switches save: kept memory, and oneDNN's convolutions.

    PYTHONPATH=. python benchmarks/switches.py

A network is trained on digits that are warped anew in each step: as the course starts TensorFlow,
and with one of the switches off. Each training is a process of its own; they take turns. See
workshop/memory.py and workshop/convolutions.py.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from workshop.convolutions import SWITCH

SWITCHES = {
    "as the course starts it": {SWITCH: "1"},
    "freed memory handed back": {SWITCH: "1", "MALLOC_PERTURB_": "0"},  # glibc's own default
    "convolutions without oneDNN": {SWITCH: "0"},
}
EPOCHS = 2
DIGITS = 20_000


@dataclass(frozen=True)
class Cost:
    """What `EPOCHS` epochs took: seconds by the clock, seconds in the system, pages given."""

    seconds: float
    system: float
    faults: int
    megabytes: float


def train() -> Cost:
    """Train on warped digits in this process; building and the first batches do not count."""
    import resource

    import keras

    from benchmarks.shared import networks, training, warping

    x, y, _, _ = training.digits()
    keras.utils.set_random_seed(1)
    model = networks.club()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(True))
    model.fit(warping.Warped(x[:2560], y[:2560], 256, seed=1), verbose=0)
    warped = warping.Warped(x[:DIGITS], y[:DIGITS], 256, seed=1)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    model.fit(warped, epochs=EPOCHS, verbose=0)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    return Cost(
        seconds,
        after.ru_stime - before.ru_stime,
        after.ru_minflt - before.ru_minflt,
        after.ru_maxrss / 1024,
    )


def trained_elsewhere(environment: dict[str, str]) -> Cost:
    """`train` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.switches", "--once"]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return Cost(**json.loads(run.stdout.splitlines()[-1]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(asdict(train())))
        return

    from benchmarks.shared.training import middle

    costs: dict[str, list[Cost]] = {name: [] for name in SWITCHES}
    for _ in range(arguments.rounds):
        for name, environment in SWITCHES.items():
            costs[name].append(trained_elsewhere(environment))
    print(f"{EPOCHS} epochs of {DIGITS:,} digits, median (range) of {arguments.rounds} rounds")
    print("| TensorFlow | seconds | ratio | in the system | pages given | megabytes at most |")
    print("| --- | --- | --- | --- | --- | --- |")
    first = next(iter(costs.values()))
    for name, found in costs.items():
        cells = (
            middle([cost.seconds for cost in found], ".1f"),
            middle([a.seconds / b.seconds for a, b in zip(found, first, strict=True)], ".2f"),
            middle([cost.system for cost in found], ".1f"),
            middle([float(cost.faults) for cost in found], ",.0f"),
            middle([cost.megabytes for cost in found], ",.0f"),
        )
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
