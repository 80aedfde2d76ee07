"""The notebooks run on the nodes of a Ray cluster, as many at a time as it has cores.

A worker that is lost, with or without its node, is replaced, and its notebook goes to another.
Ray's own retries are not used: they know neither which notebook ended a worker, nor when to stop.
"""

import logging
import os
import socket
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from workshop.grading.grader import NoClusterError, no_room
from workshop.grading.results import Result
from workshop.grading.room import Limits
from workshop.grading.submissions import Submission
from workshop.grading.worker import Worker, facts_of, packed, result_of

try:
    import ray
    from ray.exceptions import RayError
except ImportError:  # an optional extra
    ray = None
    RayError = Exception

ATTEMPTS = 2
"""How many workers a notebook may lose before the others go on without it."""
MEMORY = 2 << 30
"""Bytes that Ray keeps for a worker and the room it has open: twice what a lab takes."""
PATIENCE = 300.0
"""Seconds without any worker before the rest is given up; a new node may take minutes."""
REACH = 10.0
"""Seconds to reach a cluster, and to take leave of a worker."""

Tell = Callable[[str], None]


def grade_on_cluster(
    waiting: Mapping[str, Submission],
    seed: int,
    address: str,
    limits: Limits,
    jobs: int,
    tell: Tell,
) -> Iterator[tuple[str, Result]]:
    """A `Grader`, with so many workers; 0 for as many as the cluster has cores.

    Raises:
        NoClusterError: if there is no cluster, or no worker of it can be used.
    """
    with _connected(address):
        size = jobs or max(int(ray.cluster_resources().get("CPU", 0)), 1)
        crew = _Crew(waiting, seed, limits, size, tell)
        try:
            yield from crew.graded()
        finally:
            crew.dismiss()


@dataclass
class _Crew:
    """The workers of one run.

    Attributes:
        size: how many workers there may be.
        queue: keys that nobody is grading.
        doing: by the answer that is awaited: the worker, and the key that it grades; the key of a
            worker that gets ready is empty.
        free: workers that wait for a key.
        unfit: workers that cannot be used. They are kept, or others would come in their place.
        lost: by key, how many workers it has lost.
        why: in words, why workers cannot be used.
    """

    waiting: Mapping[str, Submission]
    seed: int
    limits: Limits
    size: int
    tell: Tell
    doing: dict[Any, tuple[Any, str]] = field(default_factory=dict)
    free: list[Any] = field(default_factory=list)
    unfit: list[Any] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    why: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = deque(self.waiting)
        self._facts = facts_of(sorted({one.lab for one in self.waiting.values()}))
        self._settings = asdict(self.limits)

    def graded(self) -> Iterator[tuple[str, Result]]:
        """A result for every key.

        Raises:
            NoClusterError: if not one worker could be used.
        """
        served = False
        while True:
            self._staff()
            grading = any(key for _, key in self.doing.values())
            served = served or grading
            if not self.doing or not (grading or self.queue):
                break
            answers, _ = ray.wait(list(self.doing), timeout=PATIENCE)
            if not answers and not grading:
                self._note(
                    f"none came within {PATIENCE:.0f} seconds; each takes a core and "
                    f"{MEMORY >> 30} GiB of memory that Ray has not given away"
                )
                break
            for answer in answers:
                yield from self._heard(answer)
        if not served:
            raise NoClusterError(f"no worker of the cluster can be used: {'; '.join(self.why)}.")
        for key in self.queue:
            yield key, no_room(self.waiting[key], f"no worker was left: {'; '.join(self.why)}")

    def dismiss(self) -> None:
        """Let the workers clean up. Those that are busy end with the connection."""
        partings = [worker.close.remote() for worker in self.free]
        if partings:
            ray.wait(partings, num_returns=len(partings), timeout=REACH)

    def _staff(self) -> None:
        """Give out the queue, and ask for the workers that it needs."""
        while self.queue and self.free:
            worker, key = self.free.pop(), self.queue.popleft()
            answer = worker.grade.remote(packed(self.waiting[key]), self.seed)
            self.doing[answer] = worker, key
        coming = sum(not key for _, key in self.doing.values())
        room = self.size - len(self.doing) - len(self.free) - len(self.unfit)
        if self.lost[""] < ATTEMPTS * self.size:
            for _ in range(min(room, len(self.queue) - coming)):
                worker = _worker_class().remote()
                self.doing[worker.begin.remote(self._facts, self._settings)] = worker, ""

    def _heard(self, answer: Any) -> Iterator[tuple[str, Result]]:
        """What an answer means for its worker, and for what it grades."""
        worker, key = self.doing.pop(answer)
        try:
            said = ray.get(answer)
        except RayError as error:
            worker.close.remote()  # it may live on, though its house is gone
            self.lost[key] += 1
            yield from self._given_back(key, error)
            return
        if key:
            yield key, result_of(said)
        elif said:
            self.unfit.append(worker)
            self._note(said)
            return
        self.free.append(worker)

    def _given_back(self, key: str, error: Exception) -> Iterator[tuple[str, Result]]:
        if not key:
            self._note(str(error).strip().splitlines()[-1].strip()[:200])
            return
        one = self.waiting[key]
        if self.lost[key] < ATTEMPTS:
            self.tell(f"A worker was lost; {one.learner} · {one.lab} goes to another.")
            self.queue.append(key)  # last: it may be what ended the worker
        else:
            yield key, no_room(one, f"it was lost with its worker {ATTEMPTS} times")

    def _note(self, why: str) -> None:
        if why not in self.why:
            self.why.append(why)
            self.tell(f"A worker cannot be used: {why}.")


def _worker_class() -> Any:
    # Spread, so that a lost node takes few notebooks along.
    return ray.remote(Worker).options(
        num_cpus=1, memory=MEMORY, scheduling_strategy="SPREAD", max_restarts=0, max_task_retries=0
    )


@contextmanager
def _connected(address: str) -> Iterator[None]:
    if ray is None:
        raise NoClusterError(
            "Ray is not installed. In the course's folder: .venv/bin/pip install -e '.[scale]'"
        )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    _reach(address)
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError, TimeoutError, RayError) as error:
        said = str(error).strip().partition("\n")[0][:300]
        raise NoClusterError(f"the cluster at {address} cannot be used: {said}") from error
    try:
        yield
    except RayError as error:
        raise NoClusterError(
            f"the cluster at {address} was lost. Start again: what was graded is in the journal"
        ) from error
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Find out in seconds what Ray itself would find out in a minute.

    Raises:
        NoClusterError: if nobody listens at this address.
    """
    if address == "auto":
        return
    try:
        where = urlsplit(address if "://" in address else f"//{address}")
        if not where.hostname or not where.port:
            raise ValueError("it is not HOST:PORT")
        socket.create_connection((where.hostname, where.port), REACH).close()
    except (OSError, ValueError) as error:
        raise NoClusterError(f"the cluster at {address} cannot be reached: {error}") from error
