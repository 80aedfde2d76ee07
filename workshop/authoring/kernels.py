"""Kernels for notebooks that run without a browser, whose answers do not get lost.

While a cell runs, nbclient answers a widget (`interact`) by the socket on which it waits for the
kernel. That goes past asyncio's loop: a message that comes in the same moment is received, and
nobody is told. Whoever looks again finds it; nbclient itself looks again when its time is over.
"""

from queue import Empty
from time import monotonic
from typing import Any, Final

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

EACH: Final = 1.0
"""Seconds from one look to the next."""


class WatchfulChannel(AsyncZMQSocketChannel):
    """Looks again each second."""

    async def get_msg(  # type: ignore[override]  # as its base does
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """The next message; None waits for ever. Raises Empty if none comes within `timeout`."""
        end = float("inf") if timeout is None else monotonic() + timeout
        while True:
            try:
                return await super().get_msg(max(0.0, min(EACH, end - monotonic())))
            except Empty:
                if monotonic() >= end:
                    raise


class WatchfulClient(AsyncKernelClient):
    """Waits for answers by such a channel."""

    shell_channel_class = Type(WatchfulChannel)


class WatchfulManager(AsyncKernelManager):
    """Starts kernels that are talked to by such a client: nbclient's `kernel_manager_class`."""

    client_class = f"{__name__}.WatchfulClient"
    client_factory = Type(WatchfulClient)
