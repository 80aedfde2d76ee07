"""Ways to get points for wrong answers. None of them earns any."""

from tests.torture.notebooks import Case, Notebook, at_the_top, empty, only, wrong

EQUAL_TO_ALL = """
class Anything:
    __hash__ = None
    def __eq__(self, other): return True
    def __array__(self, *arguments, **settings): return np.array(self, dtype=object)
    def __iter__(self): return iter([self, self])
    def __len__(self): return 2
    def __getattr__(self, name): return self
    def __call__(self, *arguments): return self
pixels = before_restart = after_restart = Anything()
invert = draw = lambda *arguments: Anything()
for name in ("pixels", "invert", "hidden_state", "same_numbers"):
    getattr(ex, name).check(Anything())
"""
LYING_ARRAY = """
class Liar(np.ndarray):
    def __eq__(self, other): return np.array(True)
    def __array_function__(self, function, types, arguments, settings): return True
    def __array_ufunc__(self, *arguments, **settings): return np.array(True)
def invert(image): return image.view(Liar)
def draw(seed): return np.zeros(5, int).view(Liar)
for name in ("invert", "same_numbers"):
    getattr(ex, name).check(None)
"""
NUMPY = """
for name in ("allclose", "array_equal", "isclose", "array_equiv"):
    setattr(np, name, lambda *arguments, **settings: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
"""
ASSERT = """
import builtins, sys
class Silent(Exception): pass
builtins.AssertionError = Silent
sys.excepthook = lambda *arguments: None
def passes(*arguments, **settings): return True
builtins.all = builtins.any = builtins.isinstance = passes
"""
SHELL = """
shell = get_ipython()
shell.showtraceback = lambda *arguments, **settings: None
shell.input_transformers_cleanup.append(lambda lines: ["pass\\n"])
shell.run_cell = lambda *arguments, **settings: None
"""
PACKAGE = """
from workshop import verdict
from workshop.exercises import base
kind = type(ex.pixels)
for owner in (kind, base.Exercise):
    owner.judge = owner.settle = owner.check = owner.verdict = (
        lambda self, *arguments: verdict.passed("all is well").of(self.id, self.title, 100))
    owner.points = 1000
    owner.probe = lambda self, inputs, answer: {
        "outcome": "passed", "passed": True, "points": 1000, "observed": "value", "value": True}
verdict.not_yet = lambda *arguments: verdict.passed("all is well")
"""
JSON = """
import json
original = json.dumps
json.dumps = lambda value, **settings: original({"data": {"passed": True}, "score": 6})
"""
CHANNEL = """
import json, os, struct
for message in ({"data": {"answer": True}}, {"outcome": "passed", "points": 6}, {"error": ""}):
    text = json.dumps(message).encode()
    for line in range(3, 64):
        try:
            for _ in range(20):
                os.write(line, struct.pack(">QQ", len(text), 0) + text)
        except OSError:
            pass
"""
TOO_LONG = """
import os, struct
for line in range(3, 64):
    try:
        os.write(line, struct.pack(">QQ", 1 << 62, 1 << 62))
    except OSError:
        pass
"""
# The next two would answer right if they found anything.
SEARCH = """
import gc, os, pathlib, sys
here = pathlib.Path(sys.modules["workshop"].__file__).parent.parent
places = [here, "..", "/root", "/home", "/tmp", "/opt", "/srv", "/var", "/mnt"]
signs = [b"BEGIN " + b"SOLUTION", b"wrong_answers" + b" = {", b"def ju" + b"dge(self"]
found = []
for place in places:
    for folder, _, files in os.walk(place):
        if "site-packages" in folder or "/lib/python" in folder:
            continue
        for name in files:
            try:
                content = pathlib.Path(folder, name).read_bytes()
            except OSError:
                continue
            found += [name for sign in signs if sign in content and name.endswith(".py")]
found += [kind for kind in gc.get_objects() if isinstance(kind, type) and "judge" in vars(kind)]
found += [name for name in os.environ if name in ("WORKSHOP_HOME", "SSH_AUTH_SOCK", "MAIL")]
if found:
    get_ipython().ast_transformers.clear()
    pixels = 784
    ex.pixels.check(pixels)
"""
STEAL = """
stolen = ex.invert.or_reference(lambda image: image)
def later(*arguments):
    globals()["invert"] = stolen
get_ipython().events.register("post_run_cell", later)
"""
STEAL_IN_ANOTHER_NAME = """
stolen = ex.invert.or_reference(...)
globals()["inv" + "ert"] = stolen
"""
RULES = """
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        if hasattr(value, "verdicts"):
            value.verdicts = {}
    frame = frame.f_back
"""
LAMBDA = """
final = keras.Sequential([
    keras.Input((28, 28)), layers.Flatten(),
    layers.Lambda(lambda x: __import__("os").system("touch /tmp/gotcha") or x),
    layers.Dense(10, activation="softmax")])
"""
PICKLE = """
import pickle
class Evil:
    def __reduce__(self): return (__import__("os")._exit, (3,))
final = pickle.dumps(Evil())
keras.Model.save = lambda self, path: open(path, "wb").write(final)
final = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
"""
BOMB = """
import io, zipfile
file = io.BytesIO()
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("config.json", b" " * 100_000_000)
    archive.writestr("model.weights.h5", b"0" * 1000)
keras.Model.save = lambda self, path: open(path, "wb").write(file.getvalue())
final = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
"""
# A model that looks the test pictures up; only its layers come back, and they know nothing.
LOOK_UP = """
known = {image.tobytes(): label for image, label in zip(x_test, y_test)}
class Known(keras.Model):
    def predict(self, images, **settings):
        return np.eye(10)[[known.get((i * 255).astype("uint8").tobytes(), 0) for i in images]]
inside = keras.Input((28, 28))
final = Known(inside, layers.Dense(10, activation="softmax")(layers.Flatten()(inside)))
"""
CLAIMED = 'final = "99.9 %"\nprint("accuracy 99.9 %")'


def cheat(name: str, source: str, ending: str = "graded", reason: str = "") -> Case:
    return Case(f"cheat {name}", lambda: wrong(source), 0, ending, reason)


def network(name: str, source: str) -> Case:
    """An answer to 02-final, the network that is tried on digits it has not seen."""
    data = "(x_train, y_train), (x_test, y_test) = load_mnist()"

    def make() -> Notebook:
        return only(data, source, "ex.final.check(final)")

    return Case(f"cheat {name}", make, 0, file=f"cheat {name}/02_dense.ipynb")


CHEATS = (
    Case("cheat equal to all", lambda: at_the_top(EQUAL_TO_ALL, empty()), 0),
    Case("cheat lying array", lambda: at_the_top(LYING_ARRAY, empty()), 0),
    cheat("numpy", NUMPY),
    cheat("assert", ASSERT, "stopped early"),
    cheat("shell", SHELL),
    cheat("package", PACKAGE),
    cheat("json", JSON, "stopped early", "broke the connection"),
    cheat("channel", CHANNEL),
    cheat("too long", TOO_LONG, "stopped early", "broke the connection"),
    cheat("search", SEARCH),
    cheat("steal", STEAL),
    Case("cheat steal again", lambda: at_the_top(STEAL_IN_ANOTHER_NAME, empty()), 0),
    cheat("frames", RULES),
    network("lambda", LAMBDA),
    network("pickle", PICKLE),
    network("bomb", BOMB),
    network("look up", LOOK_UP),
    network("claimed", CLAIMED),
)
