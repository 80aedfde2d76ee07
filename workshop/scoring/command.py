"""`workshop score`: the job, its progress, what it says at the end, and its exit status."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tqdm import tqdm

from workshop.scoring.item import ScoringError
from workshop.scoring.job import score
from workshop.scoring.opening import open_source
from workshop.scoring.report import Analysis, printable
from workshop.scoring.store import Run, Store
from workshop.serving.choice import chosen_model
from workshop.serving.model import FrozenModel, ModelError

MOST_CHUNK: Final = 10_000
NAMED: Final = 20
ALL_SCORED, SOME_REJECTED, STOPPED = 0, 1, 130


def score_command(
    path: Path, model_path: Path | None, url: str, *, chunk: int, key: str, report: Path | None
) -> int:
    """Score a source; say how it went.

    Args:
        path: a folder, an .npz or a .parquet file.
        model_path: a frozen or a Keras model; None for the reference model.
        url: the database.
        chunk: items for each transaction.
        key: the array or column with the pictures; "" if there is only one.
        report: where to write all predictions as Parquet; None for nowhere.

    Returns:
        0 if every item has a prediction now, 1 if some were rejected, 130 after Ctrl-C.

    Raises:
        ScoringError: if it cannot be done.
    """
    if not 1 <= chunk <= MOST_CHUNK:
        raise ScoringError(f"--chunk goes from 1 to {MOST_CHUNK:,}.")
    source = open_source(path, key)
    try:
        model = FrozenModel.load(chosen_model(model_path))
    except ModelError as error:
        raise ScoringError(str(error)) from error
    if source.remark:
        print(source.remark)
    with Store(url) as store:
        try:
            with _bar(len(source)) as bar:
                run = score(source, model, store, chunk, bar)
        except KeyboardInterrupt:
            print("Stopped. What was scored is stored; the same command goes on.")
            return STOPPED
        print(_summary(run, store))
        present = set(source.keys())
        broken = {item: why for item, why in store.rejected(run.source).items() if item in present}
        with Analysis(store.predictions(run), present, broken) as analysis:
            print(f"\n{analysis.report()}")
            if report:
                analysis.write_parquet(report)
                print(f"\nAll predictions: {report}")
    if broken:
        print(_rejected(broken), file=sys.stderr)
    return SOME_REJECTED if broken else ALL_SCORED


class _Bar:
    """Shows where a job stands, how fast it is and how long it will take."""

    def __init__(self, items: int) -> None:
        shown = sys.stderr.isatty()
        # A job at night writes into a file: a line now and then is enough there.
        self.bar = tqdm(
            total=items, unit=" items", mininterval=0.2 if shown else 10, ascii=not shown
        )
        self._begun = False

    def __call__(self, run: Run) -> None:
        if not self._begun:
            self._begun = True
            self.bar.initial = self.bar.n = run.position
            if run.position:
                self.bar.write(f"Run {run.run} was broken off; it goes on at {run.position:,}.")
        self.bar.set_postfix_str(
            f"{run.rejected:,} rejected" if run.rejected else "", refresh=False
        )
        self.bar.update(run.position - self.bar.n)


@contextmanager
def _bar(items: int) -> Iterator[_Bar]:
    progress = _Bar(items)
    with progress.bar:
        yield progress


def _summary(run: Run, store: Store) -> str:
    return (
        f"Run {run.run} with {run.model.name} {run.model.version}: {run.items:,} items, "
        f"{run.scored:,} scored, {run.known:,} known already, {run.rejected:,} rejected.\n"
        f"They are in {store.shown}, table predictions."
    )


def _rejected(broken: dict[str, str]) -> str:
    lines = [f"\n{len(broken):,} items were not scored; the table rejected has them all:"]
    lines += [
        f"  {printable(item)}: {printable(why)}" for item, why in list(broken.items())[:NAMED]
    ]
    if len(broken) > NAMED:
        lines.append(f"  … and {len(broken) - NAMED:,} more. In all:")
        lines += [
            f"  {n:>8,} × {printable(why)}" for why, n in Counter(broken.values()).most_common(5)
        ]
    return "\n".join(lines)
