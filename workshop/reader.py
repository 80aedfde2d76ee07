"""The network of lab 05 for the labs after it: the learner's own, or the course's.

Nobody is stuck: without a network of their own, a learner gets the one that lab 05's solution
would train. It is trained once on a computer and kept beside the digits.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.data import cache, load_mnist, mnist_source
from workshop.places import models_folder
from workshop.plots import LiveDisplay

OWN = "05_cnn.keras"
KEPT = "digit-reader-1-{digits}.keras"
"""Its number goes up with every change of the network or of its training."""
ENOUGH_REAL = 97.0
ENOUGH_STAND_IN = 90.0
"""Accuracy in % on the validation digits below which a learner's network is not used."""
VALIDATION = 6000
EPOCHS = 2
BATCH = 256


def digit_reader() -> Any:
    """The learner's network of lab 05 if it reads well, otherwise the course's own.

    One printed line tells which of them it is.

    Returns:
        A `keras.Sequential`: (n, 28, 28, 1) float32 in 0…1 → (n, 10) probabilities. Its last layer
        is the dense one; what goes into it are its features.
    """
    path = models_folder() / OWN
    if path.is_file():
        model, fault = _own(path)
        if model is not None:
            print("The digit reader: your own network of lab 05.")
            return model
        print(f"Not used: {path.name} in {path.parent}. {fault}")
    model = _kept() or _trained()
    print("The digit reader: the course's own network of lab 05.")
    return model


def lean_network() -> Any:
    """Lab 05's network, untrained: 39,850 parameters."""
    import keras
    from keras import layers

    def block(filters: int, padding: str) -> list[Any]:
        convolution = layers.Conv2D(filters, 3, padding=padding, use_bias=False)
        return [convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU()]

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, 2, "same", activation="relu"),
            *block(32, "same"),
            layers.MaxPooling2D(),
            *block(64, "valid"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def _own(path: Path) -> tuple[Any, str]:
    """The learner's network, or None and what is wrong with it."""
    import keras

    try:
        model = keras.saving.load_model(path)
        answers = model.predict(_validation()[0], batch_size=500, verbose=0)
    except Exception as error:  # a file may hold anything
        return None, f"It cannot be used: {str(error).splitlines()[0][:150]}"
    if np.shape(answers) != (VALIDATION, 10):
        return None, f"It answers with the shape {np.shape(answers)[1:]}, not with ten numbers."
    if not isinstance(model.layers[-1], keras.layers.Dense):
        return None, f"Its last layer is a {type(model.layers[-1]).__name__}, not a dense one."
    accuracy = float(100 * (answers.argmax(axis=1) == _validation()[1]).mean())
    enough = ENOUGH_REAL if mnist_source().real else ENOUGH_STAND_IN
    if accuracy < enough:
        return None, f"It reads {accuracy:.1f} % of the validation digits; {enough:g} % is needed."
    return model, ""


def _validation() -> tuple[NDArray[np.float32], NDArray[Any]]:
    (images, labels), _ = load_mnist(quiet=True)
    return _scaled(images[-VALIDATION:]), labels[-VALIDATION:]


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return (images[..., None] / 255).astype(np.float32)


def _kept() -> Any:
    """The network that an earlier call has trained; None if there is none that works."""
    import keras

    for path in cache.found(_file()):
        try:
            return keras.saving.load_model(path)
        except (OSError, ValueError):
            continue  # damaged: it is trained and written anew
    return None


def _trained() -> Any:
    """Train the course's network and keep it."""
    import keras

    (images, labels), _ = load_mnist(quiet=True)
    keras.utils.set_random_seed(42)
    model = lean_network()
    updates = EPOCHS * -(-(len(images) - VALIDATION) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, updates - updates // 5, warmup_target=0.01, warmup_steps=updates // 5
    )
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.AdamW(rate, weight_decay=0.01),
    )
    with LiveDisplay() as live:

        def tell(batch: int, logs: Any) -> None:
            live.tell(f"training a digit reader, once on this computer: batch {batch}")

        model.fit(
            _scaled(images[:-VALIDATION]),
            labels[:-VALIDATION],
            batch_size=BATCH,
            epochs=EPOCHS,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=tell)],
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reader.keras"
        model.save(path)
        cache.keep(_file(), path.read_bytes())
    return model


def _file() -> str:
    return KEPT.format(digits="mnist" if mnist_source().real else "stand-in")
