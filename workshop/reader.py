"""Networks that later labs lean on: the digit reader of lab 05, and a yardstick for pictures.

Nobody is stuck: without a network of their own, a learner gets the one that lab 05's solution
would train. What the course trains is trained once on a computer and kept beside the digits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.data import cache, load_mnist, mnist_source
from workshop.places import models_folder
from workshop.plots import LiveDisplay

OWN = "05_cnn.keras"
READER = "digit-reader-1"
YARDSTICK = "digit-yardstick-1"
"""Their numbers go up with every change of the network or of its training."""
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
    model = course_reader()
    print("The digit reader: the course's own network of lab 05.")
    return model


def course_reader() -> Any:
    """The course's own network of lab 05, whatever the learner has: see `digit_reader`."""
    return _kept(READER) or _trained(READER, lean_network, EPOCHS)


def digit_yardstick() -> Any:
    """64 numbers for a picture, by which sets of pictures are compared: the same for everybody.

    They are what goes into the last layer of a network like lab 05's, with one dense layer of 64
    before it, which reads 99.3 % of the test digits.

    Returns:
        A `keras.Model`: (n, 28, 28, 1) float32 in 0…1 → (n, 64) float32, none below 0.
    """
    import keras

    def untrained() -> Any:
        return lean_network(keras.layers.Dense(64, activation="relu"))

    model = _kept(YARDSTICK) or _trained(YARDSTICK, untrained, EPOCHS + 1)
    return keras.Model(model.inputs[0], model.layers[-2].output)


def lean_network(*before_last: Any) -> Any:
    """Lab 05's network, untrained: 39,850 parameters, and those of layers put before its last."""
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
            *before_last,
            layers.Dense(10, activation="softmax"),
        ]
    )


def fit_one_cycle(
    model: Any, images: NDArray[np.float32], labels: NDArray[Any], epochs: int, *callbacks: Any
) -> None:
    """Train as lab 05 does: AdamW, whose rate climbs for a fifth of the updates, then falls to 0.

    Args:
        model: not compiled yet; it is trained in place.
        images: (n, 28, 28, 1) float32 in 0…1.
        labels: (n,) classes.
        epochs: how often each picture is seen.
        callbacks: Keras's, such as one that tells how far it is.
    """
    import keras

    updates = epochs * -(-len(images) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, updates - updates // 5, warmup_target=0.01, warmup_steps=updates // 5
    )
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.AdamW(rate, weight_decay=0.01),
    )
    model.fit(images, labels, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=list(callbacks))


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


def _kept(name: str) -> Any:
    """The network that an earlier call has trained; None if there is none that works."""
    import keras

    for path in cache.found(_file(name)):
        try:
            return keras.saving.load_model(path)
        except (OSError, ValueError):
            continue  # damaged: it is trained and written anew
    return None


def _trained(name: str, build: Callable[[], Any], epochs: int) -> Any:
    """Train one of the course's networks and keep it."""
    import keras

    (images, labels), _ = load_mnist(quiet=True)
    keras.utils.set_random_seed(42)
    model = build()
    with LiveDisplay() as live:

        def tell(batch: int, logs: Any) -> None:
            live.tell(f"training the {name[:-2]}, once on this computer: batch {batch}")

        fit_one_cycle(
            model,
            _scaled(images[:-VALIDATION]),
            labels[:-VALIDATION],
            epochs,
            keras.callbacks.LambdaCallback(on_train_batch_end=tell),
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reader.keras"
        model.save(path)
        cache.keep(_file(name), path.read_bytes())
    return model


def _file(name: str) -> str:
    return f"{name}-{'mnist' if mnist_source().real else 'stand-in'}.keras"
