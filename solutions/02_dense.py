# ---
# jupyter:
#   workshop:
#     title: Dense
#     minutes: 65
#     needs: ["01"]
#     outcome: >-
#       a network of your own that reads 98 of 100 handwritten digits, trained in under a minute,
#       and a nose for what is wrong when a network does not learn.
#     small:
#       digits: 6000
#       batch_sizes: [32, 512]
#       curve_epochs: 6
#       final_epochs: 6
# ---

# %%
import time

import numpy as np

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab02 as ex
from workshop.exercises.overview import show_progress
from workshop.places import models_folder

import keras  # after workshop, which keeps TensorFlow quiet
from keras import layers, ops

show_progress("02")

# %% tags=["parameters"]
seed = 42
digits = 54_000
batch_sizes = [16, 64, 256, 1024]
curve_epochs = 20
final_epochs = 6

# %% [markdown]
"""
`digits` is how many digits we train on. The last 6,000 of the 60,000 are for **validation**: for
all our choices. The test digits stay `sealed` until the end, as in lab 01.
"""

# %%
(x_all, y_all), sealed = load_mnist()
x_train, y_train = x_all[:digits].astype("float32") / 255, y_all[:digits]
x_valid, y_valid = x_all[-6000:].astype("float32") / 255, y_all[-6000:]
print("training:  ", x_train.shape, x_train.dtype)
print("validation:", x_valid.shape, x_valid.dtype)

# %% [markdown]
"""
The plan has three steps: first make it run, then make it accurate, then have fun. In that order,
because a network that runs badly tells you something, and one that does not run tells you nothing.
(`skeleton/mnist.py` is the same journey as a script, for those who prefer an editor.)

## First: make it run

Some words. A **dense layer** is a row of **units**. Each unit reads *all* numbers that come in,
multiplies each by a **weight** of its own, and adds them up, plus one more number, its **bias**.
Then it applies an **activation**, a simple function. To *train* is to find good weights and biases.

Here is somebody's first try, three times. What does Keras say?
"""


# %%
def complaint(*parts, loss="sparse_categorical_crossentropy"):
    """Build, compile and fit on 32 digits; what Keras has to say about it."""
    try:
        model = keras.Sequential(list(parts))
        model.compile(loss=loss, optimizer="sgd")
        model.fit(x_train[:32], y_train[:32], verbose=0)
        return "It runs."
    except Exception as error:
        lines = [line for line in str(error).splitlines() if "loss" in line or "shape" in line]
        return lines[0]  # of many: a long message has one line that matters


print("1.", complaint(keras.Input((28, 28)), layers.Dense(10), loss=None))
print("2.", complaint(keras.Input((784,)), layers.Dense(10)))
print("3.", complaint(keras.Input((28, 28)), layers.Dense(10)))

# %% [markdown]
"""
A long message has one line that matters. Look for *shapes* in it. The first network has no loss at
all. The second expects rows of 784 and gets pictures. The third takes pictures, and answers in the
shape (32, 28, 10). For 32 digits, (32, 10) was wanted. Where does that 28 come from? Guess before
you go on.

Write `first_network`. Three items in `keras.Sequential([…])`: the shape of *one* picture
(`keras.Input`), a layer that lays its rows end to end (`layers.Flatten`), and ten outputs. Their
activation is **softmax**, which turns any ten numbers into probabilities.
"""


# %%
def first_network():
    """A fresh network: pictures (n, 28, 28) in 0…1 → probabilities (n, 10)."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %%
ex.network.check(first_network)

# %% [markdown]
"""
That 28: a dense layer works on the last axis. Without `Flatten` it takes each of the 28 rows for an
example of its own.

### Count before you run

How many numbers, weights and biases together, will `first_network` learn? And how many with a
**hidden layer** of 64 units between `Flatten` and the ten outputs? Predict both. You may write
sums, such as `2 * 3 + 4`.
"""

# %%
### BEGIN SOLUTION
without_hidden = 784 * 10 + 10
with_hidden = 784 * 64 + 64 + 64 * 10 + 10
### END SOLUTION

# %%
ex.parameters.check([without_hidden, with_hidden])

# %% [markdown]
"""
Now let Keras count. `two_layers` is the larger network. Its hidden units use **ReLU**: negative
sums become 0, the others stay.
"""

# %%
first_network = ex.network.or_reference(first_network)


def two_layers(units, output="softmax"):
    """784 pixels → a hidden layer → ten outputs."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.Dense(10, activation=output),
        ]
    )


