"""What it saves to keep freed memory: digits warped anew in each step, with and without.

    PYTHONPATH=. python benchmarks/memory.py

Each training is a process of its own; the two kinds take turns. See workshop/memory.py.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

OFF = {"MALLOC_PERTURB_": "0"}  # glibc's own default; the course then changes nothing
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

    from benchmarks.shared import networks, training

    x, y, _, _ = training.digits()
    keras.utils.set_random_seed(1)
    model = networks.club()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(True))
    model.fit(training.Warped(x[:2560], y[:2560], 256, seed=1), verbose=0)
    warped = training.Warped(x[:DIGITS], y[:DIGITS], 256, seed=1)
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
    command = [sys.executable, "-m", "benchmarks.memory", "--once"]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return Cost(**json.loads(run.stdout.splitlines()[-1]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(asdict(train())))
        return

    from benchmarks.shared.training import middle

    pairs = [(trained_elsewhere({}), trained_elsewhere(OFF)) for _ in range(arguments.pairs)]
    print("| freed memory | seconds | in the system | pages given | megabytes at most |")
    print("| --- | --- | --- | --- | --- |")
    for name, costs in zip(("kept", "handed back"), zip(*pairs, strict=True), strict=True):
        cells = (
            middle([cost.seconds for cost in costs], ".1f"),
            middle([cost.system for cost in costs], ".1f"),
            middle([float(cost.faults) for cost in costs], ",.0f"),
            middle([cost.megabytes for cost in costs], ",.0f"),
        )
        print(f"| {name} | {' | '.join(cells)} |")
    ratios = [off.seconds / kept.seconds for kept, off in pairs]
    print(f"{middle(ratios, '.2f')} times as fast: {EPOCHS} epochs of {DIGITS:,} digits")


if __name__ == "__main__":
    main()
