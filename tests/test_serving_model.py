"""A frozen model answers as the network did, and nothing else is taken for one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.serving import picture_of, write_model
from workshop.serving import choice
from workshop.serving.choice import chosen_model
from workshop.serving.model import Card, FrozenModel, ModelError, card_of
from workshop.serving.pixels import fast_pictures, parsed, pictures_of


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, FrozenModel]:
    """Lab 05's network, with numbers as they come, and what it is frozen to."""
    import keras

    import workshop.quiet  # noqa: F401
    from workshop.reader import lean_network
    from workshop.serving.freeze import freeze

    keras.utils.set_random_seed(1)
    network = lean_network()
    return network, freeze(network, tmp_path_factory.mktemp("frozen") / "lean.onnx")


@pytest.mark.parametrize("count", [1, 7, 64])
def test_probabilities_are_those_of_keras(frozen: tuple[Any, FrozenModel], count: int) -> None:
    network, model = frozen
    images = np.random.default_rng(count).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    expected = network.predict(images[..., None] / np.float32(255), verbose=0)
    answers = model.probabilities(images)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers, expected, atol=1e-6)


def test_a_wrong_scaling_would_be_noticed(frozen: tuple[Any, FrozenModel]) -> None:
    network, model = frozen
    images = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)
    unscaled = network.predict(images[..., None].astype(np.float32), verbose=0)
    assert np.abs(model.probabilities(images) - unscaled).max() > 0.01


def test_networks_of_every_shape_and_without_softmax_can_be_frozen(tmp_path: Path) -> None:
    import keras

    from workshop.serving.freeze import freeze

    for index, shape in enumerate([(28, 28, 1), (28, 28), (784,)]):
        layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(10)]
        model = freeze(keras.Sequential(layers), tmp_path / f"{index}.onnx")
        answers = model.probabilities(np.full((3, 28, 28), 9, np.uint8))
        np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_a_network_for_something_else_is_not_frozen(tmp_path: Path) -> None:
    import keras

    from workshop.serving.freeze import freeze

    colours = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten()])
    with pytest.raises(ModelError, match="Only networks for"):
        freeze(colours, tmp_path / "colours.onnx")
    assert not list(tmp_path.iterdir())


def test_no_picture_gives_no_answer(tmp_path: Path) -> None:
    model = FrozenModel.load(write_model(tmp_path))
    assert model.probabilities(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)
    with pytest.raises(ValueError, match="28, 28"):
        model.probabilities(np.zeros((1, 784), np.uint8))


def test_other_bytes_than_the_card_names_are_not_run(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    card_of(path).write_text(card_of(write_model(tmp_path, "other", 2.0)).read_text())
    with pytest.raises(ModelError, match="not the model that its card describes"):
        FrozenModel.load(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not JSON"),
        ("[]", "no object"),
        ("{}", "does not say its 'name'"),
        ('{"name": "x", "version": 1}', "'version'"),
        ('{"name": "x", "version": "1", "sha256": "a", "input_range": [0, 1]}', "input_range"),
    ],
)
def test_a_card_that_is_none_is_told(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "card.json").write_text(content)
    with pytest.raises(ModelError, match=reason):
        Card.read(tmp_path / "card.json")


def test_what_is_no_model_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no file"):
        chosen_model(tmp_path / "missing.onnx")
    (tmp_path / "model.pkl").write_bytes(b"")
    with pytest.raises(ModelError, match=r"ends in '\.pkl'"):
        chosen_model(tmp_path / "model.pkl")


def test_a_reference_model_that_is_kept_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_reference_file", lambda: "kept.onnx")
    monkeypatch.setattr(choice.cache, "folders", lambda: [tmp_path])
    kept = write_model(tmp_path, "kept")
    assert chosen_model(None) == kept


def test_a_file_that_hides_code_is_refused_and_never_run(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.keras"
    hidden.write_bytes(b"PK no archive")
    with pytest.raises(ModelError, match="no \\.keras file"):
        chosen_model(hidden)


@pytest.mark.slow
def test_whether_pixels_were_divided_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    from workshop.data import load_mnist

    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    monkeypatch.setenv("WORKSHOP_DATA", str(choice.cache.folders()[0].parent))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    (images, labels), _ = load_mnist(quiet=True)
    for divided_by in (255, 1):
        layers = [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(10, "softmax"),
        ]
        network = keras.Sequential(layers)
        network.compile("adam", "sparse_categorical_crossentropy")
        network.fit(images[:20_000] / divided_by, labels[:20_000], verbose=0)
        network.save(tmp_path / f"by{divided_by}.keras")
        path = chosen_model(tmp_path / f"by{divided_by}.keras")
        assert json.loads(card_of(path).read_text())["divided_by"] == divided_by
        assert chosen_model(tmp_path / f"by{divided_by}.keras") == path


def test_both_roads_from_json_lead_to_the_same_pictures() -> None:
    rng = np.random.default_rng(0)
    for count in (1, 2, 5):
        images = rng.integers(0, 256, (count, 28, 28)).tolist()
        body = json.dumps({"images": images}).encode()
        fast = fast_pictures(body)
        assert fast is not None
        np.testing.assert_array_equal(fast[0], pictures_of(parsed(body)["images"], "images"))


def test_the_fast_road_takes_nothing_unusual() -> None:
    picture = picture_of(3)
    unusual = [
        {"image7": picture},
        {"image": picture, "show": True},
        {"image": [[0.5] * 28] * 28},
        {"image": [[256] * 28] * 28},
        {"image": [[-1] * 28] * 28},
        {"image": [[0] * 28] * 27},
        {"images": []},
        {"images": [[[0] * 28] * 27 + [[0] * 27 + [[0]]]]},
    ]
    for body in unusual:
        assert fast_pictures(json.dumps(body).encode()) is None
    assert fast_pictures(b'{"image": [' + b",".join([b"[" + b"," * 27 + b"]"] * 28) + b"]}") is None
