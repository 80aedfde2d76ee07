"""The first door: an application with a route that reads a digit."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab10.replies import LEAST, PAUSE, fault_with_reply
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

RIGHT = """\
app = Flask("digits")

@app.post("/predict")
def predict():
    start = time.perf_counter()
    image = np.array(request.get_json()["image"], dtype="float32")
    probabilities = ask(image[None])[0]
    digit = int(probabilities.argmax())
    return {
        "digit": digit if probabilities[digit] >= least else None,
        "probabilities": probabilities.tolist(),
        "version": version,
        "milliseconds": 1000 * (time.perf_counter() - start),
    }

return app"""


class Predict(Exercise):
    id = "10-predict"
    title = "A door that reads digits"
    points = 3
    hints = (
        'Inside of `make_app`: `app = Flask("digits")`, then `@app.post("/predict")` above a '
        "function without arguments, and at the end `return app`.",
        'In that function: `image = np.array(request.get_json()["image"], dtype="float32")`. '
        "`ask` wants a batch: `ask(image[None])[0]` are ten probabilities.",
        "JSON knows Python's numbers and lists, not NumPy's: `int(…)`, `.tolist()`. Below `least`, "
        "the digit is `None`. `1000 * (time.perf_counter() - start)` are milliseconds.",
    )
    wrong_answers = {
        "not-an-app": RIGHT.replace("return app", "return predict"),
        "returned-nothing": RIGHT.replace("\nreturn app", ""),
        "no-door": RIGHT.replace("/predict", "/digit"),
        "get-not-post": RIGHT.replace("app.post", "app.get"),
        "numpy-in-json": RIGHT.replace(".tolist()", ""),
        "argument-of-a-route": RIGHT.replace("predict():", "predict(image):"),
        "not-float32": RIGHT.replace(', dtype="float32"', ""),
        "no-batch-axis": RIGHT.replace("image[None]", "image"),
        "raised": RIGHT.replace('["image"]', '["picture"]'),
        "refused": RIGHT.replace("    start =", "    return {}, 400\n    start ="),
        "not-json": RIGHT.replace("return {", "return str({").replace("}\n", "})\n"),
        "missing-field": RIGHT.replace('        "version": version,\n', ""),
        "scaled-twice": RIGHT.replace("image[None]", "image[None] / 255"),
        "asked-twice": RIGHT.replace(
            "digit = int(probabilities", "digit = int(ask(image[None])[0]"
        ),
        "ten-in-a-list": RIGHT.replace("[None])[0]", "[None])").replace(
            "probabilities[digit]", "probabilities[0, digit]"
        ),
        "digit-is-text": RIGHT.replace("digit if", "str(digit) if"),
        "null-is-text": RIGHT.replace("else None", 'else "null"'),
        "never-rejects": RIGHT.replace(" if probabilities[digit] >= least else None", ""),
        "rejects-the-sure": RIGHT.replace(">= least", "< least"),
        "version-fixed": RIGHT.replace('"version": version', '"version": "1"'),
        "not-milliseconds": RIGHT.replace("1000 * (", "("),
        "other-answer": RIGHT.replace('"digit": digit if', '"digit": 9 - digit if'),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        first, second = (int(digit) for digit in rng.permutation(10)[:2])
        sure, unsure = np.full(10, 0.02), np.full(10, 0.025)
        sure[first], unsure[second], unsure[first] = 0.82, 0.45, 0.35
        pictures = rng.integers(0, 256, (2, 28, 28))
        pictures[:, 14, 14] = 255
        return {
            "pictures": pictures,
            "answers": np.stack([sure, unsure]).astype("float32"),
            "version": f"v{rng.integers(100, 1000)}",
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        network = _Network(inputs["answers"])
        made: list[Any] = []

        def make(*arguments: Any) -> Any:
            made.append(answer(*arguments))
            return None if made[0] is None else type(made[0]).__name__

        usable = callable(answer) and not isinstance(answer, type)
        seen = call(make if usable else answer, network, inputs["version"], LEAST)
        if not made or not hasattr(made[0], "test_client"):
            return {"made": seen, "replies": []}
        made[0].testing = True  # a fault comes through to here, instead of a page about it
        return {
            "made": seen,
            "replies": [_reply(made[0], network, picture) for picture in inputs["pictures"]],
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if not data["replies"]:
            return not_yet(
                "not-an-app",
                f"`make_app` gave back a `{data['made']}`, and not a Flask application.",
                "a server is handed an application, with all of its routes.",
                'make it first, `app = Flask("digits")`, and end with `return app`.',
            )
        wanted = zip(inputs["pictures"], inputs["answers"], data["replies"], strict=True)
        for picture, row, reply in wanted:
            if wrong := fault_with_reply(inputs, picture, row, reply):
                return wrong
        return passed(
            "two pictures went in; ten probabilities, the version and the time came out, and "
            "`null` for the doubtful digit.",
            "that is a contract: whoever sends 28×28 numbers gets exactly these fields, and need "
            "not know that there is a network behind the door.",
        )


class _Network:
    """Answers with rows that were given, and keeps what it was asked."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self.rows, self.turn = rows, 0
        self.given: list[NDArray[Any]] = []

    def __call__(self, images: Any) -> NDArray[Any]:
        if not isinstance(images, np.ndarray) or images.dtype != np.float32:
            kind = getattr(images, "dtype", type(images).__name__)
            raise RuntimeError(f"Unexpected input data type. Actual: {kind}, expected: float32")
        if images.ndim != 3 or images.shape[1:] != (28, 28):
            raise RuntimeError(f"Got invalid dimensions {images.shape}, expected: (n, 28, 28)")
        self.given.append(images.copy())
        time.sleep(PAUSE)
        return np.tile(self.rows[self.turn], (len(images), 1))


def _reply(app: Any, network: _Network, picture: NDArray[Any]) -> Data:
    network.given = []

    def post() -> Data:
        response = app.test_client().post("/predict", json={"image": picture.tolist()})
        return {"status": response.status_code, "text": response.get_data(as_text=True)[:20_000]}

    start = time.perf_counter()
    seen = observe(post)
    elapsed = 1000 * (time.perf_counter() - start)
    network.turn += 1
    return {"seen": seen, "given": network.given, "elapsed": elapsed}
