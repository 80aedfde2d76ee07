"""A frozen model that takes no training, and the real service around it, which always ends."""

import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from workshop.serving.model import Card, card_of

PATIENCE = 120.0
STEP = 78


def picture_of(digit: int) -> list[list[int]]:
    """A picture that the test's model reads as this digit: ink where that digit's weights are."""
    pixels = np.zeros(784, int)
    pixels[digit * STEP : (digit + 1) * STEP] = 200
    return [[int(value) for value in row] for row in pixels.reshape(28, 28)]


def write_model(folder: Path, name: str = "tiny", strength: float = 1.0) -> Path:
    """A frozen model of ten stripes: softmax(pixels / 255 @ weights)."""
    weights = np.zeros((784, 10), np.float32)
    for digit in range(10):
        weights[digit * STEP : (digit + 1) * STEP, digit] = strength
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 28, 28])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 10])
    nodes = [
        helper.make_node("Div", ["images", "scale"], ["scaled"]),
        helper.make_node("Flatten", ["scaled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["answers"], axis=1),
    ]
    constants = [
        numpy_helper.from_array(np.float32(255), "scale"),
        numpy_helper.from_array(weights, "weights"),
    ]
    graph = helper.make_graph(nodes, name, [images], [answers], constants)
    opset = [helper.make_opsetid("", 17)]
    content = helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()
    onnx.load_from_string(content)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    card_of(path).write_text(Card(name, sha256[:12], sha256).to_json(), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A running service."""

    port: int
    process: subprocess.Popen[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, mimetype: str = "application/json"
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": mimetype} if body is not None else {}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def predict(self, digit: int) -> Answer:
        """Ask for the test's picture of a digit."""
        return self.ask("POST", "/predict", json.dumps({"image": picture_of(digit)}).encode())

    def workers(self) -> set[int]:
        """The process numbers of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(number) for number in children.split()}


@contextmanager
def served(model: Path, folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    """`workshop serve MODEL` on a port that it finds itself, until the block ends."""
    settings = os.environ | {"WORKSHOP_PROGRESS": str(folder / "progress.jsonl")} | environment
    command = [sys.executable, "-m", "workshop", "serve", str(model), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings)
    over = threading.Timer(PATIENCE, process.kill)
    over.start()
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://[^:]+:(\d+)/", said)
        assert found, f"the service did not start: {said!r}"
        over.cancel()
        yield Served(int(found[1]), process)
    finally:
        over.cancel()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.stdout:
            process.stdout.close()
