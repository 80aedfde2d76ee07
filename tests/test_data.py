"""There are always digits, and nobody is left in doubt which."""

import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import servers
from workshop.data import (
    BrokenData,
    NoData,
    load_fashion_mnist,
    load_mnist,
    mnist_source,
)
from workshop.data.__main__ import main as fetch
from workshop.data.dataset import FASHION_MNIST, SHAPES, fingerprint
from workshop.data.load import STAND_IN_FILE

NOBODY = "http://127.0.0.1:9/"  # the port called discard: nothing listens there
NOT_WRITABLE = "/proc/nowhere"

pytestmark = pytest.mark.timeout(120)  # a hang is what must not happen


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Keras cache of its own, and no variable set."""
    for variable in ("MNIST_NPZ", "FASHION_MNIST_NPZ"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "keras" / "datasets"


@pytest.fixture(scope="session")
def stand_in_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A stand-in made once; it is large, so it goes when the tests are over."""
    home = tmp_path_factory.mktemp("stand-in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(home))
        patch.setenv("MNIST_NPZ", "stand-in")
        load_mnist(quiet=True)
    file = home / "datasets" / STAND_IN_FILE
    yield file
    file.unlink()


@pytest.fixture
def stand_in_kept(datasets: Path, stand_in_file: Path) -> Path:
    """The cache holds a stand-in already."""
    datasets.mkdir(parents=True)
    (datasets / STAND_IN_FILE).symlink_to(stand_in_file)
    return datasets


def zeros(path: Path, **others: object) -> Path:
    """A file that looks like MNIST and is not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.zeros(shape, np.uint8) for name, shape in SHAPES.items()}
    np.savez_compressed(path, **(arrays | others))  # type: ignore[arg-type]
    return path


# The file that the variable names


def test_the_named_file_is_used_and_said(
    real_mnist: str,
    datasets: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MNIST_NPZ", real_mnist)
    (x_train, _), (_, y_test) = load_mnist()
    name = Path(real_mnist).name
    said = f"MNIST: the real 70,000 digits, from {name} (verified).\n"
    assert capsys.readouterr().out == said
    assert round(float(x_train.mean() / 255), 6) == 0.13066
    assert y_test[:3].tolist() == [7, 2, 1]
    source = mnist_source()
    assert (source.kind, source.path, source.real) == ("file", Path(real_mnist), True)
    assert source.sentence + "\n" == said


def test_quiet_says_nothing(stand_in_kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_mnist(quiet=True, origin=NOBODY)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("call", [load_mnist, mnist_source])
def test_a_named_file_that_is_missing_is_an_error(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: object
) -> None:
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "gone.npz"))
    with pytest.raises(BrokenData, match=r"gone\.npz .*no such file.*unset MNIST_NPZ"):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b""), "no .npz file"),
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), "cannot be read"),
        (lambda path: zeros(path), "not the published ones"),
        (lambda path: zeros(path, x_train=np.zeros((9, 28, 28), np.uint8)), "instead of uint8"),
        (lambda path: zeros(path, y_test=np.array([{}])), "Object arrays"),
        (lambda path: np.savez(path, x_train=np.zeros(1)), "holds no y_train"),
    ],
)
@pytest.mark.parametrize("named", [True, False], ids=["named", "cached"])
def test_a_broken_file_is_refused_by_name_and_left_alone(
    datasets: Path, monkeypatch: pytest.MonkeyPatch, spoil: object, words: str, named: bool
) -> None:
    path = zeros(datasets / "mnist.npz")
    spoil(path)  # type: ignore[operator]
    if named:
        monkeypatch.setenv("MNIST_NPZ", str(path))
    before = path.read_bytes(), path.stat().st_ino
    with pytest.raises(BrokenData, match=words) as refused:
        load_mnist(origin=NOBODY)
    assert str(path) in str(refused.value)
    assert ("unset MNIST_NPZ" if named else f"rm -r {path}") in str(refused.value)
    assert (path.read_bytes(), path.stat().st_ino) == before


def test_a_folder_is_no_file(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path))
    with pytest.raises(BrokenData, match="no such file"):
        load_mnist()


def test_a_far_too_large_file_is_refused_unread(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = tmp_path / "huge.npz"
    with huge.open("wb") as file:
        file.truncate(1 << 40)  # takes no room on the disk
    monkeypatch.setenv("MNIST_NPZ", str(huge))
    with pytest.raises(BrokenData, match="far too large"):
        load_mnist()


# Keras's cache and the network


def test_the_cache_is_used_before_the_network(real_mnist: str, datasets: Path) -> None:
    datasets.mkdir(parents=True)
    (datasets / "mnist.npz").symlink_to(real_mnist)
    with servers.serving(servers.not_found) as (address, asked):
        load_mnist(origin=address)
    assert not asked
    source = mnist_source()
    assert (source.kind, source.real) == ("cache", True)
    assert source.path == datasets / "mnist.npz"


def test_a_download_is_verified_and_kept_where_keras_looks(
    real_mnist: str, datasets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = Path(real_mnist).read_bytes()
    assert (mnist_source().kind, mnist_source().real) == ("download", False)
    with servers.serving(servers.files({"mnist.npz": content})) as (address, asked):
        load_mnist(origin=address, patience=20)
        load_mnist(origin=address, patience=20)
    assert asked == ["/mnist.npz"]
    assert "downloaded (verified)" in capsys.readouterr().out
    assert (datasets / "mnist.npz").read_bytes() == content
    assert [file.name for file in datasets.iterdir()] == ["mnist.npz"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (servers.silent, "the network was silent"),
        (servers.stalling, "the network was silent"),
        (servers.breaking_off, "the connection broke"),
        (servers.login_page, "the network sent something else"),
        (servers.not_found, "the server said: 404"),
    ],
)
def test_a_bad_network_leads_to_the_stand_in_and_leaves_nothing_behind(
    stand_in_kept: Path,
    capsys: pytest.CaptureFixture[str],
    answer: servers.Answer,
    reason: str,
) -> None:
    with servers.serving(answer) as (address, _):
        (x_train, _), _ = load_mnist(origin=address, patience=0.5)
    assert x_train.shape == (60_000, 28, 28)
    assert f"stand-in digits made from scikit-learn's 1,797 ({reason}" in capsys.readouterr().out
    assert not (stand_in_kept / "mnist.npz").exists()
    assert not list(stand_in_kept.glob(".*"))


def test_a_network_that_was_silent_is_not_asked_again_at_once(stand_in_kept: Path) -> None:
    with servers.serving(servers.silent) as (address, asked):
        for _ in range(3):
            load_mnist(quiet=True, origin=address, patience=1.2)
        assert len(asked) == 1
        assert mnist_source().kind == "stand-in"
        assert "the next try is in 15 minutes" in mnist_source().sentence
        an_hour_ago = time.time() - 3600
        os.utime(stand_in_kept / "mnist-no-network", (an_hour_ago, an_hour_ago))
        assert mnist_source().kind == "download"
        load_mnist(quiet=True, origin=address, patience=0.3)
        assert len(asked) == 2


def test_a_quick_no_is_asked_again(stand_in_kept: Path) -> None:
    with servers.serving(servers.not_found) as (address, asked):
        for _ in range(3):
            load_mnist(quiet=True, origin=address, patience=20)
    assert len(asked) == 3


# The stand-in


def test_the_stand_in_can_be_asked_for(
    stand_in_kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    with servers.serving(servers.not_found) as (address, asked):
        (x_train, y_train), (x_test, y_test) = load_mnist(origin=address)
    assert not asked
    assert [a.shape for a in (x_train, y_train, x_test, y_test)] == list(SHAPES.values())
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    source = mnist_source()
    assert capsys.readouterr().out == source.sentence + "\n"
    assert (source.kind, source.real) == ("stand-in", False)
    assert source.path == stand_in_kept / STAND_IN_FILE


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["truncated", "changed", "empty"])
def test_a_damaged_stand_in_is_made_anew_and_said(
    datasets: Path,
    stand_in_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    path = datasets / STAND_IN_FILE
    if damage == "changed":
        zeros(path, sha256=np.array(["0" * 64] * 4))
    else:
        datasets.mkdir(parents=True)
        path.write_bytes(stand_in_file.read_bytes()[: 50_000 if damage == "truncated" else 0])
    (x_train, _), _ = load_mnist()
    assert f"{path} was damaged and has been made anew" in capsys.readouterr().out
    with np.load(path) as kept, np.load(stand_in_file) as good:
        assert fingerprint(x_train) == kept["sha256"][0] == good["sha256"][0]
    path.unlink()


@pytest.mark.slow
def test_where_the_home_is_read_only_the_stand_in_is_kept_in_a_temporary_folder(
    datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", NOT_WRITABLE)
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    load_mnist(quiet=True)
    path = mnist_source().path
    assert path == Path(tempfile.gettempdir()) / ".keras" / "datasets" / STAND_IN_FILE
    path.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("temporary", [NOT_WRITABLE, None])
def test_where_nothing_can_be_written_there_are_digits_all_the_same(
    datasets: Path, monkeypatch: pytest.MonkeyPatch, temporary: str | None
) -> None:
    monkeypatch.setenv("KERAS_HOME", NOT_WRITABLE)
    monkeypatch.setattr(tempfile, "tempdir", temporary)
    if temporary is None:  # a machine without any folder for temporary files
        monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [NOT_WRITABLE])
    (x_train, _), _ = load_mnist(quiet=True, origin=NOBODY)
    assert x_train.shape == (60_000, 28, 28)
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    assert mnist_source().path is None


@pytest.mark.slow
def test_two_programs_may_make_the_stand_in_at_the_same_time(datasets: Path) -> None:
    program = (
        "from workshop.data import load_mnist; from workshop.data.dataset import fingerprint;"
        "print(fingerprint(load_mnist(quiet=True)[0][0]))"
    )
    environment = os.environ | {"MNIST_NPZ": "stand-in"}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=100)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1] != ""
    assert [file.name for file in datasets.iterdir()] == [STAND_IN_FILE]
    (datasets / STAND_IN_FILE).unlink()


# Fashion-MNIST


def clothes() -> dict[str, bytes]:
    """Files of the right form, by the name under which they are downloaded."""
    return {
        Path(file).name: gzip.compress(
            bytes([0, 0, 8, len(shape)])
            + b"".join(n.to_bytes(4, "big") for n in shape)
            + bytes(int(np.prod(shape))),
            compresslevel=1,
        )
        for file, shape in zip(FASHION_MNIST.files, SHAPES.values(), strict=True)
    }


def test_clothes_are_downloaded_once_and_kept_as_keras_keeps_them(datasets: Path) -> None:
    any_clothes = replace(FASHION_MNIST, archives={})
    with servers.serving(servers.files(clothes())) as (address, asked):
        for _ in range(2):
            (x_train, _), _ = load_fashion_mnist(origin=address, patience=20, dataset=any_clothes)
    assert x_train.shape == (60_000, 28, 28)
    assert len(asked) == 4
    assert sorted(f.name for f in (datasets / "fashion-mnist").iterdir()) == sorted(clothes())


def test_clothes_that_are_not_the_published_ones_are_not_kept(datasets: Path) -> None:
    with (
        servers.serving(servers.files(clothes())) as (address, _),
        pytest.raises(NoData, match=r"something else: .* is not the published file"),
    ):
        load_fashion_mnist(origin=address, patience=20)
    assert not datasets.exists()


def test_broken_clothes_in_the_cache_are_refused_by_name(datasets: Path) -> None:
    folder = datasets / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, content in clothes().items():
        (folder / name).write_bytes(content[:1000])
    with pytest.raises(BrokenData, match=f"{folder} cannot serve as Fashion-MNIST") as refused:
        load_fashion_mnist(origin=NOBODY)
    assert f"rm -r {folder}" in str(refused.value)


def test_without_clothes_the_message_says_how_to_get_them(datasets: Path) -> None:
    with pytest.raises(NoData, match=r"lab goes on without it.*FASHION_MNIST_NPZ") as missing:
        load_fashion_mnist(origin=NOBODY)
    assert "refused" in missing.value.reason


def test_clothes_can_be_done_without_on_purpose(
    datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_MNIST_NPZ", "stand-in")
    with servers.serving(servers.silent) as (address, asked), pytest.raises(NoData):
        load_fashion_mnist(origin=address)
    assert not asked


def test_a_named_file_of_clothes_is_used_with_a_caveat(
    datasets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FASHION_MNIST_NPZ", str(zeros(datasets / "clothes.npz")))
    load_fashion_mnist()
    said = "Fashion-MNIST: 70,000 clothes, from clothes.npz (only shapes and labels checked).\n"
    assert capsys.readouterr().out == said


# And always


def test_importing_brings_in_numpy_and_nothing_heavy() -> None:
    program = "import sys, workshop.data; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(run.stdout.split())
    assert "numpy" in modules
    assert not modules & {"keras", "tensorflow", "sklearn", "scipy", "matplotlib"}


def test_a_user_without_a_home_gets_digits_too(
    stand_in_kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Path(tempfile.gettempdir()) / ".keras" / "datasets"
    kept.mkdir(parents=True)
    (stand_in_kept / STAND_IN_FILE).rename(kept / STAND_IN_FILE)
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # what Python does without one
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    assert mnist_source().path == kept / STAND_IN_FILE
    assert load_mnist(quiet=True)[0][0].shape == (60_000, 28, 28)


def test_what_came_with_the_installation_is_found_and_never_written_to(
    stand_in_kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    shelf = stand_in_kept.rename(tmp_path / "datasets")
    shelf.chmod(0o555)
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path))
    load_mnist(quiet=True)
    assert mnist_source().path == shelf / STAND_IN_FILE
    assert [file.name for file in shelf.iterdir()] == [STAND_IN_FILE]


def test_one_command_keeps_the_digits_for_every_notebook_to_come(
    real_mnist: str, datasets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_NPZ", real_mnist)
        assert fetch() == 0
    assert mnist_source().path == datasets / "mnist.npz"
    assert f"Kept: {datasets / 'mnist.npz'}" in capsys.readouterr().out


def test_the_command_refuses_a_broken_file(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"not an archive")
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "mnist.npz"))
    assert fetch() == 1
    assert not datasets.exists()
