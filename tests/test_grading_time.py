"""How long a cell may take: counted by the processor's clock, within a bound on the wall."""

import signal
import time

import pytest

from workshop.grading.inside import time_limit as limits
from workshop.grading.inside.time_limit import PATIENCE, is_up, time_limit
from workshop.grading.room import _Clock


def busy(seconds: float) -> None:
    """Compute for so many seconds of the processor."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AGAIN", 0.05)


def test_what_computes_too_long_is_interrupted() -> None:
    with pytest.raises(KeyboardInterrupt, match="it took more than"), time_limit(0.2):
        busy(60)


def test_what_only_waits_has_more_patience_and_ends_too() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), time_limit(0.1):
        time.sleep(60)
    assert time.monotonic() - begun >= PATIENCE * 0.1


def test_afterwards_nobody_is_interrupted() -> None:
    with time_limit(0.1):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize(
    ("passed", "computed", "up"),
    [(9, 9, False), (11, 9, False), (11, 11, True), (9, 20, False), (29, 1, False), (31, 0, True)],
)
def test_waiting_for_a_busy_processor_costs_nothing_within_a_bound(
    passed: float, computed: float, up: bool
) -> None:
    assert is_up(10, passed, computed) is up


def test_a_room_has_its_own_clock_for_each_question() -> None:
    clock, now = _Clock(10), time.monotonic()
    assert not clock.is_up(now, used=100)
    assert not clock.is_up(now + 11, used=109)
    assert clock.is_up(now + 11, used=111)