print(f"without a hidden layer: {first_network().count_params():,}")
two_layers(64).summary()

# %%
plots.model_diagram(two_layers(64))

# %% [markdown]
"""
In `summary()`, `None` stands for the number of pictures, which is open. The drawing is Keras's
`plot_model`, where Graphviz is installed.

### How wrong is it?

A **loss** turns the answer into one number. The usual one for "which of ten?" is
**cross-entropy**: minus the logarithm of the probability that the network gave to the right digit.
Being certain and right costs 0.

From lab 01 you know that it comes in two forms, for integer and for one-hot labels. There is a
second choice. A network may end *without* softmax. Its ten raw scores are called **logits**, and
then the loss must apply softmax itself: `from_logits=True`.
"""

# %%
logits = np.array([[2.0, -1.0, 6.0]], dtype="float32")
probabilities = ops.softmax(logits)
print("logits:       ", logits[0], "the right one is the last")
print("probabilities:", np.round(probabilities[0], 3))
print("cross-entropy:", round(-np.log(float(probabilities[0, 2])), 3))

# %% [markdown]
"""
Which loss fits which case? Name it by a text, or make it: `keras.losses.…(…)`. The check measures
each on ten digits.

| name | the network ends in | labels |
| --- | --- | --- |
| `probabilities_integers` | softmax | integers |
| `probabilities_one_hot` | softmax | one-hot |
| `logits_integers` | nothing: logits | integers |
"""

# %%
### BEGIN SOLUTION
probabilities_integers = "sparse_categorical_crossentropy"
probabilities_one_hot = "categorical_crossentropy"
logits_integers = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
### END SOLUTION

# %%
ex.losses.check([probabilities_integers, probabilities_one_hot, logits_integers])

# %% [markdown]
"""
The trap is a mismatch, because nothing stops. Here is a perfect answer, and a loss that applies
softmax a second time:
"""

# %%
perfect = np.array([[0, 0, 1, 0, 0, 0, 0, 0, 0, 0]], dtype="float32")
for from_logits in (False, True):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    value = float(loss(np.array([2]), perfect))
    print(f"from_logits={from_logits}: a perfect answer costs {value:.3f}")

# %% [markdown]
"""
(Inside `fit`, Keras on TensorFlow often notices this one, warns and repairs it. Do not lean on
that: other backends do not.)

An **optimizer** takes the steps: it changes each weight a little, in the direction that lowers the
loss. `"sgd"` is the plainest. The **learning rate** says how large a step is. One pass over all
training digits is an **epoch**. Now it can run:
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)
cross_entropy = "sparse_categorical_crossentropy"
model = first_network()
model.compile(
    loss=cross_entropy,
    optimizer=keras.optimizers.SGD(0.1),
    metrics=["accuracy"],
)
model.fit(x_train, y_train, verbose=2)
loss, accuracy = model.evaluate(x_valid, y_valid, verbose=0)
print(f"validation loss {loss:.2f}, validation accuracy {100 * accuracy:.1f} %")

# %% [markdown]
"""
It runs, and one epoch beats lab 01's ten averages. (What `fit` counted, up to 1688, comes below.)

## Then: make it accurate

### Loss and optimizer, side by side

