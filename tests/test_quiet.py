"""TensorFlow starts without its banner, and with every warning and error."""

import os
import subprocess
import sys

TRAIN = """
import workshop
import keras, numpy as np
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 4)), np.ones((8, 2)), verbose=0)
print("trained")
"""


def run(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "TF_CPP" not in key}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment | settings, capture_output=True, text=True
    )


def test_training_says_nothing_but_what_it_prints() -> None:
    done = run(TRAIN)
    assert (done.stdout, done.stderr, done.returncode) == ("trained\n", "", 0)


def test_whoever_asks_for_every_line_gets_it() -> None:
    chatty = run("import workshop, os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])" + TRAIN,
                 TF_CPP_MIN_LOG_LEVEL="0")  # fmt: skip
    assert chatty.stdout == "0\ntrained\n"
    if sys.platform == "linux":
        assert "This TensorFlow binary is optimized" in chatty.stderr


def test_a_level_that_is_set_stays() -> None:
    code = "import workshop, os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    assert run(code, TF_CPP_MIN_LOG_LEVEL="2").stdout == "2\n"
    assert run(code).stdout == "1\n"


def test_warnings_of_python_and_of_tensorflow_are_still_seen() -> None:
    done = run(
        "import workshop, warnings, tempfile, tensorflow as tf\n"
        "warnings.warn('a Python warning')\n"
        "file = tempfile.NamedTemporaryFile()\n"
        "file.write(b'not a checkpoint'); file.flush()\n"
        "tf.train.load_checkpoint(file.name)\n"
    )
    assert "UserWarning: a Python warning" in done.stderr
    assert "] Could not open" in done.stderr  # a WARNING of TensorFlow's C++ side
    assert "DataLossError" in done.stderr
    assert done.returncode == 1


def test_only_info_lines_are_left_out_while_the_filter_is_on() -> None:
    done = run(
        "import os, sys\n"
        "from workshop.quiet import filtered_stderr\n"
        "with filtered_stderr():\n"
        "    os.write(2, b'I0000 00:00:1 port.cc:153] oneDNN custom operations are on.\\n')\n"
        "    os.write(2, b'2026-01-01 10:00:00.5: I tensorflow/core/x.cc:1] hello\\n')\n"
        "    os.write(2, b'W0000 00:00:1 x.cc:1] a warning\\n')\n"
        "    print('from Python', file=sys.stderr)\n"
        "os.write(2, b'I0000 afterwards\\n')\n"
    )
    assert done.stderr == ("W0000 00:00:1 x.cc:1] a warning\nfrom Python\nI0000 afterwards\n")


def test_the_reason_of_an_abort_is_not_lost() -> None:
    done = run(
        "import os\n"
        "from workshop.quiet import filtered_stderr\n"
        "with filtered_stderr():\n"
        "    os.write(2, b'F0000 00:00:1 x.cc:1] needs AVX instructions\\n')\n"
        "    os.abort()\n"
    )
    assert "needs AVX instructions" in done.stderr
    assert done.returncode != 0


def test_where_no_process_may_start_the_import_still_works() -> None:
    done = run("import sys; sys.executable = '/nowhere'\n" + TRAIN)
    assert (done.stdout, done.returncode) == ("trained\n", 0)


def test_an_import_that_fails_leaves_stderr_as_it_was() -> None:
    done = run(
        "import sys\n"
        "from workshop.quiet import filtered_stderr\n"
        "try:\n"
        "    with filtered_stderr():\n"
        "        raise ImportError('no TensorFlow here')\n"
        "except ImportError as error:\n"
        "    print(error, file=sys.stderr)\n"
    )
    assert done.stderr == "no TensorFlow here\n"


def test_whoever_only_looks_for_tensorflow_does_not_switch_the_filter_off() -> None:
    code = (
        "import workshop, sys\n"
        "from importlib.util import find_spec\n"
        "find_spec('tensorflow')\n"
        "print([type(finder).__name__ for finder in sys.meta_path][0])"
    )
    assert run(code).stdout == "_QuietImport\n"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import workshop, sys\n"
        "print([m for m in ('numpy', 'tensorflow', 'keras', 'subprocess') if m in sys.modules])"
    )
    assert run(code).stdout == "[]\n"
