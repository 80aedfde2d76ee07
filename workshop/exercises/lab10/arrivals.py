"""Questions that arrive by a clock of their own, and the batch that they should make."""

import math
import queue

MOST = 4
WAIT = 0.005


class Arrivals:
    """A queue and a clock without time: waiting moves the clock on, and nothing else does."""

    def __init__(self, arrivals: list[float]) -> None:
        self.coming = list(enumerate(arrivals))
        self.now, self.asked, self.polled, self.for_ever = 0.0, 0, 0, False

    def clock(self) -> float:
        self.asked += 1
        return self.now

    def get(self, block: bool = True, timeout: float | None = None) -> int:
        """As `queue.Queue.get`, except that who would wait for ever is told."""
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        self.polled += not block
        until = (math.inf if timeout is None else self.now + timeout) if block else self.now
        if not self.coming and until == math.inf:
            self.for_ever = True
            raise RuntimeError("nobody comes any more: this would wait for ever")
        if not self.coming or self.coming[0][1] > until:
            self.now = until
            raise queue.Empty
        place, time = self.coming.pop(0)
        self.now = max(self.now, time)
        return place

    def get_nowait(self) -> int:
        return self.get(block=False)

    def empty(self) -> bool:
        return self.qsize() == 0

    def qsize(self) -> int:
        return sum(time <= self.now for _, time in self.coming)


def expected(arrivals: list[float]) -> tuple[int, float]:
    """How many questions make the batch, and when it is complete."""
    deadline = arrivals[0] + WAIT
    inside = [time for time in arrivals if time <= deadline][:MOST]
    return len(inside), inside[-1] if len(inside) == MOST else deadline