This is a network that somebody made bad on purpose: ten hidden units, **mean squared error** (the
average squared distance between outputs and one-hot labels), SGD. We change one thing at a time.
Which lines will be far off? Mark them before you run.
"""


# %%
def try_out(name, loss, optimizer, images=x_train, output="softmax"):
    """One epoch of 784-10-10; prints its validation accuracy; → the trained network."""
    keras.utils.set_random_seed(seed)
    model = two_layers(10, output)
    model.compile(loss=loss, optimizer=optimizer)
    labels = keras.utils.to_categorical(y_train) if loss == "mse" else y_train
    model.fit(images, labels, verbose=0)
    scale = images.max()  # validation digits must be scaled as the training digits are
    predicted = model.predict(x_valid * scale, batch_size=500, verbose=0).argmax(axis=1)
    accuracy = 100 * (predicted == y_valid).mean()
    print(f"{name:40} validation accuracy {accuracy:.1f} %")
    return model


sgd, adadelta = keras.optimizers.SGD, keras.optimizers.Adadelta
for name, loss, optimizer, output in (
    ("mean squared error, SGD 0.1", "mse", sgd(0.1), "softmax"),
    ("cross-entropy, SGD 0.1", cross_entropy, sgd(0.1), "softmax"),
    ("cross-entropy, Adam", cross_entropy, "adam", "softmax"),
    ("cross-entropy, Adadelta as it comes", cross_entropy, "adadelta", "softmax"),
    ("cross-entropy, Adadelta 1.0", cross_entropy, adadelta(1.0), "softmax"),
    ("cross-entropy, gets logits, not told so", cross_entropy, sgd(0.1), None),
):
    try_out(name, loss, optimizer, output=output)

# %% [markdown]
"""
Three surprises, one cause each.

**Adadelta.** As it was published, it has no learning rate, which amounts to 1.0. Keras's default is
0.001. Many old examples write `Adadelta()`, and trained well when the default was 1.0. A default is
a choice that somebody else made. Lab 04 returns to it.

**Logits, and the loss was not told.** That is the other mismatch, and this one nobody repairs.

**Mean squared error.** Why so slow? Take a network that is wrong, give the right digit's logit a
tiny push, and see how much each loss falls. That is how strongly training will correct it.
"""

# %%
truth = np.eye(3, dtype="float32")[[0]]
for wrong_score in (0, 3, 6):
    scores = np.array([[0, wrong_score, 0]], dtype="float32")
    pushed = scores + 0.01 * truth
    print(f"p(right) = {float(ops.softmax(scores)[0, 0]):.3f}", end="")
    for name, loss in (("cross-entropy", "categorical_crossentropy"), ("squared error", "mse")):
        measure = keras.losses.get(loss)
        fall = measure(truth, ops.softmax(scores)) - measure(truth, ops.softmax(pushed))
        print(f"   {name} corrects by {float(fall[0]) / 0.01:.2f}", end="")
    print()

# %% [markdown]
"""
The more wrong the network, the harder cross-entropy corrects it. Squared error lets go just when
the network is certain and wrong.

### What if the pixels are never scaled?

The same network, cross-entropy, SGD 0.1; only the pixels stay in 0…255. In lab 01 that cost the ten
averages some accuracy. What does it cost a network? Write down your guess in %, then run.
"""

# %%
model = try_out("cross-entropy, SGD 0.1, pixels in 0…255", cross_entropy, sgd(0.1), 255 * x_train)
hidden = keras.Sequential(model.layers[:2]).predict(255 * x_valid, batch_size=500, verbose=0)
print(f"hidden outputs above 0: {100 * (hidden > 0).mean():.1f} %")

# %% [markdown]
"""
That is guessing. The inputs are 255 times larger, so the first steps throw the weights far away.
After that, the hidden sums are negative for every digit, and ReLU makes them 0. Where the output is
always 0, no weight can be corrected any more: the units are *dead*. No error, no warning.

### The cheapest test there is

Something is wrong, and training takes minutes. What do you try first? Take *one* batch, a handful
of digits, and train on nothing else until the network knows them by heart. A healthy network can do
that in seconds. One that cannot has a fault that no amount of data will heal.

Write `overfit_one_batch`. It gets a compiled model and a batch, trains the model on it for as many
epochs as it takes, and returns the list of losses, one per epoch.

