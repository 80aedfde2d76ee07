"""Who gets which notebook on a cluster, whatever becomes of its workers; Ray is a stand-in here."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.test_grading_journal import RESULT
from workshop.grading import cluster
from workshop.grading.cluster import grade_on_cluster
from workshop.grading.grader import NoClusterError
from workshop.grading.notebook import Cell, Notebook
from workshop.grading.results import Result
from workshop.grading.room import Limits
from workshop.grading.submissions import Submission

NAMES = ("ana", "ben", "cem")
WAITING = {name: Submission(name, "00", "", name, Notebook((Cell("code", ""),))) for name in NAMES}


class LostError(Exception):
    """What Ray raises when a worker is gone."""


@dataclass
class Worker:
    """An actor that answers at once: a text, or an error that `get` raises."""

    ray: "FakeRay"

    def __getattr__(self, method: str) -> Any:
        return Method(self.ray, method)


@dataclass
class Method:
    ray: "FakeRay"
    name: str

    def remote(self, *arguments: Any) -> "Answer":
        self.ray.calls.append(self.name)
        if self.name == "begin":
            return Answer(self.ray.begun())
        if self.name == "grade":
            return Answer(self.ray.graded(json.loads(arguments[0])["digest"]))
        return Answer("")


@dataclass(eq=False)
class Answer:
    said: str | Exception


@dataclass
class FakeRay:
    """Two cores. `begun` and `graded` say what workers answer."""

    begun: Callable[[], str | Exception] = lambda: ""
    graded: Callable[[str], str | Exception] = lambda _: json.dumps(RESULT.to_json())
    calls: list[str] = field(default_factory=list)

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}

    def remote(self, _: type) -> "FakeRay":
        return self

    def options(self, **_: object) -> Any:
        return Class(self)

    def wait(self, answers: list[Answer], **_: object) -> tuple[list[Answer], list[Answer]]:
        return answers[:1], answers[1:]

    def get(self, answer: Answer) -> str:
        if isinstance(answer.said, Exception):
            raise answer.said
        return answer.said


@dataclass
class Class:
    ray: FakeRay

    def remote(self) -> Worker:
        return Worker(self.ray)


@contextmanager
def connected(_: str) -> Iterator[None]:
    yield


def run(fake: FakeRay, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Result], list[str]]:
    monkeypatch.setattr(cluster, "ray", fake)
    monkeypatch.setattr(cluster, "RayError", LostError)
    monkeypatch.setattr(cluster, "_connected", connected)
    told: list[str] = []
    results = list(grade_on_cluster(WAITING, 1, "auto", Limits(), 0, told.append))
    assert len(results) == len({key for key, _ in results})
    return dict(results), told


def losing(name: str, times: int) -> Callable[[str], str | Exception]:
    """Workers that are lost, so many times, with the notebook of one learner."""
    left = [times]

    def graded(digest: str) -> str | Exception:
        if digest == name and left[0]:
            left[0] -= 1
            return LostError("gone")
        return json.dumps(RESULT.to_json())

    return graded


def test_every_notebook_is_graded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeRay()
    results, told = run(fake, monkeypatch)
    assert results == dict.fromkeys(NAMES, RESULT)
    assert told == []
    assert [fake.calls.count(name) for name in ("begin", "grade", "close")] == [2, 3, 2]


def test_a_lost_worker_is_replaced_and_its_notebook_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeRay(graded=losing("ana", 1))
    results, told = run(fake, monkeypatch)
    assert results == dict.fromkeys(NAMES, RESULT)
    assert told == ["A worker was lost; ana · 00 goes to another."]
    assert fake.calls.count("grade") == 4


def test_what_is_lost_twice_is_given_up_and_the_others_are_graded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results, _ = run(FakeRay(graded=losing("ana", 9)), monkeypatch)
    assert (results["ben"], results["cem"]) == (RESULT, RESULT)
    assert "lost with its worker 2 times" in results["ana"].reason


def test_a_worker_that_does_not_fit_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    says = iter(["on node-1 keras is 2.0", ""])
    fake = FakeRay(begun=lambda: next(says))
    results, told = run(fake, monkeypatch)
    assert results == dict.fromkeys(NAMES, RESULT)
    assert told == ["A worker cannot be used: on node-1 keras is 2.0."]


@pytest.mark.parametrize("begun", ["keras is 2.0", LostError("No module named 'workshop'")])
def test_without_any_worker_the_reason_is_said(
    begun: str | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoClusterError, match=r"no worker .* can be used: (keras|No module)"):
        run(FakeRay(begun=lambda: begun), monkeypatch)


def test_when_no_worker_is_left_the_rest_is_to_be_graded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    says = iter(["", *["Keras cannot be started"] * 9])
    fake = FakeRay(begun=lambda: next(says), graded=lambda _: LostError("gone"))
    results, _ = run(fake, monkeypatch)
    assert set(results) == set(NAMES)
    assert all("no worker was left" in result.reason for result in results.values())
