"""Convolutions are oneDNN's on every processor, unless the learner says otherwise."""

import os
import subprocess
import sys

import pytest

from workshop.convolutions import SWITCH

ASK = """
import workshop
import tensorflow
from tensorflow.python.util._pywrap_util_port import IsMklEnabled  # no public name tells it
print(IsMklEnabled())
"""


def said(settings: dict[str, str]) -> str:
    kept = {name: value for name, value in os.environ.items() if name != SWITCH}
    command = [sys.executable, "-c", ASK]
    run = subprocess.run(command, env=kept | settings, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.skipif(sys.platform == "darwin", reason="TensorFlow for macOS comes without oneDNN")
def test_tensorflow_takes_onednn_after_the_course_was_imported() -> None:
    assert said({}) == "True"


def test_who_turns_it_off_has_it_off() -> None:
    assert said({SWITCH: "0"}) == "False"
