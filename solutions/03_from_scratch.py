# ---
# jupyter:
#   workshop:
#     title: From scratch
#     minutes: 70
#     needs: ["02"]
#     outcome: >-
#       `fit`, written by yourself in NumPy: the same gradients as Keras, 97 of 100 test digits
#       and more, and a faster epoch. Nothing in it is magic any more.
#     small:
#       digits: 6000
#       start_digits: 3000
#       epochs: 4
# ---

# %%
import time

import numpy as np
from threadpoolctl import threadpool_limits

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab03 as ex
from workshop.exercises.overview import show_progress

import keras  # after workshop, which keeps TensorFlow quiet
import tensorflow as tf

threads = threadpool_limits(1, user_api="blas")  # one core; "Faster than Keras?" says why
show_progress("03")

# %% tags=["parameters"]
seed = 42
digits = 54_000
start_digits = 10_000
epochs = 12
patience = 2

# %%
(x_all, y_all), sealed = load_mnist()
flat = x_all.reshape(len(x_all), 784).astype("float32") / 255
x_train, y_train = flat[:digits], y_all[:digits].astype("int64")
x_valid, y_valid = flat[-6000:], y_all[-6000:].astype("int64")
print("training:  ", x_train.shape, x_train.dtype)
print("validation:", x_valid.shape, x_valid.dtype)

# %% [markdown]
"""
In lab 02, `fit` did the work. Now you write it: NumPy, and nothing else. Old courses have such a
network, too, and often the same few bugs. You will meet seven of them here, each marked **Trap**.

## Downhill

Training means: find the numbers for which the loss is smallest. Begin with *one* number. This
function has its lowest point at 9/4, but pretend that you do not know. All you may ask is its
**slope** at the place where you stand: how fast the function grows there. Calculus gives it,
4x³ − 9x².
"""


# %%
def height(x):
    return x**4 - 3 * x**3


def slope(x):
    return 4 * x**3 - 9 * x**2


print("slope at 6:", slope(6))
print("slope at 1:", slope(1))

# %% [markdown]
"""
At 6 the slope is positive: the function grows to the right, so go left. At 1, go right. That is
**gradient descent**: from where you are, step *against* the slope. The **learning rate** says how
far:

```text
new place = place − rate · slope at the place
```

Write `descend`. It gets the slope as a function, and returns every place it has been.
"""


# %%
def descend(slope, start, rate, steps):
    """Go down `steps` times. → list of steps + 1 places, the start first."""
    ### BEGIN SOLUTION
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - rate * slope(path[-1]))
    return path
    ### END SOLUTION


# %%
ex.descend.check(descend)

# %% [markdown]
"""
Now walk from 6 with a rate of 0.01. And with 0.02? Twice as fast? Guess before you run.
"""

# %%
descend = ex.descend.or_reference(descend)
path = descend(slope, 6, 0.01, 60)
print("rate 0.01:", *(f"{place:.2f}" for place in path[:5]), "…", f"{path[-1]:.2f}")
print("rate 0.02:", *(f"{place:.3g}" for place in descend(slope, 6, 0.02, 5)))


def draw(places):
    """The function, and the places on it."""
    around = np.linspace(-0.6, 3.2, 200)
    with plots.style.figure(7, 3) as figure:
        axes = figure.subplots()
        axes.plot(around, height(around), label="the function")
        axes.plot(places, height(places), "o", label="the walk, after its first step")
        axes.set_xlabel("x")
        axes.legend()
        return plots.picture(figure, "A valley. The dots gather at its floor, x = 2.25.")


draw(np.array(path[1:]))

# %% [markdown]
"""
The first step overshoots, from 6 to 0.6. Then the walk settles at 2.25. With 0.02 the first step
lands so far up the other side that the next one is longer still: it **diverges**. In a network you
see the same as a loss that jumps, or becomes `nan`.

(At 0 the slope is 0 as well, and it is no minimum. Try `descend(slope, -0.5, 0.01, 1000)[-1]`.)

## Forward

### One unit, and many

A **unit**, or neuron, is a weighted sum of its inputs, plus a bias. By hand, and as the product
`@`:
"""

# %%
rng = np.random.default_rng(seed)
some_weights = rng.normal(0, 0.05, (784, 128)).astype("float32")
total = 0.0
for pixel, weight in zip(x_train[0], some_weights[:, 0], strict=True):
    total += pixel * weight
