# ---
# jupyter:
#   workshop:
#     title: Freeze
#     minutes: 70
#     needs: ["05"]
#     outcome: >-
#       your network as one file that needs no Keras, scaling included, equal to the original on
#       every picture; a card with its fingerprints; and a loader that notices a single flipped bit.
#     small:
#       digits: 3000
#       epochs: 4
#       asked: 1000
#       flips: 20
#       rounds: 2
#       large_units: 256
# ---

# %%
import hashlib
import io
import json
import logging
import os
import pickle
import pickletools
import tempfile
import time
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from workshop import plots
from workshop.data import load_mnist, mnist_source
from workshop.exercises import lab08 as ex
from workshop.exercises.overview import show_progress
from workshop.places import models_folder
from workshop.reader import digit_reader
from workshop.serving.model import FrozenModel, ModelError

import keras
from keras import layers

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when ONNX Runtime is imported: it sends nothing
import onnx
import onnxruntime
from onnxruntime import quantization

for name in (None, "absl"):  # a warning for each old format: we know
    logging.getLogger(name).setLevel("ERROR")
keras.utils.set_random_seed(42)
show_progress("08")

# %% tags=["parameters"]
seed = 42
digits = 12_000
epochs = 5
asked = 6000
flips = 200
rounds = 9
large_units = 2048

# %% [markdown]
"""
Your network is to leave the notebook. Somebody else will load it: a service, a colleague, you in
two years. What do they need, what must they not get, and how can they know that it is *your* file?

All files of this lab go into a temporary folder. At the end, one model and its card stay.

## A pickle is a program

The quickest way to save any Python object is `pickle`. Many old courses save models so. Here is an
object that came with a model. Read the class, then guess: what does the *last* line do?
"""


# %%
class Postcard:
    def __reduce__(self):
        return print, ("I ran on your computer. You only loaded me.",)


content = pickle.dumps(Postcard())
print(len(content), "bytes written, nothing has happened yet")

# %%
arrived = pickle.loads(content)

# %% [markdown]
"""
`__reduce__` tells pickle how to build the object again: *call this function with these arguments*.
Any function. Ours is harmless; another would send your files away. It runs at `loads`, before you
could look at what came.

So look *before* you load. A pickle is a list of instructions for a small machine, and `pickletools`
prints them without running any.
"""

# %%
pickletools.dis(content)

# %% [markdown]
"""
Four lines matter. Two texts, `builtins` and `print`; `STACK_GLOBAL` fetches what is called so;
`REDUCE` calls it. (`MEMOIZE` is bookkeeping.)

An old course promised: pickle your scikit-learn model, and "score without the need to import
scikit-learn". What does such a file contain? These are its texts:
"""

# %% tags=["nbval-ignore-output"]
saved = pickle.dumps(LogisticRegression())
texts = [text for _, text, _ in pickletools.genops(saved) if isinstance(text, str)]
print(len(saved), "bytes:", *texts[:5], "…", *texts[-2:])

# %% [markdown]
"""
No formula, no code. Two *names*: a module and a class. Whoever loads it imports scikit-learn,
noticed or not, in whatever version is there. (The version that wrote it stands at the end; another
one may load it wrongly.) `joblib` files are pickles, too.

### Put a gate in front

While it loads, pickle asks a method for each name: `find_class`. That can refuse. This gate refuses
everybody, and says what was asked for:
"""


# %%
class Nobody(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"refused: it asks for {module}.{name}")


weights = {"kernel": np.ones((2, 3)), "bias": np.zeros(3)}
for arriving in (content, saved, pickle.dumps(weights), pickle.dumps([1, 2.5, "text"])):
    try:
        print("loaded:", Nobody(io.BytesIO(arriving)).load())
    except pickle.UnpicklingError as error:
        print(error)

# %% [markdown]
"""
Numbers and lists ask for nothing. But an array does: for three names. You know the first now. Write
a gate that lets arrays in. Begin as `Nobody` does, with a class inside your function. To let a name
in, `find_class` returns `super().find_class(module, name)`. Whatever else is asked for must raise
`pickle.UnpicklingError` before it runs.

How do you find the two other names? Let the first one in, call
`load_numbers(pickle.dumps(weights))`, and read which name is refused next.
"""


