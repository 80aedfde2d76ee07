"""A stranger's network answers pictures, or a sentence says why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.networks import (
    TINY_PARAMETERS,
    layer_of,
    saved,
    tiny_network,
    with_config,
    with_weights,
)
from workshop.untrusted import Limits, ModelFile, RefusedModel, answers_of
from workshop.untrusted.answers import _judged, _reported
from workshop.untrusted.limits import Ending

IMAGES = np.random.default_rng(0).random((20, 28, 28), dtype=np.float32)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return saved(tiny_network(), tmp_path_factory.mktemp("tiny"))


def refusal(content: bytes, limits: Limits | None = None) -> RefusedModel:
    with pytest.raises(RefusedModel) as refused:
        answers_of(ModelFile.read(content), IMAGES, limits)
    return refused.value


def test_the_answers_are_those_that_keras_gives_here(tiny: bytes) -> None:
    reading = answers_of(ModelFile.read(tiny), IMAGES)
    expected = tiny_network().predict(IMAGES, verbose=0)
    np.testing.assert_allclose(reading.answers, expected, atol=1e-4)
    assert (reading.classes == expected.argmax(axis=1)).all()
    assert reading.parameters == TINY_PARAMETERS


def test_a_link_out_of_the_numbers_is_refused_in_the_child(tiny: bytes) -> None:
    def link(file: h5py.File) -> None:
        file["out"] = h5py.ExternalLink("/etc/hostname", "/")

    assert "link to elsewhere" in str(refusal(with_weights(tiny, link)))


def test_a_network_is_stopped_when_its_time_is_over(tiny: bytes) -> None:
    refused = refusal(tiny, Limits(seconds=1))
    assert "after 1 seconds" in str(refused)
    assert refused.fault == "limits"


def giant(config: dict[str, Any]) -> None:
    layer_of(config)["config"]["units"] = 10**9


def unknown_setting(config: dict[str, Any]) -> None:
    layer_of(config)["config"]["surprise"] = 1


def another_input(config: dict[str, Any]) -> None:
    layer_of(config, 0)["config"]["batch_shape"] = [None, 7, 112]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [(giant, "memory"), (unknown_setting, "surprise"), (another_input, "28 × 28")],
)
def test_a_description_that_keras_cannot_follow_is_refused(
    tiny: bytes, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    assert said in str(refusal(with_config(tiny, change)))


@pytest.mark.slow
def test_a_network_with_eleven_outputs_is_refused(tmp_path: Path) -> None:
    refused = refusal(saved(tiny_network(outputs=11), tmp_path))
    assert "(2, 11)" in str(refused)


@pytest.mark.slow
def test_a_network_with_too_many_parameters_is_refused(tiny: bytes) -> None:
    assert "7,850 parameters" in str(refusal(tiny, Limits(parameters=7000)))


@pytest.mark.slow
def test_a_network_that_answers_nan_is_refused(tiny: bytes) -> None:
    def spoil(file: h5py.File) -> None:
        file["layers/dense/vars/1"][3] = np.nan

    assert "20 of 20 pictures with NaN" in str(refusal(with_weights(tiny, spoil)))


def test_answers_of_any_other_shape_or_type_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.npy"
    for answers in (np.zeros((20, 11), "f4"), np.zeros((19, 10), "f4"), np.zeros((20, 10), "i2")):
        np.save(path, answers)
        with pytest.raises(RefusedModel, match="answers of this network"):
            _judged(path, 20)


@pytest.mark.parametrize("content", [b"", b"not numbers", bytes(10_000)])
def test_answers_that_are_no_array_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.npy"
    path.write_bytes(content)
    with pytest.raises(RefusedModel, match="cannot be read"):
        _judged(path, 20)


def test_a_pickle_among_the_answers_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "answers.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(RefusedModel, match="cannot be read"):
        _judged(path, 20)


@pytest.mark.parametrize(
    "report", ["", "[]", '{"parameters": -1}', '{"parameters": true}', '{"parameters": 1e99}']
)
def test_a_report_that_makes_no_sense_is_refused(tmp_path: Path, report: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(report)
    with pytest.raises(RefusedModel, match="no account"):
        _reported(path, Ending(0), Limits())


def test_a_network_that_brings_its_process_down_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedModel, match="broke off") as refused:
        _reported(tmp_path / "missing", Ending(-6), Limits())
    assert refused.value.fault == "limits"