print(f"by hand {total:.4f}, by @ {x_train[0] @ some_weights[:, 0]:.4f}")

# %% [markdown]
"""
A layer has many units, and a batch has many digits. One matrix product does all of it. Look at the
shapes, because most bugs are shapes:

| what | shape | here |
| --- | --- | --- |
| inputs | (n, inputs) | (n, 784) |
| weights | (inputs, units) | (784, 128) |
| biases | (units,) | (128,) |
| outputs | (n, units) | (n, 128) |

The two inner numbers must agree, and vanish: (n, 784) @ (784, 128) is (n, 128). The biases have no
axis for the examples, so NumPy adds them to every row: this is called **broadcasting**.

**Trap 1: features as columns.** Much old code puts each picture into a *column*, (784, n), and
writes W·x. That is right, too, in a world where everything is turned. Mixed with Keras, where each
example is a *row*, it is wrong, and when n is 784 not even an error shows it.
"""


# %%
def dense(inputs, weights, biases):
    """(n, inputs), (inputs, units), (units,) → (n, units)."""
    return inputs @ weights + biases


# %% [markdown]
"""
**Trap 2: a loop over the units.** The same layer, one unit and one digit at a time. How many times
slower will it be? Guess: 2, 20, or 200?
"""

# %% tags=["nbval-ignore-output"]
no_biases = np.zeros(128, "float32")
start = time.perf_counter()
slow = [[digit @ some_weights[:, k] for k in range(128)] for digit in x_train[:200]]
slowly = time.perf_counter() - start
quickly = []
for _ in range(5):
    start = time.perf_counter()
    fast = dense(x_train[:200], some_weights, no_biases)
    quickly.append(time.perf_counter() - start)
print("the same:", np.allclose(slow, fast, atol=1e-4))
print(f"the loop takes {slowly / min(quickly):.0f} times as long")

# %% [markdown]
"""
A published network of this kind looped over its units. Its authors report 15 hours for 2,067 epochs
of 209 pictures. Further down you will measure what that takes with matrices.

### Two layers

Our network is a list of four arrays, `[w1, b1, w2, b2]`: 784 pixels, 128 hidden units with ReLU, 10
logits. Write its forward pass. Return the hidden outputs as well, because the way back needs them.
"""


# %%
def forward(network, x):
    """[w1, b1, w2, b2] and (n, 784) → hidden (n, 128) after ReLU, logits (n, 10)."""
    ### BEGIN SOLUTION
    w1, b1, w2, b2 = network
    hidden = np.maximum(dense(x, w1, b1), 0)
    return hidden, dense(hidden, w2, b2)
    ### END SOLUTION


# %%
ex.forward.check(forward)

# %% [markdown]
"""
**Trap 3: yes or no.** The published network ended in a single unit with a **sigmoid**: cat, or not.
That cannot say "seven". Ten classes need ten logits, and *softmax*. It is no new idea. Sigmoid is
softmax for two classes, one of which always has the logit 0:
"""


# %%
def naive_softmax(logits):
    """(n, classes) → (n, classes) probabilities."""
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


print("softmax of 1.5 and 0:", naive_softmax(np.array([[1.5, 0.0]])).round(4))
print("sigmoid of 1.5:      ", (1 / (1 + np.exp(-1.5))).round(4))

# %% [markdown]
"""
## A loss that survives

Why is it called naive? Three logits, the first is ahead by 1. Then the same three, with 1,000 added
to each. Softmax depends on differences only, so the result should not change. What will come out?
"""

# %%
three = np.array([[2.0, 1.0, 0.0]])
with np.errstate(all="ignore"):  # NumPy warns; look at the numbers instead
    print("as they are:", naive_softmax(three).round(3))
    print("plus 1000:  ", naive_softmax(three + 1000).round(3))
    print("e to the power 1000 is", np.exp(1000.0))

# %% [markdown]
"""
`nan`, *not a number*: infinity divided by infinity. One `nan` in a gradient, and all weights are
`nan` after the next step. The mend uses that only differences count: subtract the largest logit of
each row first. Then the largest power is e⁰ = 1, and nothing can overflow.
"""


