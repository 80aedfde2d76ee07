"""The loop of a scoring job: read a chunk, ask the model, store, move on."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workshop.scoring.item import Item, ScoringError
from workshop.scoring.source import Source
from workshop.scoring.store import Run, Store
from workshop.scoring.tables import CLASSES
from workshop.serving.model import Card


class Model(Protocol):
    """What answers, such as `workshop.serving.model.FrozenModel`."""

    @property
    def card(self) -> Card: ...

    def probabilities(self, images: NDArray[np.uint8], /) -> NDArray[np.float32]:
        """Ten probabilities for each of (n, 28, 28) uint8 pictures."""
        ...


def score(
    source: Source,
    model: Model,
    store: Store,
    chunk: int,
    progress: Callable[[Run], None] = lambda run: None,
) -> Run:
    """Score every item of a source that this model has not scored yet.

    Args:
        source: where the pictures are.
        model: what reads them.
        store: where the answers go.
        chunk: how many items make one transaction.
        progress: is told where the job stands, at its start and after each chunk.

    Returns:
        How the job ended.

    Raises:
        ScoringError: if the source or the database fails, or the model answers nonsense. What was
            stored stays, and the same call goes on behind it.
    """
    run = store.begin(source, model.card)
    progress(run)
    while run.position < run.items:
        items = source.read(run.position, min(run.position + chunk, run.items))
        if not items:
            raise ScoringError(
                f"{source.name} ended after {run.position:,} of {run.items:,} items."
            )
        known = store.known(run, items)
        fresh = [item for item in items if not item.fault and item.key not in known]
        run = store.save(run, items, fresh, _answers(model, fresh))
        progress(run)
    return run


def _answers(model: Model, items: list[Item]) -> NDArray[np.float32]:
    digits = [item.digit for item in items if item.digit is not None]
    if not digits:
        return np.empty((0, CLASSES), np.float32)
    answers = model.probabilities(np.stack(digits))
    if answers.shape != (len(digits), CLASSES) or not np.isfinite(answers).all():
        raise ScoringError(
            f"The model {model.card.name} answered {len(digits)} pictures with something else than "
            "ten numbers each. Nothing of that was stored."
        )
    return answers
