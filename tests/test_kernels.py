"""An answer of a kernel is noticed, also when nobody is told that it has come."""

import asyncio
from collections.abc import Iterator
from queue import Empty

import pytest
import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbformat import v4

from workshop.authoring import kernels
from workshop.authoring.kernels import WatchfulChannel, WatchfulManager


@pytest.fixture
def channel() -> Iterator[WatchfulChannel]:
    with zmq.asyncio.Context() as context, context.socket(zmq.DEALER) as socket:
        yield WatchfulChannel(socket, Session(key=b"test"))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each look waited, in seconds; only the third one finds the message."""
    waited: list[float] = []

    async def get_msg(_: object, timeout: float) -> dict[str, str]:
        waited.append(timeout)
        if len(waited) < 3:
            raise Empty
        return {"msg_type": "execute_reply"}

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", get_msg)
    return waited


@pytest.mark.parametrize("timeout", [60, None])
def test_a_message_that_nobody_was_told_of_is_found_at_the_next_look(
    channel: WatchfulChannel, looks: list[float], timeout: float | None
) -> None:
    assert asyncio.run(channel.get_msg(timeout))["msg_type"] == "execute_reply"
    assert looks == [kernels.EACH] * 3


def test_a_wait_ends_when_its_time_is_over(
    channel: WatchfulChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "EACH", 0.01)
    with pytest.raises(Empty):
        asyncio.run(channel.get_msg(timeout=0.05))


@pytest.mark.slow
def test_a_notebook_runs_with_such_a_channel() -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell("1 + 1")])
    client = NotebookClient(notebook, kernel_manager_class=WatchfulManager)
    with client.setup_kernel():
        assert isinstance(client.kc.shell_channel, WatchfulChannel)
        client.execute_cell(notebook.cells[0], 0)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"