# %%
def softmax(logits):
    """(n, classes) → (n, classes) probabilities, for logits of any size."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


print("plus 1000:   ", softmax(three + 1000).round(3))
certain = softmax(np.array([[0.0, 1000.0]]))
print("0 and 1000:  ", certain)

# %% [markdown]
"""
One danger is left. Cross-entropy is −log of the right digit's probability. In the last line, if the
first class is right, that is −log 0: infinite. So do not go by way of the probability at all.
Written out, the logarithm of a softmax is

```text
log p = logit − log(sum of e^logit over all classes)
```

and the second part is called **log-sum-exp**. The same mend works for it:

```text
log-sum-exp = largest + log(sum of e^(logit − largest) over all classes)
```

So the loss of one row is log-sum-exp minus the right logit. Write the mean over all rows.

> **If it fails** with `could not be broadcast`: a maximum of shape (n,) cannot be subtracted from
> (n, 10). `keepdims=True` makes it (n, 1).
"""


# %%
def cross_entropy(logits, labels):
    """(n, classes) logits and (n,) labels → the mean loss, a number."""
    ### BEGIN SOLUTION
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    right = logits[np.arange(len(labels)), labels]
    return (log_sum - right).mean()
    ### END SOLUTION


# %%
ex.cross_entropy.check(cross_entropy)

# %% [markdown]
"""
What should the loss be for a network that knows nothing, all ten logits 0? You met the number in
lab 02.
"""

# %%
cross_entropy = ex.cross_entropy.or_reference(cross_entropy)
forward = ex.forward.or_reference(forward)
print(f"knows nothing: {cross_entropy(np.zeros((5, 10)), np.arange(5)):.3f}")
print(f"certain, wrong: {cross_entropy(np.array([[0.0, 1000.0]]), np.array([0])):.1f}")

# %% [markdown]
"""
## Backward

### First the judge

You will need the slope of the loss for each of 101,770 weights and biases. All these slopes
together are the **gradient**. Mistakes in it are treacherous: often the
network learns all the same, and nobody notices.

**Trap 4: no gradient check.** The published network has none. Ours gets one *before* the gradient.
The idea needs no calculus. Nudge one weight up a little, and down a little, and see how the loss
changes:

```text
slope ≈ (loss(weight + step) − loss(weight − step)) / (2 · step)
```

These are **finite differences**. Write them for an array of any shape. `loss` is a function that
takes such an array and returns a number.
"""


# %%
def numerical_gradient(loss, weights, step=1e-5):
    """How `loss(weights)` changes with each weight. → array of the shape of `weights`."""
    ### BEGIN SOLUTION
    gradient = np.zeros_like(weights)
    for place in np.ndindex(weights.shape):
        nudge = np.zeros_like(weights)
        nudge[place] = step
        gradient[place] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)
    return gradient
    ### END SOLUTION


# %%
ex.numerical_gradient.check(numerical_gradient)

# %% [markdown]
"""
It needs two forward passes for each weight. Far too slow for training, and just right as a judge,
on a tiny network. The judge works in `float64`, with its 16 digits. (In `float32`, with 7 digits,
the difference of two nearly equal losses would be mostly rounding.)

`gradient_check` hands each of the four arrays to your function, and compares.
"""

# %%
numerical_gradient = ex.numerical_gradient.or_reference(numerical_gradient)
names = ["w1", "b1", "w2", "b2"]
rng = np.random.default_rng(seed)
tiny = [rng.normal(0, 0.5, shape) for shape in [(6, 8), (8,), (8, 4), (4,)]]
x_tiny, y_tiny = rng.normal(0, 1, (20, 6)), rng.integers(0, 4, 20)


def gradient_check(backward, checked=(0, 1, 2, 3)):
    """The largest error of each gradient, against finite differences."""
    gradients = backward(tiny, x_tiny, y_tiny)
    for k in checked:

        def loss(weights, k=k):
            network = [*tiny[:k], weights, *tiny[k + 1 :]]
            return cross_entropy(forward(network, x_tiny)[1], y_tiny)

        error = abs(gradients[k] - numerical_gradient(loss, tiny[k])).max()
        print(f"{names[k]}: {'right' if error < 1e-6 else f'WRONG, by up to {error:.4f}'}")


# %% [markdown]
"""
### Then the chain rule

