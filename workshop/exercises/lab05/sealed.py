"""The lean network, trained, judged on the sealed test digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.data import load_mnist, mnist_source
from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import answers
from workshop.exercises.lab05.networks import (
    no_cnn,
    no_network,
    no_probabilities,
    observe_network,
    too_large,
)
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

WANTED_REAL = 99.0
WANTED_STAND_IN = 95.0
"""The stand-in's digits are warped, which makes them harder."""
CHANCE = 20.0
FEW = 4
SHORT_LOOK = 1000

FIT = """
final.compile(loss="sparse_categorical_crossentropy", optimizer="{optimizer}")
final.fit({images}, y_train[:2000], batch_size=128, epochs=2, verbose=0)"""
NETWORK = """
final = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(8, 5, 2, activation="relu"),
    layers.Conv2D(16, 3, 2, activation="relu"),
    layers.Flatten(),
    layers.Dense({units}, activation="{activation}"),
])"""
SMALL = NETWORK.format(units=10, activation="softmax")


def wanted() -> float:
    """The accuracy in % that passes, on the digits that are in use here."""
    return WANTED_REAL if mnist_source().real else WANTED_STAND_IN


class Final(Exercise):
    id = "05-final"
    title = "Past 99 % of the sealed digits"
    points = 3
    network = "answer"
    hints = (
        "The network: `final = lean_network()`. The optimizer: "
        "`keras.optimizers.AdamW(one_cycle(…), weight_decay=0.01)`. How many updates do "
        "`final_epochs` epochs have, in batches of 256?",
        "`updates = final_epochs * -(-len(x_train) // 256)`; `-(-a // b)` is a / b, "
        "rounded up. Then `final.compile(loss=…, optimizer=…, "
        'metrics=["accuracy"])` with `"sparse_categorical_crossentropy"`.',
        "`final.fit(x_train, y_train, batch_size=256, epochs=final_epochs, "
        "validation_data=(x_valid, y_valid), verbose=0, callbacks=[plots.LiveCurves(every=50)])`. "
        "Still short of the mark? One more epoch.",
    )
    wrong_answers = {
        "not-a-model": 'final = "99.2 %"',
        "history-not-model": SMALL
        + FIT.format(images="x_train[:2000]", optimizer="adam").replace(
            "\nfinal.fit", "\nfinal = final.fit"
        ),
        "class-not-instance": "final = keras.Sequential",
        "is-a-function": "final = lean_network",
        "no-channel": SMALL.replace("28, 28, 1", "28, 28, 3"),
        "no-convolutions": "final = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), "
        'layers.Dense(10, activation="softmax")])',
        "not-ten-outputs": NETWORK.format(units=1, activation="sigmoid"),
        "not-probabilities": NETWORK.format(units=10, activation="linear"),
        "no-flatten": SMALL.replace("    layers.Flatten(),\n", ""),
        "not-lean": SMALL.replace("Flatten(),", "Flatten(),\n    layers.Dense(512),"),
        "raw-pixels": SMALL.replace("1)),", "1)),\n    layers.Rescaling(1 / 255),")
        + FIT.format(images="255 * x_train[:2000]", optimizer="adam"),
        "untrained": SMALL,
        "below-the-mark": SMALL + FIT.format(images="x_train[:2000]", optimizer="adam"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images, labels = load_mnist(quiet=True)[1]
        rows = rng.permutation(len(labels))
        return {"rows": rows, "images": images[rows]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        images = inputs["images"][..., None]
        scaled = images.astype("float32") / 255
        data = {"facts": observe_network(lambda: answer, scaled[:FEW])}
        facts = data["facts"].get("value") or {}
        if facts.get("outputs") is not None:
            data["probabilities"] = observe(lambda: answers(answer, scaled))
            # Only to tell whoever trained on 0…255 that this is what went wrong.
            raw = images[:SHORT_LOOK].astype("float32")
            data["on_raw_pixels"] = observe(lambda: answers(answer, raw))
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if facts["kind"] == "function":
            return not_yet(
                "is-a-function",
                "I got a function.",
                "`lean_network` is the plan of a network; `lean_network()` makes one.",
                "`final = lean_network()`, then `compile` and `fit`.",
            )
        if wrong := no_network(facts) or no_cnn(facts):
            return wrong
        probabilities = data["probabilities"]
        if wrong := no_probabilities(probabilities) or too_large(facts):
            return wrong
        labels = load_mnist(quiet=True)[1][1][inputs["rows"]]
        accuracy = _accuracy(probabilities, labels)
        raw = _accuracy(data["on_raw_pixels"], labels[:SHORT_LOOK])
        mark = wanted() - inputs.get("allowance", 0)
        return self._marks(facts["parameters"], accuracy, raw, len(labels), mark)

    def _marks(
        self, parameters: int, accuracy: float, raw: float, count: int, mark: float
    ) -> Verdict:
        if accuracy >= mark:
            return passed(
                f"{accuracy:.2f} % of {count:,} digits that it had never seen, with "
                f"{parameters:,} numbers learned.",
                "this is the network that later labs look into, freeze and serve.",
            )
        if raw > accuracy + 15:
            return not_yet(
                "raw-pixels",
                f"{accuracy:.1f} % on pixels in 0…1, but {raw:.1f} % on pixels in 0…255.",
                "your network was trained on pixels that were never scaled. Whoever uses it "
                "later will scale them.",
                "train on `x_train` as it is: it is scaled already.",
            )
        if accuracy < CHANCE:
            return not_yet(
                "untrained",
                f"{accuracy:.1f} % of {count:,} digits. Guessing gives about 10 %.",
                "a new network guesses. If yours was trained, its learning rate may have been "
                "near 0 all the time, or far too large.",
                "call `compile` and `fit` on it, and look at the curves.",
            )
        return not_yet(
            "below-the-mark",
            f"{accuracy:.2f} % of {count:,} digits; {mark:g} % is wanted.",
            "it has learned, but not enough. A learning rate that ends near 0 helps most: does "
            "your schedule know the true number of updates?",
            "compare with the hints; then try one epoch more. Look at the validation accuracy "
            "before you come back here.",
        )


def _accuracy(probabilities: NDArray[Any], labels: NDArray[Any]) -> float:
    """Right answers in %."""
    return float(100 * (probabilities.argmax(axis=1) == labels).mean())
