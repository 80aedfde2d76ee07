"""Interrupt what takes too long: counted in the processor's seconds, within a bound on the wall."""

import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType

PATIENCE = 3
"""How many times as long a cell may take by the clock on the wall, where the processor is busy."""
AGAIN = 1.0
"""Seconds after which the clocks are read again, or code that swallowed its interruption meets
another one."""


def is_up(seconds: float, passed: float, computed: float) -> bool:
    """Whether so many seconds have been had.

    That is when as much has passed and been computed. Who only waits has `PATIENCE` times as long.
    """
    return passed >= seconds and max(computed, passed / PATIENCE) >= seconds


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the main thread, as Ctrl-C would, when it has had so many seconds.

    What this process has computed counts, and what those have that it has waited for.
    """
    begun, used = time.monotonic(), _processor_seconds()

    def look(number: int, frame: FrameType | None) -> None:
        passed, computed = time.monotonic() - begun, _processor_seconds() - used
        if is_up(seconds, passed, computed):
            raise KeyboardInterrupt(f"it took more than {seconds:g} seconds")

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _processor_seconds() -> float:
    import resource

    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
