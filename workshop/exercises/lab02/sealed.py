"""The network of the lab's end, judged on the sealed test digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.data import load_mnist, mnist_source
from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import answers, observe_model
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

WANTED_REAL = 98.0
WANTED_STAND_IN = 82.0
"""The stand-in's digits are warped, which makes them harder."""
CHANCE = 20.0
FEW = 4
SHORT_LOOK = 1000
SUM_TOLERANCE = 1e-2


def wanted() -> float:
    """The accuracy in % that passes, on the digits that are in use here."""
    return WANTED_REAL if mnist_source().real else WANTED_STAND_IN


TINY_FIT = (
    'final.compile(loss="sparse_categorical_crossentropy", optimizer="adam")\n'
    "final.fit({images}, y_train[:3000], epochs=2, verbose=0)"
)


def _network(*inside: str) -> str:
    return f"final = keras.Sequential([{', '.join(inside)}])\n"


class Final(Exercise):
    id = "02-final"
    title = "Your network on the sealed digits"
    points = 3
    network = "answer"
    hints = (
        "Start from a network with one hidden layer, and look at its curves. Still falling? "
        "Train longer, or make it larger. Turned? Add `layers.Dropout(…)`.",
        "Wide layers help: two hidden layers of 512 and 256 units with ReLU, each followed by "
        "`layers.Dropout(0.2)`.",
        "Batches of 128, eight epochs, and Adam with a learning rate that falls to 0: "
        "`keras.optimizers.Adam(falling)`.",
    )
    wrong_answers = {
        "not-a-model": 'final = "98.5 %"',
        "class-not-instance": "final = keras.Sequential",
        "history-not-model": (
            "final = two_layers(8)\n"
            'final.compile(loss="sparse_categorical_crossentropy", optimizer="adam")\n'
            "final = final.fit(x_train[:64], y_train[:64], verbose=0)"
        ),
        "refuses-pictures": _network(
            "keras.Input((784,))", 'layers.Dense(10, activation="softmax")'
        ),
        "not-ten-outputs": _network(
            "keras.Input((28, 28))", "layers.Flatten()", 'layers.Dense(1, activation="softmax")'
        ),
        "not-probabilities": _network(
            "keras.Input((28, 28))", "layers.Flatten()", "layers.Dense(10)"
        ),
        "raw-pixels": _network(
            "keras.Input((28, 28))",
            "layers.Rescaling(1 / 255)",
            "layers.Flatten()",
            'layers.Dense(32, activation="relu")',
            'layers.Dense(10, activation="softmax")',
        )
        + TINY_FIT.format(images="x_train[:3000] * 255"),
        "untrained": "final = two_layers(32)",
        "no-hidden-layer": "final = first_network()\n" + TINY_FIT.format(images="x_train[:3000]"),
        "below-the-mark": "final = two_layers(8)\n" + TINY_FIT.format(images="x_train[:3000]"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images, labels = load_mnist(quiet=True)[1]
        rows = rng.permutation(len(labels))
        return {"rows": rows, "images": images[rows]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        images = inputs["images"]
        scaled = images.astype("float32") / 255
        data = {"facts": observe_model(lambda: answer, scaled[:FEW])}
        facts = data["facts"].get("value") or {}
        if facts.get("outputs") is not None:
            del facts["weights"]  # half a million numbers that the judge does not need
            data["probabilities"] = observe(lambda: answers(answer, scaled))
            # Only to tell whoever trained on 0…255 that this is what went wrong.
            raw = images[:SHORT_LOOK].astype("float32")
            data["on_raw_pixels"] = observe(lambda: answers(answer, raw))
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if wrong := self._kind(facts) or self._form(facts, data.get("probabilities")):
            return wrong
        labels = load_mnist(quiet=True)[1][1][inputs["rows"]]
        accuracy = _accuracy(data["probabilities"], labels)
        raw = _accuracy(data["on_raw_pixels"], labels[:SHORT_LOOK])
        mark, count = wanted() - inputs.get("allowance", 0), len(labels)
        if accuracy >= mark:
            return passed(
                f"{accuracy:.2f} % of {count:,} digits that it had never seen, with "
                f"{facts['parameters']:,} numbers learned.",
                "this number is honest because the test was opened once. From now on you know "
                "these digits: choosing by them again would make it a little less true.",
            )
        if raw > accuracy + 15:
            return not_yet(
                "raw-pixels",
                f"{accuracy:.1f} % on pixels in 0…1, but {raw:.1f} % on pixels in 0…255.",
                "your network was trained on pixels that were never scaled, or it scales them "
                "itself. Whoever uses it has to know which.",
                "train on `x_train`, which is scaled, and leave `Rescaling` out.",
            )
        if accuracy < CHANCE:
            return not_yet(
                "untrained",
                f"{accuracy:.1f} % of {count:,} digits. Guessing gives about 10 %.",
                "a new network guesses. If yours was trained, look at its loss: stuck near 2.30 "
                "means that nothing was learned.",
                "call `compile` and `fit` on it; then try the test with one batch.",
            )
        if sum(layer["kind"] == "Dense" for layer in facts["layers"]) < 2:
            return not_yet(
                "no-hidden-layer",
                f"{accuracy:.1f} % of {count:,} digits, without a hidden layer; {mark:g} % is "
                "wanted.",
                "ten weighted sums of pixels do not get there, however long you train them.",
                'put a hidden layer after `Flatten`: `layers.Dense(512, activation="relu")`.',
            )
        return not_yet(
            "below-the-mark",
            f"{accuracy:.1f} % of {count:,} digits; {mark:g} % is wanted.",
            "the curves say what is missing. Both losses still falling: train longer, or use "
            "wider layers. Validation loss rising: more dropout.",
            "change one thing, look at the validation accuracy, and come back here only when "
            "that is high enough.",
        )

    def _kind(self, facts: Data) -> Verdict | None:
        if facts["kind"] == "History":
            return not_yet(
                "history-not-model",
                "I got a `History`.",
                "`fit` returns the record of the training. The network itself stays under the "
                "name on which you called `fit`.",
                "do not write `final = final.fit(…)`; leave out the first part.",
            )
        if not facts["is_model"]:
            return not_yet(
                "not-a-model",
                f"I got a `{facts['kind']}`.",
                "I try the network myself on digits that it has not seen. A number, however "
                "good, I could not check.",
                "let `final` be the trained Keras model.",
            )
        return None

    def _form(self, facts: Data, probabilities: Any) -> Verdict | None:
        if probabilities is None:
            return not_yet(
                "refuses-pictures",
                f"pictures of `(28, 28)` give `{facts['error']}`",
                "later labs will hand your network pictures as they are.",
                "start with `keras.Input((28, 28))` and `layers.Flatten()`.",
            )
        if probabilities.ndim != 2 or probabilities.shape[1] != 10:
            return not_yet(
                "not-ten-outputs",
                f"for {len(probabilities):,} pictures I got the shape `{probabilities.shape}`.",
                "I need ten probabilities for each picture.",
                'end with `layers.Dense(10, activation="softmax")`.',
            )
        total = float(probabilities[0].sum())
        if probabilities.min() < 0 or abs(total - 1) > SUM_TOLERANCE:
            return not_yet(
                "not-probabilities",
                f"the ten outputs of one picture add up to {total:.2f}.",
                "the winner would be the same, but later labs ask how sure the network is, and "
                "for that they need probabilities.",
                'end with `activation="softmax"`, and a loss without `from_logits`.',
            )
        return None


def _accuracy(probabilities: NDArray[Any], labels: NDArray[Any]) -> float:
    """Right answers in %."""
    return float(100 * (probabilities.argmax(axis=1) == labels).mean())
