"""What happens inside the limited process: `python -m workshop.untrusted.child LIMITS`.

It finds `model.keras`, `model.weights.h5` and `images.npy` in its folder. It leaves `answers.npy`
and `report.json`: how many numbers the network has, or the sentence why it is refused.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from workshop.untrusted.limits import Limits, fence, limit_memory, limit_this_process
from workshop.untrusted.refusal import Fault, RefusedModel
from workshop.untrusted.weights import check_weights

BATCH = 500
SIDE = 28
INPUTS = ((SIDE, SIDE, 1), (SIDE, SIDE), (SIDE * SIDE,))


def main() -> None:
    limits = Limits(**json.loads(sys.argv[1]))
    folder = Path.cwd()
    limit_this_process(limits)
    try:
        report: dict[str, Any] = {"parameters": _run(folder, limits)}
    except RefusedModel as refusal:
        report = {"refused": str(refusal), "fault": refusal.fault}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


def _run(folder: Path, limits: Limits) -> int:
    check_weights(folder / "model.weights.h5", limits.file_bytes)
    images = np.load(folder / "images.npy", allow_pickle=False)

    import keras

    limit_memory(limits)
    fence(folder)
    keras.utils.set_random_seed(0)
    model = _attempt(
        "Keras cannot load it",
        lambda: keras.saving.load_model(folder / "model.keras", compile=False, safe_mode=True),
    )
    parameters = int(model.count_params())
    if parameters > limits.parameters:
        raise RefusedModel(
            f"This network has {parameters:,} parameters; {limits.parameters:,} are accepted. "
            "Make it smaller.",
            "content",
        )
    shaped = images.reshape(len(images), *_input_of(model))
    _check_shape(_attempt("It cannot answer", lambda: _answers(model, shaped[:2])), 2)
    answers = _attempt("It cannot answer", lambda: _answers(model, shaped))
    _check_shape(answers, len(images))
    np.save(folder / "answers.npy", answers.astype(np.float32), allow_pickle=False)
    return parameters


def _attempt(what: str, action: Any) -> Any:
    try:
        return action()
    except Exception as error:  # a network from elsewhere can fail in any way
        memory = isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__
        fault: Fault = "limits" if memory else "content"
        raise RefusedModel(
            f"This network is not accepted. {what}: "
            + ("it needs more memory than there is for one network." if memory else _reason(error)),
            fault,
        ) from error


def _reason(error: Exception) -> str:
    """The line of an error that says most. Keras puts the first cause behind a long preface."""
    message = str(error).rsplit("Exception encountered:", 1)[-1].strip()
    return (message.splitlines() or [type(error).__name__])[0][:200]


def _answers(model: Any, images: Any) -> Any:
    return model.predict(images, batch_size=BATCH, verbose=0)


def _input_of(model: Any) -> tuple[int, ...]:
    shape = getattr(model, "input_shape", None)
    wanted = tuple(shape[1:]) if isinstance(shape, tuple) and shape else None
    for known in INPUTS:
        if wanted == known:
            return known
    raise RefusedModel(
        f"This network takes {shape if shape else 'inputs of no fixed shape'}. The board gives "
        "pictures of 28 × 28 pixels: build the network for (28, 28, 1), (28, 28) or (784,).",
        "content",
    )


def _check_shape(answers: Any, count: int) -> None:
    shape = getattr(answers, "shape", None)
    if shape is None:
        raise RefusedModel(
            "This network gives several answers for one picture. One row of ten numbers is needed.",
            "content",
        )
    if shape != (count, 10):
        raise RefusedModel(
            f"This network answers {count} pictures with the shape {tuple(shape)}. Ten numbers for "
            f"each are needed, shape ({count}, 10), one for each class.",
            "content",
        )


if __name__ == "__main__":
    main()