> **If it fails** with `History` in the message: `fit` returns a History, and its `.history` is a
> dict of lists.
"""


# %%
def overfit_one_batch(model, images, labels):
    """Train `model` until it knows the batch by heart. → list of losses, one per epoch."""
    ### BEGIN SOLUTION
    history = model.fit(images, labels, epochs=20, verbose=0)
    return history.history["loss"]
    ### END SOLUTION


# %%
ex.one_batch.check(overfit_one_batch)

# %% [markdown]
"""
Now put it to use. Four networks, the same 32 digits. Three have a fault: pixels that were never
scaled, ReLU on the *output* layer (seen in a published course), and labels in the wrong order.
Which of the three will the test find?
"""

# %% tags=["nbval-ignore-output"]
overfit_one_batch = ex.one_batch.or_reference(overfit_one_batch)
some, names = x_train[:32], y_train[:32]
on_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
suspects = {
    "healthy": ("softmax", cross_entropy, some, names),
    "not scaled": ("softmax", cross_entropy, 255 * some, names),
    "ReLU at the end": ("relu", on_logits, some, names),
    "wrong labels": ("softmax", cross_entropy, some, names[::-1]),
}
one_batch = {}
for name, (output, loss, images, labels) in suspects.items():
    keras.utils.set_random_seed(seed)
    model = two_layers(32, output)
    model.compile(loss=loss, optimizer=sgd(0.1, momentum=0.9), metrics=["accuracy"])
    losses = overfit_one_batch(model, images, labels)
    one_batch[name] = {"loss": np.minimum(losses, 5)}  # cut, so that all fit into one picture
plots.curves(one_batch, title="One batch, four networks")

# %% [markdown]
"""
A healthy loss falls to 0. Two of the three faults show: the dead units, and the ReLU that cuts off
every score below 0, so that a right digit with such a score is not corrected any more. The third
fault passes. The network *can* learn; what it learns is your affair. So look at some digits and
their labels, too.

The course with the ReLU had another fault, which no training shows. Its loop over the batches made
a new, empty count of right answers *inside* the loop. What it printed as the test accuracy, 80 %,
was that of the last batch alone. Always ask a number what it was counted on.

### How many digits at a time?

`fit` does not take a step after each digit. It looks at a **batch** of them, averages what they
say, and takes one step, an **update**. How many updates does one epoch of 54,000 digits have, in
batches of 128? (Above, the batches had 32, and `fit` counted to 1688.) And which batch size will be
best after one epoch: small or large? Which will be fastest?
"""

# %% tags=["nbval-ignore-output"]
rows = []
for size in batch_sizes:
    keras.utils.set_random_seed(seed)
    model = two_layers(64)
    model.compile(loss=cross_entropy, optimizer=sgd(0.1), metrics=["accuracy"])
    start = time.perf_counter()
    model.fit(x_train, y_train, batch_size=size, verbose=0)
    seconds = time.perf_counter() - start
    accuracy = 100 * model.evaluate(x_valid, y_valid, batch_size=500, verbose=0)[1]
    updates = -(-len(x_train) // size)
    print(f"batches of {size}: {updates:,} updates took {seconds:.1f} s")
    row = {"batch size": size, "updates": updates, "seconds": seconds, "accuracy in %": accuracy}
    rows.append(row)
plots.compare(rows, title="One epoch of 784-64-10 with SGD 0.1")

# %% [markdown]
"""
The last batch is smaller, so 54,000 / 128 is rounded up: 422 updates.

A large batch uses the processor better: fewer, larger multiplications. But it takes fewer steps, so
after one epoch it has learned less. Somewhere between 32 and 256 is a good start. Whoever takes
larger batches also takes a higher learning rate, or more epochs.

### A hidden layer, watched

So far a network had ten hidden units, or none. Take 128, and Adam, an optimizer that gives each
weight a step size of its own. The curves grow while it trains. Watch: when does the dashed line
stop following the other?
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)
model = two_layers(128)
model.compile(loss=cross_entropy, optimizer="adam", metrics=["accuracy"])
history = model.fit(
    x_train,
    y_train,
    batch_size=128,
    epochs=final_epochs,
    validation_data=(x_valid, y_valid),
    verbose=0,
    callbacks=[plots.LiveCurves()],
)

# %% [markdown]
"""
The hidden layer is worth five of 100 digits. Without it, each output is one weighted sum of pixels,
and a 7 with a bar and one without need different weights.

### Read the curves

Three more runs, with different networks and different amounts of data. Which is which? Do not look
at the code first.
"""


