"""The networks that are compared. All take digits (n, 28, 28, 1) in 0…1 and give ten logits."""

import keras
from keras import layers


def block(filters: int, padding: str = "same") -> list[keras.Layer]:
    """Convolution, batch normalisation, ReLU."""
    convolution = layers.Conv2D(filters, 3, padding=padding, use_bias=False)
    return [convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU()]


def small(first: int, second: int, third: int, fourth: int) -> keras.Model:
    """Four convolutions of these widths and global average pooling: few parameters."""
    inside = [*block(second), layers.MaxPooling2D(), *block(third), *block(fourth, "valid")]
    return _network([*inside, layers.GlobalAveragePooling2D()], first)


def lean() -> keras.Model:
    """Lab 05's network: 39,850 parameters."""
    return _network(
        [*block(32), layers.MaxPooling2D(), *block(64, "valid"), layers.Flatten()], first=16
    )


def club() -> keras.Model:
    """Lab 05's network, wider, with a stride in the place of pooling, and dropout: 77,050."""
    stride = layers.Conv2D(48, 3, 2, "same", use_bias=False)
    inside = [stride, layers.BatchNormalization(momentum=0.9), layers.ReLU(), *block(96, "valid")]
    return _network([*inside, layers.Flatten(), layers.Dropout(0.3)], first=24)


def mnist_convnet() -> keras.Model:
    """The architecture of keras.io's example "Simple MNIST convnet": 34,826 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )


def old_workshop() -> keras.Model:
    """The first edition's network: 1,199,882 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )


def _network(inside: list[keras.Layer], first: int) -> keras.Model:
    start = layers.Conv2D(first, 5, 2, "same", activation="relu")
    return keras.Sequential([keras.Input((28, 28, 1)), start, *inside, layers.Dense(10)])