# %%
def load_numbers(content):
    """The bytes of a pickle of numbers, texts, lists, dicts and arrays → what was pickled."""
    ### BEGIN SOLUTION
    allowed = {
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
    }

    class Gate(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(f"refused: it asks for {module}.{name}")
            return super().find_class(module, name)

    return Gate(io.BytesIO(content)).load()
    ### END SOLUTION


# %%
ex.load_numbers.check(load_numbers)

# %% [markdown]
"""
That gate is good, and still second best. Best is a format that *cannot* ask for anything.

## Four formats

We need something to save. `old` is the network of such an old course: dense, trained here in a few
seconds. Your own network of lab 05 comes later.
"""

# %% tags=["nbval-ignore-output"]
(x_all, y_all), sealed = load_mnist()
x_valid, y_valid = x_all[-6000:][:asked], y_all[-6000:][:asked].astype(int)
old = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
old.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
scaled = x_all[:digits, :, :, None].astype("float32") / 255
_ = old.fit(
    scaled, y_all[:digits], batch_size=64, epochs=epochs, verbose=0, callbacks=[plots.LiveCurves()]
)

# %% [markdown]
"""
`.keras` is a zip: the plan of the layers, and the weights. `.h5` is its predecessor. `.npz` is
NumPy's zip of arrays. **ONNX** (Open Neural Network Exchange) is a list of arithmetic that many
programs can compute, without Keras.

Beside `old` we save a second network. Its **Lambda** layer holds a Python function.
"""


# %% tags=["nbval-ignore-output"]
def export(model, path):
    """Write a Keras model as an ONNX file."""
    model(np.zeros((1, *model.input_shape[1:]), "float32"))  # Keras exports what ran once
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning)  # the exporter's own, of NumPy
        model.export(path, format="onnx", verbose=False)


room = tempfile.TemporaryDirectory()  # it goes when the kernel does
folder = Path(room.name)
halved = layers.Lambda(lambda pixels: pixels * 0.5 + 0.25)
with_lambda = keras.Sequential([keras.Input((28, 28, 1)), halved, layers.Flatten()])
both = {"old": old, "lambda": with_lambda}
for name, model in both.items():
    model.save(folder / f"{name}.keras")
    model.save(folder / f"{name}.h5")
    np.savez(folder / f"{name}.npz", *model.get_weights())
for name, model in both.items():
    export(model, folder / f"{name}.onnx")
for path in sorted(folder.glob("old.*")):
    print(f"{path.name:10}{path.stat().st_size:>9,} bytes")

# %% [markdown]
"""
`old` has 50,890 numbers, at four bytes each. Two files are three times as large. What for?

Look into the `.keras` file of the Lambda, without loading it:
"""

# %% tags=["nbval-ignore-output"]
with zipfile.ZipFile(folder / "lambda.keras") as archive:
    print(archive.namelist())
    plan = json.loads(archive.read("config.json"))
print("the Lambda:", str(plan["config"]["layers"][1]["config"]["function"])[:110], "…")
try:
    keras.saving.load_model(folder / "lambda.keras")
except ValueError as error:
    print("refused:", str(error).split(". ")[0])

# %% [markdown]
"""
There is Python code in the plan: the bytes that Python makes of a function. Keras refuses it
(`safe_mode`), unless you switch that off. Do not, for a file of strangers. And stay up to date:
before Keras 3.11.3, `.h5` files ran such code without a question, whatever `safe_mode` said
(CVE-2025-9905; a CVE is the number of a published security hole). Before 3.11, a `.keras` file
could switch `safe_mode` off by itself (CVE-2025-9906).

Now fill in the table by trying. What does each format keep? Use the words `"weights"`, `"layers"`
(their plan: can somebody compute with this file alone?), `"optimizer"` (its notes, to go on with
the training), `"code"` (Python, where a layer has some). Each answer is a list of such words:
`["layers", "code"]` would be one. These lines look into a file; make a cell of your own for them,
and change the names:

```python
np.load(folder / "old.npz").files
[node.op_type for node in onnx.load(folder / "lambda.onnx").graph.node]
keras.saving.load_model(folder / "old.h5").optimizer.iterations
```
"""