# %% tags=["nbval-ignore-output"]
def record(model, optimizer, count):
    """Train on the first `count` digits; → the History's dict of lists."""
    model.compile(loss=cross_entropy, optimizer=optimizer, metrics=["accuracy"])
    history = model.fit(
        x_train[:count],
        y_train[:count],
        batch_size=64,
        epochs=curve_epochs,
        validation_data=(x_valid[:2000], y_valid[:2000]),
        validation_batch_size=500,
        verbose=0,
        callbacks=[plots.LiveCurves()],
    )
    return history.history


keras.utils.set_random_seed(seed)
with_dropout = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
recipes = {
    "A": (two_layers(512), keras.optimizers.Adam(0.003), 500),
    "B": (two_layers(512), sgd(0.001), 500),
    "C": (with_dropout, "adam", digits // 10),
}
runs = {}
for name, recipe in recipes.items():
    print("Run", name)
    runs[name] = record(*recipe)

# %% [markdown]
"""
**Overfitting**: the network learns its training digits by heart, and gets worse on others.
**Underfitting**: it has not even learned the training digits. Which run does which? And after how
many epochs should the one that overfits have stopped? `runs["A"]["val_loss"]` holds the
numbers of run A's dashed line.
"""

# %%
### BEGIN SOLUTION
overfits = "A"
underfits = "B"
stop_after = int(np.argmin(runs["A"]["val_loss"])) + 1
### END SOLUTION

# %%
ex.curves.check([overfits, underfits, stop_after, runs])

# %% [markdown]
"""
Now look at the code above. A is a wide network with few digits: it has room to learn each by heart.
B takes steps that are far too small. C has ten times as many digits, and **dropout**: while it
trains, half of the hidden units are switched off, others in each batch, so that no unit can rely
on a neighbour. For the validation digits all units work.

| you see | it means | try |
| --- | --- | --- |
| both losses high, still falling | underfitting | more epochs, larger steps, wider layers |
| validation loss turns and rises | overfitting | stop earlier, dropout, more data |
| loss stuck near 2.30 | it guesses: 2.30 is the logarithm of ten | the test with one batch |
| loss jumps, or `nan` | steps too large | lower the learning rate, check the scaling |

## Last: have fun

Build the best network you can. On MNIST it passes with **98 %** of the test digits. (On the
stand-in, whose digits are harder, with 82 %.) It takes pictures and gives probabilities, as
`first_network` does. Train it on `x_train`, choose on `x_valid`, and keep it under a minute.

One more tool first. Large steps are good at the start, small ones at the end. A **schedule** lets
the learning rate fall:
"""

# %%
updates = final_epochs * -(-len(x_train) // 128)
falling = keras.optimizers.schedules.CosineDecay(0.002, decay_steps=updates)
for share in (0, 0.5, 1):
    print(f"after {share:.0%} of the updates: {float(falling(share * updates)):.4f}")

# %% tags=["nbval-ignore-output"]
### BEGIN SOLUTION
keras.utils.set_random_seed(seed)
final = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
final.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.Adam(falling),
    metrics=["accuracy"],
)
_ = final.fit(
    x_train,
    y_train,
    batch_size=128,
    epochs=final_epochs,
    validation_data=(x_valid, y_valid),
    verbose=0,
    callbacks=[plots.LiveCurves()],
)
### END SOLUTION

# %% [markdown]
"""
Satisfied with the *validation* accuracy? Then open the test, once. The check does not ask what your
network printed. It hands it the sealed digits and counts.
"""

# %%
ex.final.check(final)

# %% tags=["nbval-ignore-output"]
final = ex.final.or_reference(final)
x_test, y_test = sealed
probabilities = final.predict(x_test.astype("float32") / 255, verbose=0)
predicted = probabilities.argmax(axis=1)
wrong = np.flatnonzero(predicted != y_test)
surest = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:20]
plots.digits(x_test[surest], y_test[surest], predicted[surest], title="Wrong, and sure of it")

# %% [markdown]
"""
Would you have read them all? Keep your network. Later labs use it. The file goes into the folder
`models`, beside your labs.
"""

