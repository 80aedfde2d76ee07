"""Memory that a training step frees is there for the next one."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator is Linux's")

STEPS = """
import resource
import numpy as np
for step in range(50):
    parts = [np.ones(2**20, np.float32) for part in range(20)]
    del parts
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


def page_faults(first: str, environment: dict[str, str] | None = None) -> int:
    """How often the system gave a page while 50 steps took and freed 80 MB each."""
    run = subprocess.run(
        [sys.executable, "-c", first + STEPS],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", **(environment or {})},
    )
    return int(run.stdout)


def test_steps_that_free_their_memory_are_given_it_once() -> None:
    assert page_faults("import workshop") < page_faults("import numpy") / 5


def test_what_the_learner_has_set_stands() -> None:
    own = {"MALLOC_TRIM_THRESHOLD_": "131072"}
    assert page_faults("import workshop", own) > page_faults("import workshop") * 2
