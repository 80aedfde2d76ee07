"""What is let out of a stranger's `.keras` file, and what is refused before anything runs."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.networks import layer_of, parts_of, saved, tiny_network, with_config, zipped
from workshop.untrusted import ModelFile, RefusedModel
from workshop.untrusted.model_file import LARGEST_FILE

import keras  # isort: skip

Config = dict[str, Any]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return saved(tiny_network(), tmp_path_factory.mktemp("tiny"))


def refusal(content: bytes) -> RefusedModel:
    with pytest.raises(RefusedModel) as refused:
        ModelFile.read(content)
    return refused.value


def renamed_layer(name: str, **others: Any) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        layer_of(config).update({"class_name": name, **others})

    return change


def test_a_file_of_keras_is_read_and_written_again_with_only_two_parts(
    tiny: bytes, tmp_path: Path
) -> None:
    ModelFile.read(tiny).write(tmp_path / "copy.keras")
    assert set(parts_of((tmp_path / "copy.keras").read_bytes())) == {
        "config.json",
        "model.weights.h5",
    }
    assert keras.saving.load_model(tmp_path / "copy.keras").count_params() == 7850


def test_the_same_network_saved_twice_has_one_fingerprint_and_another_has_another(
    tmp_path: Path,
) -> None:
    once, again = (ModelFile.read(saved(tiny_network(), tmp_path)).sha256 for _ in range(2))
    network = tiny_network()
    network.layers[-1].bias.assign([1.0] * 10)
    assert once == again != ModelFile.read(saved(network, tmp_path)).sha256


def test_settings_for_training_are_left_out_even_if_they_are_the_learners_own(
    tmp_path: Path,
) -> None:
    def my_loss(truth: Any, answer: Any) -> Any:
        return keras.ops.mean(truth - answer)

    network = tiny_network()
    network.compile(loss=my_loss)
    assert "my_loss" not in str(ModelFile.read(saved(network, tmp_path)).config)


@pytest.mark.parametrize(
    "layers",
    [
        [keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization(), keras.layers.ReLU()],
        [keras.layers.RandomRotation(0.1), keras.layers.Normalization()],
        [keras.layers.Dropout(0.5), keras.layers.Conv2D(2, 3, kernel_regularizer="l2")],
        [keras.layers.Reshape((28, 28)), keras.layers.Bidirectional(keras.layers.LSTM(4))],
        [keras.layers.Conv2D(2, 3, activation=keras.activations.gelu)],
        [keras.Sequential([keras.layers.Rescaling(2.0)])],
    ],
    ids=["convolution", "augmentation", "regularised", "recurrent", "activation", "nested"],
)
def test_what_the_course_builds_is_accepted(layers: list[Any], tmp_path: Path) -> None:
    top = [keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    network = keras.Sequential([keras.Input((28, 28, 1)), *layers, *top])
    assert ModelFile.read(saved(network, tmp_path)).config["class_name"] == "Sequential"


def test_a_network_with_two_branches_and_sums_is_accepted(tmp_path: Path) -> None:
    start = keras.Input((28, 28))
    flat = keras.layers.Flatten()(start / 2.0)
    answer = keras.layers.Dense(10)(flat) + keras.layers.Dense(10)(flat)
    content = saved(keras.Model(start, answer), tmp_path)
    assert ModelFile.read(content).config["class_name"] == "Functional"


def test_code_in_a_lambda_layer_is_refused_by_name(tmp_path: Path) -> None:
    network = tiny_network()
    network.add(keras.layers.Lambda(lambda x: x))
    refused = refusal(saved(network, tmp_path))
    assert "`Lambda`" in str(refused)
    assert "code" in str(refused)
    assert refused.fault == "content"


def test_a_class_of_the_learners_own_is_refused_by_name(tmp_path: Path) -> None:
    class MyLayer(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x

    network = tiny_network()
    network.add(MyLayer())
    assert "`MyLayer`" in str(refusal(saved(network, tmp_path)))


@pytest.mark.parametrize(
    "change",
    [
        renamed_layer("TFSMLayer"),
        renamed_layer("StringLookup"),
        renamed_layer("Dense", module="os"),
        renamed_layer("Dense", module="keras.src.layers.core.dense"),
        renamed_layer("Dense", module=None),
        renamed_layer("Dense", registered_name="mine>Dense"),
        renamed_layer("Dense", module=["keras.layers"]),
        renamed_layer("function", module="keras.utils", config="get_file"),
        renamed_layer("function", module="builtins", config="eval"),
        renamed_layer("__lambda__", config={"value": ""}),
        renamed_layer("__numpy__", config={"value": [1], "dtype": "float32"}),
    ],
    ids=lambda change: "",
)
def test_what_is_not_on_the_list_is_refused(tiny: bytes, change: Callable[[Config], None]) -> None:
    assert "not accepted" in str(refusal(with_config(tiny, change)))


def test_a_forbidden_layer_is_found_inside_any_other_part(tiny: bytes) -> None:
    def hide(config: Config) -> None:
        layer_of(config)["config"]["kernel_initializer"] = [{"deep": {"class_name": "Lambda"}}]

    assert "`Lambda`" in str(refusal(with_config(tiny, hide)))


def test_numbers_in_the_description_are_refused_because_nobody_counts_them(tiny: bytes) -> None:
    def hide(config: Config) -> None:
        layer_of(config)["config"]["values"] = [0.5] * 784

    assert "784 numbers" in str(refusal(with_config(tiny, hide)))


@pytest.mark.parametrize("dtype", ["int4_from_float32", {"class_name": "int4"}])
def test_packed_numbers_are_refused_because_two_would_count_as_one(
    tiny: bytes, dtype: object
) -> None:
    def pack(config: Config) -> None:
        layer_of(config)["config"]["dtype"] = dtype

    assert "int4" in str(refusal(with_config(tiny, pack)))


def test_a_description_nested_without_end_is_refused(tiny: bytes) -> None:
    for depth in (200, 100_000):
        nested = (
            b'{"class_name": "Sequential", "module": "keras", "a": '
            + b"[" * depth
            + b"]" * depth
            + b"}"
        )
        parts = {**parts_of(tiny), "config.json": nested}
        assert "nested" in str(refusal(zipped(parts)))


def test_an_h5_file_under_another_name_is_refused(tmp_path: Path) -> None:
    tiny_network().save(tmp_path / "old.h5")
    refused = refusal((tmp_path / "old.h5").read_bytes())
    assert ".h5" in str(refused)
    assert refused.fault == "format"


@pytest.mark.parametrize(
    "content", [pickle.dumps([1]), b"", b"PK\x03\x04 and then nothing"], ids=["pickle", "", "cut"]
)
def test_what_is_no_zip_archive_is_refused(content: bytes) -> None:
    refused = refusal(content)
    assert "no whole zip archive" in str(refused)
    assert "model.save" in str(refused)
    assert refused.fault == "format"


@pytest.mark.parametrize("name", ["../evil.py", "/etc/passwd", "assets/vocabulary.txt", "a.pkl"])
def test_a_part_of_any_other_name_is_refused_by_name(tiny: bytes, name: str) -> None:
    assert name in str(refusal(zipped({**parts_of(tiny), name: b""})))


def test_a_part_that_is_missing_or_there_twice_is_refused(tiny: bytes) -> None:
    parts = parts_of(tiny)
    del parts["model.weights.h5"]
    assert "no model.weights.h5" in str(refusal(zipped(parts)))
    file = io.BytesIO(tiny)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")
    assert "same name" in str(refusal(file.getvalue()))


def test_a_zip_bomb_is_refused_by_what_it_declares(tiny: bytes) -> None:
    bomb = {**parts_of(tiny), "model.weights.h5": bytes(LARGEST_FILE + 1)}
    content = zipped(bomb, zipfile.ZIP_DEFLATED)
    assert len(content) < 100_000
    assert refusal(content).fault == "size"


def test_a_zip_bomb_that_declares_little_is_refused_by_what_it_is(tiny: bytes) -> None:
    bomb = {**parts_of(tiny), "model.weights.h5": bytes(LARGEST_FILE + 1)}
    content = zipped(bomb, zipfile.ZIP_DEFLATED)
    lie = content.replace((LARGEST_FILE + 1).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    assert refusal(lie).fault in ("size", "format")


def test_a_file_that_is_too_large_is_refused_with_what_to_do() -> None:
    refused = refusal(bytes(LARGEST_FILE + 1))
    assert refused.fault == "size"
    assert "compile" in str(refused)


def test_numbers_that_are_no_hdf5_are_refused(tiny: bytes) -> None:
    parts = {**parts_of(tiny), "model.weights.h5": pickle.dumps([1])}
    assert "no HDF5" in str(refusal(zipped(parts)))