The **chain rule** says: slopes along a chain multiply. So go back through the network, from the
loss to the pixels, and carry one array along: how the loss changes with the numbers *at this
point*. Its name begins with `d_`, and its shape is that of the numbers themselves.

**At the logits**, softmax and cross-entropy together have a simple slope: the probabilities, minus
1 at the right class, divided by n because the loss is a mean. Too much probability? Push down. Too
little? Pull up.

**At a dense layer**, three rules. Check the shapes, they leave no other choice:

1. weights: `inputs.T @ d_outputs`. The biases: `d_outputs.sum(axis=0)`.
2. inputs: `d_outputs @ weights.T`. This is what you carry on.
3. ReLU: where it gave 0, nothing passes; elsewhere all of it does.

Worked example: the second layer alone, with rule 1. The judge says whether it is right.
"""


# %%
def backward_of_layer_2(network, x, labels):
    """The gradients of w2 and b2, in the places they have in `network`."""
    hidden, logits = forward(network, x)
    d_logits = softmax(logits)
    d_logits[np.arange(len(labels)), labels] -= 1
    d_logits /= len(labels)
    return [None, None, hidden.T @ d_logits, d_logits.sum(axis=0)]


gradient_check(backward_of_layer_2, checked=(2, 3))

# %% [markdown]
"""
Now you: all four, in the order of `network`. Before you ask the check below, you may ask your own
judge: `gradient_check(backward)`.
"""


# %%
def backward(network, x, labels):
    """The gradients of the mean cross-entropy. → list of four arrays, shaped as in `network`."""
    ### BEGIN SOLUTION
    hidden, logits = forward(network, x)
    d_logits = softmax(logits)
    d_logits[np.arange(len(labels)), labels] -= 1
    d_logits /= len(labels)
    d_hidden = d_logits @ network[2].T
    d_hidden[hidden == 0] = 0
    return [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)]
    ### END SOLUTION


# %%
ex.backward.check(backward)

# %% [markdown]
"""
### A planted bug

Here is somebody else's version. It trains, too: after four epochs it was as accurate as ours,
within 0.2 points. So the result does not give the bug away. Read first: can you see it? Which of
the four gradients suffer?
"""

# %%
backward = ex.backward.or_reference(backward)


def borrowed_backward(network, x, labels):
    hidden, logits = forward(network, x)
    d_logits = softmax(logits)
    d_logits[np.arange(len(labels)), labels] -= 1
    d_logits /= len(labels)
    d_hidden = d_logits @ network[2].T
    d_hidden[x @ network[0] <= 0] = 0
    return [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)]


print("yours")
gradient_check(backward)
print("borrowed")
gradient_check(borrowed_backward)

# %% [markdown]
"""
ReLU saw `x @ w1 + b1`. This version asks `x @ w1`, without the biases, and so switches off the
wrong units. At the start of training all biases are 0, and the bug does not exist. That is why
`tiny` has random biases: a gradient check must not stand where the terms it should find are 0.

## Mini-batches

One step for all 54,000 digits would be a waste: 128 of them already tell the direction. So an epoch
shuffles all digits and cuts them into **mini-batches**. If the numbers do not divide, the last one
is smaller: 209 pictures in batches of 64 are 64, 64, 64 and 17.

**Trap 5: the last batch.** `count // size` batches lose the rest, here 17 pictures of 209, in every
epoch. Nothing fails. And the mean of the losses of all batches is not the mean over all digits,
unless you weight the last one less.

Write `batches`. It returns arrays of indices; the shuffling comes from `rng`.
"""


# %%
def batches(count, size, rng):
    """Indices 0 … count − 1, shuffled, in batches of `size`. → list of index arrays."""
    ### BEGIN SOLUTION
    order = rng.permutation(count)
    return [order[start : start + size] for start in range(0, count, size)]
    ### END SOLUTION


# %%
ex.batches.check(batches)

# %%
batches = ex.batches.or_reference(batches)
print([len(rows) for rows in batches(209, 64, np.random.default_rng(seed))])
print(len(batches(54_000, 128, np.random.default_rng(seed))), "steps in an epoch of 54,000")

# %% [markdown]
"""
## The training loop

Now put it together. For each batch: gradients, then one step. With **momentum**, as at the end of
lab 02, each array has a velocity, which remembers earlier steps:

- velocity ← momentum · velocity − rate · gradient
- weights ← weights + velocity

