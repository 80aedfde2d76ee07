"""The two players of the GANs that are compared, and what is settled about them beforehand."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

Pictures = np.ndarray
LATENT = 32


@dataclass(frozen=True)
class Recipe:
    """Two players and how they are trained.

    `hidden` units before the discriminator's output; `falls`: does the learning rate fall to 0?
    `wide`: twice the filters; `ordered`: is the digit asked for?
    """

    name: str
    hidden: int = 64
    rate: float = 4e-3
    falls: bool = True
    calm_every: int = 4
    dropout: float = 0.0
    wide: bool = False
    ordered: bool = False


def generator(recipe: Recipe) -> keras.Model:
    """Noise, and an order's ten numbers where there are orders → pictures (with their planes)."""
    first, second = (64, 32) if recipe.wide else (32, 16)
    inputs = LATENT + 10 * recipe.ordered
    network = keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(7 * 7 * first, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Reshape((7, 7, first)),
            layers.Conv2DTranspose(second, 4, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        ]
    )
    if not recipe.ordered:
        return network
    order = keras.Input((inputs,))
    planes = layers.UpSampling2D(28)(layers.Reshape((1, 1, 10))(order[:, LATENT:]))
    return keras.Model(order, layers.Concatenate()([network(order), planes]))


def discriminator(recipe: Recipe) -> keras.Model:
    """Pictures → logits."""
    first, second = (32, 64) if recipe.wide else (16, 32)
    inside: list[keras.Layer] = []
    for filters in (first, second):
        inside += [layers.Conv2D(filters, 4, strides=2, padding="same"), layers.LeakyReLU(0.2)]
        inside += [layers.Dropout(recipe.dropout)] if recipe.dropout else []
    inside.append(layers.Flatten())
    if recipe.hidden:
        inside += [layers.Dense(recipe.hidden), layers.LeakyReLU(0.2)]
    channels = 1 + 10 * recipe.ordered
    return keras.Sequential([keras.Input((28, 28, channels)), *inside, layers.Dense(1)])


def with_planes(images: Pictures, labels: np.ndarray) -> Pictures:
    """(n, 28, 28, 1) and (n,) → (n, 28, 28, 11)."""
    planes = np.eye(10, dtype="float32")[labels][:, None, None]
    return np.concatenate([images, np.broadcast_to(planes, (*images.shape[:3], 10))], axis=3)
