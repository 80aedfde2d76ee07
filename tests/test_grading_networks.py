"""A network that was handed in is tried by the grader, away from the learner's code."""

from collections.abc import Iterator

import pytest

from tests.torture.notebooks import only
from workshop.grading.course import lab_of, plan
from workshop.grading.house import House, open_house
from workshop.grading.interview import Interview
from workshop.grading.notebook import Cell, Notebook
from workshop.grading.room import Limits
from workshop.verdict import Verdict

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DATA = "(x_train, y_train), (x_test, y_test) = load_mnist()\nx_train = x_train / np.float32(255)"
NETWORK = """
final = keras.Sequential([
    keras.Input((28, 28)), layers.Flatten(), {hidden} layers.Dense(10, activation="softmax")])
final.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.005))
final.fit({pictures}, y_train, batch_size=1000, epochs=1, verbose=0)
"""
HIDDEN = 'layers.Dense(8, activation="relu"),'
SCALING = 'layers.Rescaling(1 / 255), layers.Dense(32, activation="relu"),'
CLASS = """
class Mine(layers.Layer):
    def call(self, x):
        return x
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house(Limits()) as opened:
        yield opened


def interview_of(house: House, *sources: str) -> Interview:
    """What came of a notebook with these cells."""
    lab = lab_of("02")
    assert lab
    cells = tuple(Cell("code", cell["source"]) for cell in only(*sources)["cells"])
    interview = Interview(house, lab, plan(Notebook(cells), lab), seed=1)
    interview.hold()
    assert not interview.ended
    return interview


def final_of(house: House, *sources: str, exercise: str = "02-final") -> Verdict:
    """The verdict on the network at the end of lab 02, or on another exercise."""
    return interview_of(house, *sources).verdicts[exercise]


def test_it_answers_digits_that_it_has_not_seen(house: House) -> None:
    interview = interview_of(house, DATA, NETWORK.format(hidden=HIDDEN, pictures="x_train"))
    verdict = interview.verdicts["02-final"]
    assert verdict.diagnosis == "below-the-mark"
    assert "of 10,000 digits" in verdict.seen
    row = interview.robustness["02-final"]
    assert row.keys() == {"clean", "noise", "shift", "thick"}
    assert 50 < row["clean"] <= 100
    assert row["clean"] > row["shift"]


def test_the_usual_mistake_is_still_recognised(house: House) -> None:
    verdict = final_of(house, DATA, NETWORK.format(hidden=SCALING, pictures="x_train * 255"))
    assert verdict.diagnosis == "raw-pixels"


def test_a_layer_with_code_is_not_run(house: House) -> None:
    verdict = final_of(house, CLASS, NETWORK.format(hidden="Mine(),", pictures="x_train"), DATA,
                       NETWORK.format(hidden="Mine(),", pictures="x_train"))  # fmt: skip
    assert verdict.diagnosis == "refused-model"


FABRICATED = """
def probe(self, inputs, answer):
    facts = {"kind": "Sequential", "is_model": True, "built": True, "input_shape": [None, 28, 28],
             "output_shape": [None, 10], "parameters": 7850, "layers": [], "error": "",
             "weights": [np.zeros((784, 10)), np.zeros(10)], "outputs": np.full((4, 10), 0.1)}
    return {"network": facts, "facts": facts}
type(ex.network).probe = probe
first_network = lambda: "nothing"
"""


def test_facts_about_a_network_that_is_not_there_earn_nothing(house: House) -> None:
    verdict = final_of(house, FABRICATED, exercise="02-network")
    assert (verdict.points, verdict.diagnosis) == (0, "refused-model")


HONEST = """
def overfit_one_batch(model, images, labels):
    history = model.fit(images, labels, epochs=60, verbose=0)
    return history.history["loss"]
"""
BY_HEART = """
def told(inputs):
    return {"losses": [2.3, 0.1], "moved": True, "outputs": np.eye(10)[inputs["labels"]]}
type(ex.one_batch).probe = lambda self, inputs, answer: told(inputs)
type(ex.one_batch).train = lambda self, inputs, answer: (MODEL, told(inputs))
overfit_one_batch = lambda model, images, labels: [2.3, 0.1]
"""
UNTRAINED = "keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])"


def test_a_network_that_has_learned_its_batch_is_seen_to_know_it(house: House) -> None:
    assert final_of(house, HONEST, exercise="02-one-batch").points == 2


@pytest.mark.parametrize(
    ("model", "diagnosis"), [("'none'", "refused-model"), (UNTRAINED, "other-digits")]
)
def test_a_training_that_is_only_told_of_earns_nothing(
    house: House, model: str, diagnosis: str
) -> None:
    verdict = final_of(house, BY_HEART.replace("MODEL", model), exercise="02-one-batch")
    assert (verdict.points, verdict.diagnosis) == (0, diagnosis)


def test_what_is_no_network_is_told_so(house: House) -> None:
    assert final_of(house, "final = '99.9 %'").diagnosis == "not-a-model"
