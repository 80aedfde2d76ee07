"""Questions that arrive by a clock of their own, and the batch that they should make."""

import math
import queue

MOST = 4
WAIT = 0.005
PATIENCE = 1000
"""How often one may ask while time stands still; whoever sleeps in between asks a few times."""


class Arrivals:
    """A queue and a clock without time: waiting moves the clock on, and nothing else does."""

    def __init__(self, arrivals: list[float]) -> None:
        self.coming = list(enumerate(arrivals))
        self.now, self.asked, self.polled, self.idle = 0.0, 0, 0, 0
        self.for_ever = self.busy_waits = False
        self.timeouts: list[float] = []

    def clock(self) -> float:
        self.asked += 1
        self._look()
        return self.now

    def get(self, block: bool = True, timeout: float | None = None) -> int:
        """As `queue.Queue.get`, except that whoever would wait for ever is told."""
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        self._look()
        self.polled += not block
        self.timeouts += [] if timeout is None else [timeout]
        until = (math.inf if timeout is None else self.now + timeout) if block else self.now
        if not self.coming and until == math.inf:
            self.for_ever = True
            self._let_go()
            raise RuntimeError("nobody comes any more: this would wait for ever")
        if not self.coming or self.coming[0][1] > until:
            self._move_to(until)
            raise queue.Empty
        place, time = self.coming.pop(0)
        self._move_to(max(self.now, time))
        self.idle = 0
        return place

    def get_nowait(self) -> int:
        return self.get(block=False)

    def empty(self) -> bool:
        return self.qsize() == 0

    def qsize(self) -> int:
        self._look()
        return sum(time <= self.now for _, time in self.coming)

    def _move_to(self, time: float) -> None:
        if time > self.now:
            self.now, self.idle = time, 0

    def _look(self) -> None:
        """Stop a loop that only asks: here, time would stand still for it, and it would not end."""
        self.idle += 1
        if self.idle > PATIENCE:
            self.busy_waits = True
            self._let_go()
            raise RuntimeError(f"asked {PATIENCE:,} times, and no time has passed")

    def _let_go(self) -> None:
        """Make the time over and the batch full, so that a loop with a bare `except:` ends, too."""
        self.now += 3600
        self.coming, self.idle = [(-1, self.now)] * MOST, 0


def expected(arrivals: list[float]) -> tuple[int, float]:
    """How many questions make the batch, and when it is complete."""
    deadline = arrivals[0] + WAIT
    inside = [time for time in arrivals if time <= deadline][:MOST]
    return len(inside), inside[-1] if len(inside) == MOST else deadline
