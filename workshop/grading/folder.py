"""The folder of one run in the temp directory, and what killed runs have left there.

A run holds a lock on its folder for as long as it lives. Whoever kills it, the system takes the
lock away; so a folder whose lock is free belongs to nobody, and the next run removes it.
"""

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "grading-"
LOCK = "lock"
YOUNG = 60.0
"""Seconds in which a folder is left alone: its run may be about to lock it."""


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for one run; nothing of it is left afterwards, nor of runs that were killed."""
    import fcntl  # not on Windows, where no room can be opened either

    remove_left_over(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def remove_left_over(place: Path) -> None:
    """Remove the folders of runs that live no more: only this user's, and only such folders."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _may_be_ours(folder) and _is_free(folder / LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _may_be_ours(folder: Path) -> bool:
    status = folder.lstat()
    old = time.time() - status.st_mtime > YOUNG
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and old


def _is_free(lock: Path) -> bool:
    import fcntl

    handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