# %%
### BEGIN SOLUTION
keras_keeps = ["weights", "layers", "optimizer", "code"]
h5_keeps = ["weights", "layers", "optimizer", "code"]
npz_keeps = ["weights"]
onnx_keeps = ["weights", "layers"]
### END SOLUTION
keeps = {".keras": keras_keeps, ".h5": h5_keeps, ".npz": npz_keeps, ".onnx": onnx_keeps}

# %%
ex.keeps.check(keeps)

# %% [markdown]
"""
Two more things from old courses. A plan and its weights in two files, `model.json` and
`model.params`: today they travel in one zip, so nobody can mix them up. And arrays in `.npz`: NumPy
refuses objects in it unless you say `allow_pickle=True`. Now you know why.

## The same digits, other probabilities

One old course trains on pixels divided by 255. Its web page sends 0…255, as they are. Nobody has
ever noticed. Guess: what is the accuracy of `old` on pixels that are 255 times too large?
"""


# %% tags=["nbval-ignore-output"]
def run(function, images):
    """What a function gives for pictures, asked in parts of 500."""
    parts = np.array_split(images, -(-len(images) // 500))
    return np.concatenate([np.asarray(function(part)) for part in parts])


def told(probabilities):
    """Accuracy, loss and the mean confidence of wrong answers, in one line."""
    wrong = probabilities.argmax(axis=1) != y_valid
    loss = -np.log(np.maximum(probabilities[np.arange(len(y_valid)), y_valid], 1e-30)).mean()
    sure = probabilities.max(axis=1)[wrong].mean() if wrong.any() else 0
    return f"accuracy {100 * (~wrong).mean():6.2f} %, loss {loss:6.3f}, sure when wrong {sure:.3f}"


pixels = x_valid.astype("float32")
for name, shown in (("divided by 255", pixels / 255), ("as they are", pixels)):
    print(f"{name:15}", told(run(old, shown[..., None])))

# %% [markdown]
"""
The accuracy says: all is well. But the loss is many times higher, and a wrong answer is now given
with certainty. No threshold of lab 06 would ever hand such a digit to a person.

Why are the digits right? With pixels 255 times larger, all the sums are about 255 times larger (the
biases stay small). Their *order* hardly changes, so the same digit wins. But softmax sees huge
gaps. In the words of lab 06: a temperature of 1/255.

So a test of accuracy does not find it. What helps? Put the scaling where nobody can forget it: into
the model. Write a model that takes pixels 0…255 of the shape `(28, 28)`, scales them, adds the
channel and asks `network`. Two layers do it: `layers.Rescaling(scale)` multiplies, and
`layers.Reshape(shape)`. As in lab 05's residual block, layers and networks are called like
functions: first on `pixels = keras.Input((28, 28))`, then each on what the one before gave. At the
end, `keras.Model(pixels, answer)` makes a model that leads from one to the other.
"""


# %%
def with_scaling(network):
    """A network for (28, 28, 1) in 0…1 → a keras.Model for (28, 28) in 0…255."""
    ### BEGIN SOLUTION
    pixels = keras.Input((28, 28))
    scaled = layers.Rescaling(1 / 255)(pixels)
    return keras.Model(pixels, network(layers.Reshape((28, 28, 1))(scaled)))
    ### END SOLUTION


# %%
ex.with_scaling.check(with_scaling)

# %% [markdown]
"""
Now your own network. (If there is none, the course's own takes its place; the numbers in the text
are that one's.) We freeze it, and start it in **ONNX Runtime**, which knows nothing of Keras or
TensorFlow.
"""

# %% tags=["nbval-ignore-output"]
with_scaling = ex.with_scaling.or_reference(with_scaling)
reader = digit_reader()
whole = with_scaling(reader)
export(whole, folder / "reader.onnx")
content = (folder / "reader.onnx").read_bytes()


def start(content):
    """The bytes of an ONNX file → a function: pixels (n, 28, 28) → probabilities (n, 10)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is an error is raised; it need not be printed as well
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda images: session.run(None, {name: images.astype("float32")})[0]


frozen = start(content)
print(f"{len(content):,} bytes")
print("Keras       ", told(run(whole, pixels)))
print("ONNX Runtime", told(run(frozen, pixels)))

# %% [markdown]
"""
### Compare what they say

Equal accuracies prove little; you have seen it. Compare **probabilities**, picture by picture, and
take the *largest* difference: a promise must hold for every picture. And ask in batches of several
sizes, 1, 7 and 64. Some models answer otherwise in other company: an export may fix the size of a
batch, and batch normalisation that still trains uses its neighbours.

Write this test. It gets two functions. Each takes pictures and gives probabilities.
"""


# %%
def parity(trusted, frozen, images, sizes):
    """The largest difference of any probability: a dict with one number for each batch size."""
    ### BEGIN SOLUTION
    found = {}
    for size in sizes:
        apart = []
        for start in range(0, len(images), size):
            part = images[start : start + size]
            apart.append(np.abs(trusted(part) - frozen(part)).max())
        found[size] = max(apart)
    return found
    ### END SOLUTION


# %%
ex.parity.check(parity)

# %% tags=["nbval-ignore-output"]
parity = ex.parity.or_reference(parity)


def keras_says(images):
    return whole.predict_on_batch(images)


def never_scaled(images):
    return reader.predict_on_batch(images[..., None])


for name, other in (("the frozen model", frozen), ("never scaled", never_scaled)):
    found = parity(keras_says, other, pixels[:130], (1, 7, 64))
    print(name, {size: f"{apart:.1e}" for size, apart in found.items()})

# %% [markdown]
"""
About a millionth: the two add up in another order, no more. Without the scaling, the difference is
1, the largest there is. This test takes a second and needs no labels. Run it after every export.

## One byte for each weight

A weight takes four bytes. Does it need them? **Quantization** writes numbers with few steps.

Take the range from the smallest to the largest weight, and divide it into 255 equal **steps**. Each
weight becomes the number of the nearest step, 0 to 255: one byte. By hand, for weights from
−1 to 1.55:

- one step is the **scale**: (1.55 − (−1)) / 255 = 0.01
- the **zero point** is the whole number that stands for 0: 1 / 0.01 = 100
- the weight 0.237 becomes round(0.237 / 0.01) + 100 = 124
- back: (124 − 100) · 0.01 = 0.24. The error is at most half a step.

Two rules. The range must contain 0, also where all weights are positive, so that 0 stays exactly 0.
And what rounding pushes beyond 0…255 is brought back (`np.clip`). Write it for any number of steps.
"""


# %%
def quantize(weights, steps=255):
    """Floats → whole numbers 0…steps (uint8, same shape), scale, zero point."""
    ### BEGIN SOLUTION
    low, high = min(weights.min(), 0), max(weights.max(), 0)
    scale = (high - low) / steps
    zero = int(np.round(-low / scale))
    whole = np.clip(np.round(weights / scale) + zero, 0, steps)
    return whole.astype("uint8"), scale, zero
    ### END SOLUTION


# %%
ex.quantize.check(quantize)

# %% [markdown]
"""
How many steps does a network need? 255 fill eight bits, 15 fill four, 3 fill two. All kernels of
`reader` go through your function and back. Note two guesses: the accuracy with four bits, and with
two.
"""

# %% tags=["nbval-ignore-output"]
quantize = ex.quantize.or_reference(quantize)
rounded = keras.models.clone_model(reader)
for bits in (8, 6, 4, 3, 2):
    restored = []
    for weights in reader.get_weights():
        if weights.ndim > 1:  # the kernels; biases and batch normalisation are few
            steps, scale, zero = quantize(weights, 2**bits - 1)
            weights = (steps.astype("float32") - zero) * scale
        restored.append(weights)
    rounded.set_weights(restored)
    print(f"{bits} bits:", told(run(lambda part: rounded(part[..., None] / 255), pixels)))

# %% [markdown]
"""
Eight bits cost nothing; with two, much is lost. A network is used to noise.

But we have rounded and gone *back* to floats. The file becomes smaller, the arithmetic does not.
ONNX Runtime can multiply the bytes themselves. It has two ways. **Dynamic**: weights are bytes, and
for each picture it measures how large the numbers between the layers are. **Static**: those ranges
are measured once, beforehand, on some pictures of the training.

Guess before you run: how much faster are bytes than floats?
"""


# %%
class Calibration(quantization.CalibrationDataReader):
    """Hands out 200 pictures of the training."""

    def __init__(self):
        name = onnx.load(folder / "reader.onnx").graph.input[0].name
        parts = np.split(x_all[:200].astype("float32"), 4)
        self.batches = iter([{name: part} for part in parts])

    def get_next(self):
        return next(self.batches, None)


byte, signed = quantization.QuantType.QUInt8, quantization.QuantType.QInt8
quantization.quantize_dynamic(folder / "reader.onnx", folder / "dynamic.onnx", weight_type=byte)
quantization.quantize_static(
    folder / "reader.onnx",
    folder / "static.onnx",
    Calibration(),
    activation_type=byte,
    weight_type=signed,
)


# %% tags=["nbval-ignore-output"]
def microseconds(functions, images):
    """The median time for one picture; all take turns, so that none has the quiet moments."""
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            function(images)
            begun, calls = time.perf_counter(), 0
            while time.perf_counter() - begun < 0.03:
                function(images)
                calls += 1
            times[name].append((time.perf_counter() - begun) / calls / len(images) * 1e6)
    return {name: np.median(found) for name, found in times.items()}


kinds = ("reader", "dynamic", "static")
models = {name: start((folder / f"{name}.onnx").read_bytes()) for name in kinds}
speeds = {size: microseconds(models, pixels[:size]) for size in (1, 64)}
for name, model in models.items():
    apart = parity(frozen, model, pixels[:500], (64,))[64]
    print(f"{name:8}{(folder / f'{name}.onnx').stat().st_size:>8,} bytes", end="")
    print(f"{speeds[1][name]:>6.0f} µs alone,{speeds[64][name]:>5.0f} µs of 64;", end="")
    print(f" apart {apart:.0e};", told(run(model, pixels))[:19])

# %% [markdown]
"""
A third of the size and the same accuracy. But the probabilities have moved, by percents. And the
speed? On our computer, dynamic was *slower* than floats. Two reasons. The network is so
small that its weights fit into the processor's nearest memory anyway. And there is more to do:
measure, convert, multiply, convert back.

When do bytes pay? Where weights must be fetched from far away. Two layers of 2,048 units have 23 MB
of weights:
"""

# %% tags=["nbval-ignore-output"]
large = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
for units in (large_units, large_units, 10):
    large.add(layers.Dense(units))
export(large, folder / "large.onnx")
quantization.quantize_dynamic(folder / "large.onnx", folder / "bytes.onnx", weight_type=byte)
large_ones = {name: start((folder / f"{name}.onnx").read_bytes()) for name in ("large", "bytes")}
for size in (1, 64):
    speed = microseconds(large_ones, pixels[:size])
    floats, whole_numbers = speed.values()
    print(f"{size:2} at once: floats {floats:.0f} µs, bytes {whole_numbers:.0f} µs a picture")

# %% [markdown]
"""
So there is no rule but this one: **measure it, on the machine that will serve it.** For our small
reader we keep the floats.

## Is it still the same file?

A file is copied, sent, stored. Let us flip *one bit* of the frozen model, at a random place, and
load it; then once more, at another place. Guess: of two hundred such files, how many load
without a complaint? And how many of those answer wrongly?
"""

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(seed)
right = frozen(pixels[:200])
loaded, changed, worst = 0, 0, 100.0
for place in rng.integers(0, 8 * len(content), flips):
    damaged = bytearray(content)
    damaged[place // 8] ^= 1 << place % 8
    try:
        answers = start(bytes(damaged))(pixels[:200])
    except Exception:  # ONNX Runtime has an error of its own for each fault
        continue
    loaded += 1
    if answers.shape == right.shape and not np.allclose(answers, right, atol=1e-5):
        changed += 1
        worst = min(worst, 100 * (answers.argmax(axis=1) == y_valid[:200]).mean())
print(f"{loaded} of {flips} load without a complaint; {changed} of them answer otherwise;")
print(f"the worst of those reads {worst:.0f} % of the digits")

# %% [markdown]
"""
Nearly all of them load. Many answer otherwise, most of them by a hair. The worst one may be hardly
better than guessing: one bit can make a weight gigantic. ONNX Runtime cannot know; to it, any
weight is as good as another.

A **fingerprint** can. SHA-256 makes 64 characters of any bytes, always the same. Whatever changes,
however little, the fingerprint is another; and nobody knows how to make two contents with one.
"""

# %%
for said in (b"a seven", b"a sevem"):
    print(hashlib.sha256(said).hexdigest())

# %% [markdown]
"""
With it, write a **model card**: a small file beside the model that says what it is. An old course
had one, with the errors of training and test. Good; but nothing tied it to *one* file. Yours holds
three fingerprints: of the model, of the data, and of the code.

- `content`: bytes. `arrays`: a list; their bytes one after the other (`array.tobytes()`). `code`: a
  text; `code.encode()` makes bytes of it.
- Keys: `name`, `version`, `sha256`, `data_sha256`, `code_sha256`. The version is the first 12
  characters of `sha256`: other bytes, other version, and nobody has to remember to count.
"""


# %%
def make_card(name, content, arrays, code):
    """A dict with name, version, and the fingerprints of model, data and code."""
    ### BEGIN SOLUTION
    sha256 = hashlib.sha256(content).hexdigest()
    return {
        "name": name,
        "version": sha256[:12],
        "sha256": sha256,
        "data_sha256": hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest(),
        "code_sha256": hashlib.sha256(code.encode()).hexdigest(),
    }
    ### END SOLUTION


# %%
ex.make_card.check(make_card)

# %% [markdown]
"""
Model and card go to your models, for the labs that follow. For the code, we take the network's
plan: every layer, the scaling included. Note what a card *cannot* do. Which training made these
weights? From a file, nobody can tell; here we only repeat what we believe. Write the card on
the day of the training, with the commit of the code.
"""

# %% tags=["nbval-ignore-output"]
make_card = ex.make_card.or_reference(make_card)
card = make_card("digit-reader", content, [x_all, y_all], whole.to_json())
card["divided_by"] = 255.0
card["data"] = "MNIST, training digits" if mnist_source().real else "stand-in digits"
card["made_with"] = ", ".join(f"{name} {version(name)}" for name in ("keras", "tf2onnx", "onnx"))

models_folder().mkdir(parents=True, exist_ok=True)
path = models_folder() / "08_freeze.onnx"
path.write_bytes(content)
path.with_suffix(".json").write_text(json.dumps(card, indent=2))
print(path.with_suffix(".json").read_text())

# %% [markdown]
"""
### Verify, then load

A card helps only if somebody looks. Write the one door through which models come in. Read the file,
compare with the card beside it, and call `start` with the bytes. If they differ, raise
`ValueError`, and start nothing.

In which order? And why does `start` take bytes, not the path?
"""


# %%
def open_verified(path, start):
    """Start the model at `path` (a Path), if it is what its card (`.json`, beside it) says."""
    ### BEGIN SOLUTION
    content = path.read_bytes()
    card = json.loads(path.with_suffix(".json").read_text())
    if hashlib.sha256(content).hexdigest() != card["sha256"]:
        raise ValueError(f"{path} is not the model that its card describes")
    return start(content)
    ### END SOLUTION


# %%
ex.open_verified.check(open_verified)

# %% tags=["nbval-ignore-output"]
open_verified = ex.open_verified.or_reference(open_verified)
print("as it was saved:", open_verified(path, start)(pixels[:3]).argmax(axis=1), y_valid[:3])

damaged = bytearray(content)
damaged[len(content) // 2] ^= 1
(folder / "damaged.onnx").write_bytes(damaged)
(folder / "damaged.json").write_text(json.dumps(card))
for door in (lambda file: open_verified(file, start), FrozenModel.load):
    try:
        door(folder / "damaged.onnx")
    except (ValueError, ModelError) as error:
        print("refused:", str(error).replace(str(folder), "…"))

# %% [markdown]
"""
The second refusal came from `FrozenModel`, in `workshop/serving/model.py`: the course's own service
loads models so, in every worker. Does it accept *your* file and *your* card?
"""

# %% tags=["nbval-ignore-output"]
served = FrozenModel.load(path)
print(served.card.name, served.card.version)
print("the same answers:", np.array_equal(served.probabilities(x_valid[:64]), frozen(pixels[:64])))

# %% [markdown]
"""
It does. You can start that service now. It runs in a terminal. This line starts it:
"""

# %% tags=["nbval-ignore-output", "this-machine"]
print(f'workshop serve "{path}"')

# %% [markdown]
"""
Open a terminal (File ▸ New ▸ Terminal), copy the line, and open the address that it prints. Ctrl-C
ends it. Lab 10 shows what happens behind it.

### Where to keep it

"Commit the model to git", old courses say. Git keeps every version of every file for ever, in every
copy of the project; a model that is trained each night fills it soon. And the *name*, such as
`model.h5`, says nothing about the content.

Turn it round: let the content give the name. Such a store is **content-addressed**.
"""

# %% tags=["nbval-ignore-output"]
store = folder / "store"
store.mkdir(exist_ok=True)


def put(content):
    """Keep bytes under their fingerprint; twice the same is kept once."""
    fingerprint = hashlib.sha256(content).hexdigest()
    (store / fingerprint).write_bytes(content)
    return fingerprint


first, second = put(content), put(content)
other = put((folder / "static.onnx").read_bytes())
print("the same twice:", first == second, "· files:", len(list(store.iterdir())))
print("in git you keep one line:", first)

# %% [markdown]
"""
Such a file never changes: with another content it would have another name. Whoever has the name can
fetch it from anywhere and verify it. Git itself stores its files so, and container registries do
(lab 13).

## The card

- A pickle is a program; loading runs it. joblib and old `.h5` files are no better.
- A list of what is allowed, never of what is forbidden.
- `.keras` to go on training; ONNX to answer. What is not in a file cannot be attacked.
- The scaling goes into the file.
- Compare probabilities, the largest difference, several batch sizes. Accuracy hides too much.
- Quantize: scale, zero point, round, clip. Smaller for sure; faster only if measured.
- A fingerprint for model, data and code. Verify the bytes, then start those bytes.
- Let the content give the name.

## Go further

### A scale for each unit

One unit with large weights sets the scale for all others, and theirs become coarse. So give each
*column* of a dense kernel a scale of its own. This time signed, without a zero point: in each
column, the largest weight, plus or minus, becomes ±127 (`int8`). A column of zeros gets any scale
above 0.
"""


# %%
def quantize_columns(weights):
    """(inputs, units) floats → (inputs, units) int8 and (units,) scales."""
    ### BEGIN SOLUTION
    largest = np.abs(weights).max(axis=0)
    scales = np.where(largest > 0, largest, 127) / 127
    return np.round(weights / scales).astype("int8"), scales
    ### END SOLUTION


# %%
ex.quantize_columns.check(quantize_columns)

# %% tags=["nbval-ignore-output"]
quantize_columns = ex.quantize_columns.or_reference(quantize_columns)
kernel = old.get_weights()[0].copy()
for much in (1, 10, 100):
    kernel[:, 0] = old.get_weights()[0][:, 0] * much
    steps, scale, zero = quantize(kernel)
    one = np.abs((steps.astype("float32") - zero) * scale - kernel)[:, 1:].mean()
    steps, scales = quantize_columns(kernel)
    each = np.abs(steps * scales - kernel)[:, 1:].mean()
    print(f"unit 0 times {much:3}: mean error of the others {one:.5f}, with own scales {each:.5f}")

# %% [markdown]
"""
### Three more to try

- `quantize_static(…, per_channel=True)`: is the reader better with it? Measure the probabilities.
- Store the model as a BLOB (a column of bytes) in SQLite, with its fingerprint as the key.
- Write half of a file into the store, as if the power had failed. Who notices, and when? Write to
  a temporary name first, then `os.replace`.

Next: **[09 Batch inference](09_batch.ipynb)**, where your file reads ten thousand digits at night.
"""

# %%
show_progress("08")