# %%
models_folder().mkdir(parents=True, exist_ok=True)
final.save(models_folder() / "02_dense.keras")
print(sorted(file.name for file in models_folder().glob("02_*.keras")))

# %% [markdown]
"""
## The card

- First make it run: read the shapes in the message. The input shape is that of one example.
- A dense layer has inputs × units weights and one bias per unit: 784 · 10 + 10 = 7,850.
- Cross-entropy for "which of ten". Integers: `sparse_…`. Logits: `from_logits=True`.
- A loss near 2.30 is guessing. Check the scaling, the loss, the last activation.
- Before anything long: can it learn one batch by heart?
- Validation loss turns: overfitting. Both losses high: underfitting.
- A default learning rate is somebody's choice. The test is opened once.

## Go further

### Your own loss

Cross-entropy is a short function. Write it as a class of your own, for integer labels and
probabilities. `call` gets a batch, with the labels as floats, and returns one loss per digit.
`keras.ops` (here: `ops`) has what you know from NumPy. A probability of 0 must not break it.

Check the *class*, `OwnCrossEntropy`, not an instance, `OwnCrossEntropy()`: the check makes its own.
"""


# %%
class OwnCrossEntropy(keras.losses.Loss):
    """Cross-entropy, by hand."""

    def call(self, y_true, y_pred):
        """Labels (n,) and probabilities (n, 10) → losses (n,)."""
        ### BEGIN SOLUTION
        right = ops.one_hot(ops.cast(y_true, "int32"), 10)
        chosen = ops.sum(right * y_pred, axis=-1)
        return -ops.log(ops.clip(chosen, 1e-7, 1.0))
        ### END SOLUTION


# %%
ex.own_loss.check(OwnCrossEntropy)

# %% [markdown]
"""
### Your own optimizer

**Momentum** lets each weight roll like a ball. It has a **velocity**, which keeps a share of what
it was and gains from the gradient, the direction in which the loss grows:

- velocity ← momentum · velocity − learning rate · gradient
- weight ← weight + velocity

The frame is here; write `update_step`. A Keras variable keeps a new value only through
`self.assign(variable, value)` or `self.assign_add(variable, amount)`.
"""


# %%
class OwnMomentum(keras.optimizers.Optimizer):
    """Gradient descent with momentum, by hand."""

    def __init__(self, learning_rate=0.01, momentum=0.9, **settings):
        super().__init__(learning_rate=learning_rate, **settings)
        self.momentum = momentum

    def build(self, variables):
        super().build(variables)
        self.velocities = self.add_optimizer_variables(variables, "velocity")

    def velocity_of(self, variable):
        """The velocity that belongs to a weight."""
        return self.velocities[self._get_variable_index(variable)]

    def update_step(self, gradient, variable, learning_rate):
        """Change `variable` by one step."""
        ### BEGIN SOLUTION
        velocity = self.velocity_of(variable)
        self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
        self.assign_add(variable, velocity)
        ### END SOLUTION


# %%
ex.own_optimizer.check(OwnMomentum)

# %% [markdown]
"""
Do they train a network as Keras's do? The same seed, so the same start and the same batches:
"""

# %%
OwnCrossEntropy = ex.own_loss.or_reference(OwnCrossEntropy)
OwnMomentum = ex.own_optimizer.or_reference(OwnMomentum)
pairs = {
    "Keras's": (cross_entropy, sgd(0.05, momentum=0.9)),
    "our own": (OwnCrossEntropy(), OwnMomentum(0.05, momentum=0.9)),
}
for name, (loss, optimizer) in pairs.items():
    keras.utils.set_random_seed(seed)
    model = two_layers(32)
    model.compile(loss=loss, optimizer=optimizer, metrics=["accuracy"])
    history = model.fit(x_train[:5000], y_train[:5000], verbose=0).history
    print(f"{name}: loss {history['loss'][0]:.3f}, accuracy {100 * history['accuracy'][0]:.1f} %")

# %% [markdown]
"""
Next: **[03 From scratch](03_from_scratch.ipynb)**, where nothing is hidden any more: `fit`, in
NumPy.
"""

# %%
show_progress("02")
