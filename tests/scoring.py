"""Things to score and a model to score them with, both made in milliseconds."""

import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import create_engine, text

from workshop.files import write_whole
from workshop.serving.model import Card, card_of

Digits = NDArray[np.uint8]


def digits(count: int, seed: int = 0) -> Digits:
    """(count, 28, 28) uint8: light scribbles on dark paper, no two alike."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 6:22, 6:22] = np.random.default_rng(seed).integers(1, 256, (count, 16, 16))
    return images


def save_pictures(folder: Path, images: Digits) -> Path:
    """A folder of PNG files `00000.png`, `00001.png`, …"""
    folder.mkdir(parents=True, exist_ok=True)
    for index, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{index:05}.png")
    return folder


@dataclass
class FakeModel:
    """Answers without a network: the class is the picture's middle pixel, modulo ten.

    Attributes:
        card: what it calls itself.
        seen: how many pictures it was shown.
    """

    card: Card
    seen: int = 0

    @classmethod
    def named(cls, name: str) -> "FakeModel":
        fingerprint = sha256(name.encode()).hexdigest()
        return cls(Card(name, fingerprint[:12], fingerprint))

    def probabilities(self, images: Digits) -> NDArray[np.float32]:
        self.seen += len(images)
        answers = np.full((len(images), 10), 0.05, np.float32)
        answers[np.arange(len(images)), images[:, 14, 14] % 10] = 0.55
        return answers


def frozen_model(folder: Path, seed: int = 0) -> Path:
    """A real ONNX file with its card: one layer of random weights, and a softmax."""
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(seed).normal(0, 0.0005, (784, 10)).astype(np.float32)
    pictures = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 28, 28])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 10])
    steps = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["answers"]),
    ]
    numbers = numpy_helper.from_array(weights, "weights")
    graph = helper.make_graph(steps, "digits", [pictures], [answers], [numbers])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / f"tiny{seed}.onnx"
    content: bytes = model.SerializeToString()
    fingerprint = sha256(content).hexdigest()
    write_whole(path, content)
    write_whole(card_of(path), Card(path.stem, fingerprint[:12], fingerprint).to_json())
    return path


def command(*arguments: object) -> list[str]:
    """How to start `workshop score` as a process of its own."""
    return [sys.executable, "-m", "workshop", "score", *map(str, arguments)]


def run_score(*arguments: object, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run `workshop score` to its end."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=120, check=False, **options
    )


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Ask a database, from outside of the package under test."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()