Write one epoch. Change the arrays of `network` and `velocities` **in place** (`*=`, `-=`, `+=`).
That saves making 100,000 new numbers for each step, and it is how the changes reach the caller.
"""


# %%
def train_epoch(network, velocities, x, y, rng, rate=0.1, momentum=0.9, size=128):
    """One epoch of gradient descent with momentum. Changes `network` and `velocities` in place."""
    ### BEGIN SOLUTION
    for rows in batches(len(x), size, rng):
        gradients = backward(network, x[rows], y[rows])
        for weights, velocity, gradient in zip(network, velocities, gradients, strict=True):
            velocity *= momentum
            velocity -= rate * gradient
            weights += velocity
    ### END SOLUTION


# %%
ex.train_epoch.check(train_epoch)

# %% [markdown]
"""
## Where to start?

Which numbers stand in the weights before the first step? Four ideas for the 784-128-10 network. The
biases begin at 0. "Size" is the **standard deviation**, the typical distance of a weight from 0.

| start | size of a weight |
| --- | --- |
| zero | every weight is 0 |
| tiny | 0.0005 |
| He | √(2 / inputs), which is 0.05 for the first layer |
| large | 1 |

**He**'s rule, named after its author, keeps the numbers about as large from layer to layer: a sum
of 784 products grows with √784, the division undoes that, and the 2 makes up for what ReLU cuts
off.

**Trap 6: text and code disagree.** The published network's text multiplies by 0.01, its code
divides by √n. A reader cannot know which of them gave the results. Believe the code: it ran.

Predict before you run. After training, how many *different* hidden units has the network that began
with zeros? Which of the other three is the worst?
"""


# %%
def new_network(rng, spread=None):
    """784-128-10 in float32; weights with this standard deviation, or He's."""
    network = []
    for inputs, units in [(784, 128), (128, 10)]:
        deviation = np.sqrt(2 / inputs) if spread is None else spread
        network.append(rng.normal(0, deviation, (inputs, units)).astype("float32"))
        network.append(np.zeros(units, "float32"))
    return network


def evaluate(network, x, y):
    """→ loss and accuracy."""
    logits = forward(network, x)[1]
    return cross_entropy(logits, y), (logits.argmax(axis=1) == y).mean()


train_epoch = ex.train_epoch.or_reference(train_epoch)
starts = {"zero": 0.0, "tiny": 0.0005, "He": None, "large": 1.0}
records = {}
for name, spread in starts.items():
    rng = np.random.default_rng(seed)
    network = new_network(rng, spread)
    velocities = [np.zeros_like(array) for array in network]
    records[name] = {"val_loss": [], "val_accuracy": []}
    for _ in range(4):
        train_epoch(network, velocities, x_train[:start_digits], y_train[:start_digits], rng, 0.05)
        loss, accuracy = evaluate(network, x_valid, y_valid)
        records[name]["val_loss"].append(loss)
        records[name]["val_accuracy"].append(accuracy)
    different = len(np.unique(network[0], axis=1).T)
    print(f"{name}: accuracy {100 * accuracy:.1f} %, different hidden units: {different}")

# %% tags=["nbval-ignore-output"]
plots.curves(records, title="Four starts")

# %% [markdown]
"""
Zeros: all hidden outputs are 0, so rule 1 gives 0 for `w2`; and `w2` is 0, so rule 2 sends 0 back.
Only the ten last biases learn, and they find the most frequent digit. Equal weights other than 0
are hardly better: equal units get equal gradients, so 128 of them do the work of one. Random
numbers break this **symmetry**.

Tiny: the signal fades on its way through the layers, so learning starts late. Each further
layer makes it worse. Large: the first logits are far above 10, so the network is certain and
wrong from the first moment.

## When to stop?

**Trap 7: a rounded threshold.** The published network stopped when its *training* loss, rounded,
reached 0.002. The threshold was 0.0019; a rounding had turned it into another number, by handing
text to Python's `eval`, which runs whatever the text says. And the result: training loss 0.0017,
test accuracy 82 %, on 50 pictures. A small training loss says nothing about other pictures. Nor do
50 say much: three pictures more or less, and it is 76 % or 88 %.

Better: watch the *validation* loss. Keep the best network so far, and stop when `patience` epochs
in a row brought nothing better.
"""

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(seed)
network = new_network(rng)
velocities = [np.zeros_like(array) for array in network]
history = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}
best_loss, best_epoch = np.inf, 0
with plots.LiveDisplay() as live:
    for epoch in range(1, epochs + 1):
        train_epoch(network, velocities, x_train, y_train, rng)
        for kind, x, y in (("", x_train[:6000], y_train[:6000]), ("val_", x_valid, y_valid)):
            loss, accuracy = evaluate(network, x, y)
            history[kind + "loss"].append(loss)
            history[kind + "accuracy"].append(accuracy)
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
            best_network = [array.copy() for array in network]
        live.show(plots.curves(history), f"epoch {epoch} of {epochs}, best so far: {best_epoch}")
        if epoch - best_epoch == patience:
            break

