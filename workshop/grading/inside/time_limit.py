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


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the main thread, as Ctrl-C would, when it has had so many seconds.

    It has had them when this process and those it has waited for have computed so long, and
    also when `PATIENCE` times as much has passed: `sleep` ends, too.
    """
    begun, used = time.monotonic(), _processor_seconds()

    def look(number: int, frame: FrameType | None) -> None:
        passed, computed = time.monotonic() - begun, _processor_seconds() - used
        if max(computed, passed / PATIENCE) >= seconds:
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