# %%
loss, accuracy = evaluate(best_network, x_valid, y_valid)
print(f"the best epoch: validation accuracy {100 * accuracy:.1f} %")

# %% [markdown]
"""
Why `.copy()`? Because `train_epoch` works in place. Without it, the kept network would go on
changing under your hands.

Satisfied? All choices are made, so open the test, once.
"""

# %%
x_test = sealed[0].reshape(-1, 784).astype("float32") / 255
loss, accuracy = evaluate(best_network, x_test, sealed[1].astype("int64"))
print(f"test accuracy {100 * accuracy:.1f} %")

# %% [markdown]
"""
### The fifteen hours

What would the published network need with matrices? 209 pictures of 12,288 numbers, 20 hidden
units, and your own functions. The numbers are random; that costs as much as cats. (Its two further
layers were tiny.)
"""

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(seed)
shapes = [(12288, 20), (20,), (20, 2), (2,)]
cats = [rng.normal(0, 0.01, shape).astype("float32") for shape in shapes]
memory = [np.zeros_like(array) for array in cats]
pictures, is_cat = rng.random((209, 12288), dtype="float32"), rng.integers(0, 2, 209)
start = time.perf_counter()
for _ in range(20):
    train_epoch(cats, memory, pictures, is_cat, rng, rate=0.0075, momentum=0.0, size=64)
seconds = (time.perf_counter() - start) / 20
print(f"one epoch took {seconds:.3f} s, so 2,067 take {2067 * seconds:.0f} s instead of 15 hours")

# %% [markdown]
"""
What did the loops buy? You can print what a single unit does, and see each number. What did they
cost? Everything else: speed, other optimizers, real data.

## The same as Keras?

Give Keras your weights and the same batch, and ask it for its gradients. Inside `fit`, a
**GradientTape** records each operation and applies the chain rule to all of them, backwards. How
far will its numbers be from yours?
"""

# %%
rng = np.random.default_rng(seed)
network, rows = new_network(rng), np.arange(128)


def keras_network(start):
    """The same network in Keras, with these weights."""
    layers = [keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((784,)), *layers])
    model.set_weights(start)
    return model


model = keras_network(network)
keras_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
with tf.GradientTape() as tape:
    loss = keras_loss(y_train[rows], model(x_train[rows]))
theirs = tape.gradient(loss, model.trainable_variables)
ours = backward(network, x_train[rows], y_train[rows])
for name, one, other in zip(names, ours, theirs, strict=True):
    error = abs(one - other.numpy()).max()
    print(f"{name} {one.shape}: the same within 1e-5:", bool(error < 1e-5))

# %% [markdown]
"""
The same numbers, up to the rounding of `float32`. Your judge and Keras agree.

## Faster than Keras?

The same network, the same batches, the same optimizer. Keras is ready for any network; yours does
one thing. Which is faster? They take turns, and the best of three rounds counts.
"""

# %% tags=["nbval-ignore-output"]
model.compile(loss=keras_loss, optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
model.fit(x_train[:256], y_train[:256], batch_size=128, verbose=0)  # Keras gets ready here
velocities = [np.zeros_like(array) for array in network]
rounds = {
    "Keras": lambda: model.fit(x_train, y_train, batch_size=128, verbose=0),
    "yours": lambda: train_epoch(network, velocities, x_train, y_train, rng),
}
took = {name: [] for name in rounds}
for _ in range(3):
    for name, one_epoch in rounds.items():
        start = time.perf_counter()
        one_epoch()
        took[name].append(time.perf_counter() - start)
for name, seconds in took.items():
    print(f"{name}: best epoch took {min(seconds):.2f} s")
print(f"yours is {min(took['Keras']) / min(took['yours']):.1f} times as fast")

# %% [markdown]
"""
And yours used one core only. That is what the line with `threadpool_limits` in the first cell does.
NumPy's matrix products can share the work among all cores, which can be faster on an idle computer.
On a busy one it can be many times *slower*: each core waits for the others, thousands of times per
epoch, and one of them is always late. `python benchmarks/from_scratch.py` measures
both, over several seeds, with arrays that are used again instead of made anew.

So why use Keras? Ask for a convolution, for dropout, for a GPU, and you would begin again with
rules 1 to 3. The speed is not the point. You now know what is inside.

## The card

- Gradient descent: place − rate · slope. Too large a rate diverges.
- Examples are rows: `(n, inputs) @ (inputs, units) + (units,)`.
- Subtract each row's maximum before `exp`. Loss = log-sum-exp − right logit.
- At the logits: (probabilities − one-hot) / n. Weights: `inputs.T @ d_outputs`. Biases: sum.
  Inputs: `d_outputs @ weights.T`. ReLU: 0 where it gave 0.
- Check gradients by finite differences, in float64, with biases that are not 0.
- Shuffle, cut, keep the smaller last batch.
- He: weights of the size √(2 / inputs). Zeros learn nothing, equal units stay equal.
- Stop by validation loss with patience, and keep a copy of the best.

## Go further

### Adam

Momentum remembers one thing for each weight. **Adam** remembers two: the mean of its gradients, and
the mean of their squares. A step is one divided by the root of the other, so each weight gets a
step size of its own. At step `t`, counted from 1:

1. `mean` becomes 0.9 · mean + 0.1 · gradient
2. `square` becomes 0.999 · square + 0.001 · gradient²
3. m = mean / (1 − 0.9ᵗ), because the memory started empty
4. s = square / (1 − 0.999ᵗ), for the same reason
5. the weights lose rate · m / (√s + 0.0000001)

Lines 1, 2 and 5 happen in place. Line 3 and 4 do not: the memories stay as they are.
"""


# %%
def adam_step(weights, gradient, mean, square, t, rate=0.001):
    """One step of Adam. Changes `weights`, `mean` and `square` in place."""
    ### BEGIN SOLUTION
    mean *= 0.9
    mean += 0.1 * gradient
    square *= 0.999
    square += 0.001 * gradient**2
    m = mean / (1 - 0.9**t)
    s = square / (1 - 0.999**t)
    weights -= rate * m / (np.sqrt(s) + 1e-7)
    ### END SOLUTION


# %%
ex.adam_step.check(adam_step)

# %% [markdown]
"""
Side by side with Keras's own: the same start, the same ten gradients, for Adam and for your
momentum.
"""

# %%
adam_step = ex.adam_step.or_reference(adam_step)
rng = np.random.default_rng(seed)
begin = rng.normal(0, 1, 5).astype("float32")
ten = rng.normal(0, 1, (10, 5)).astype("float32")


def by_keras(optimizer):
    variable = keras.Variable(begin)
    for gradient in ten:
        optimizer.apply([tf.constant(gradient)], [variable])
    return keras.ops.convert_to_numpy(variable)


by_hand = {"Adam": begin.copy(), "momentum": begin.copy()}
mean, square, velocity = np.zeros((3, 5), "float32")
for t, gradient in enumerate(ten, start=1):
    adam_step(by_hand["Adam"], gradient, mean, square, t)
    velocity *= 0.9
    velocity -= 0.01 * gradient
    by_hand["momentum"] += velocity
others = {"Adam": keras.optimizers.Adam(0.001), "momentum": keras.optimizers.SGD(0.01, 0.9)}
for name, optimizer in others.items():
    error = abs(by_hand[name] - by_keras(optimizer)).max()
    print(f"{name}: the same within 1e-6:", bool(error < 1e-6))

# %% [markdown]
"""
Two more ideas. Train the network with `adam_step` instead of momentum: which parts of `train_epoch`
change? And give `forward` and `backward` a third layer: which rules do you need that you do not
have?

Next: **[04 Improve](04_improve.ipynb)**, where you tune a network without fooling yourself.
"""

# %%
show_progress("03")
