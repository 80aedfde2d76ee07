# ---
# jupyter:
#   workshop:
#     title: CNN
#     minutes: 70
#     needs: ["02"]
#     outcome: >-
#       a convolutional network of 40,000 numbers that reads more than 99 of 100 digits after less
#       than a minute of training, and the reasons why it can: shared weights, pooling, and what a
#       shift does to each.
#     small:
#       digits: 24000
#       study_digits: 600
#       shift_digits: 1500
#       seeds: [1]
#       blocks: 2
# ---

# %%
import time

import numpy as np
from IPython.display import display

from workshop import plots
from workshop.data import NoData, load_fashion_mnist, load_mnist
from workshop.exercises import lab05 as ex
from workshop.exercises.overview import show_progress
from workshop.places import models_folder

import keras  # after workshop, which keeps TensorFlow quiet
from keras import layers

keras.utils.set_random_seed(42)
show_progress("05")

# %% tags=["parameters"]
seed = 42
digits = 54_000
study_digits = 10_000
shift_digits = 54_000
final_epochs = 2
seeds = [1, 2]
blocks = 10

# %% [markdown]
"""
As in lab 02, the last 6,000 digits are for validation and the test stays `sealed`. One thing is
new: an axis for the **channel** comes last. Grey pictures have one.
"""

# %%
(x_all, y_all), sealed = load_mnist()
x_train, y_train = x_all[:digits, :, :, None].astype("float32") / 255, y_all[:digits]
x_valid, y_valid = x_all[-6000:, :, :, None].astype("float32") / 255, y_all[-6000:]
print("training:  ", x_train.shape)
print("validation:", x_valid.shape)

# %% [markdown]
"""
## What a dense network does not know

Suppose somebody shuffles the 784 pixels, in the same way for every digit. You could not read a
single one any more. What will it do to the accuracy of a dense network that is trained on such
digits? Guess: no change, a few points, or down to guessing?
"""


# %%
def dense_network():
    """784 pixels → 128 hidden units → ten probabilities."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def accuracy_of(model, images, labels):
    """Right answers in %."""
    predicted = model.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return 100 * (predicted == labels).mean()


def scramble(images):
    """The same new place for each pixel, in every picture."""
    order = np.random.default_rng(seed).permutation(784)
    return images.reshape(-1, 784)[:, order].reshape(images.shape)


plots.digits(np.concatenate([x_train[:5], scramble(x_train[:5])]), columns=5)

# %%
for name, change in (("as they are", np.copy), ("scrambled", scramble)):
    keras.utils.set_random_seed(seed)
    dense = dense_network()
    dense.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    images, labels = change(x_train[:study_digits]), y_train[:study_digits]
    dense.fit(images, labels, batch_size=64, epochs=3, verbose=0)
    accuracy = accuracy_of(dense, change(x_valid), y_valid)
    print(f"pixels {name}: validation accuracy {accuracy:.1f} %")

# %% [markdown]
"""
Next to nothing. To a dense network, pixels are 784 names in a list. Nobody has told it that two of
them are *neighbours*. And what it learns about a stroke in one corner, it must learn again for
every other place.

A **convolution** is told both. It looks at neighbours only, through a small window; and it uses
the same weights at every place.

## One window, slid over a picture

The weights are a small square, the **kernel**. Lay it on a window of the picture, multiply each
pixel by the weight on top of it, add up the products, add the bias. That is one number. Then move
the window by one, and do it again. All the numbers together are a picture too, a **feature map**.
One kernel with its bias is called a **filter**.

The first place, worked out:
"""

# %%
picture = np.array(
    [
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 9, 0, 0],
        [0, 9, 9, 0, 0, 0],
        [0, 9, 9, 0, 0, 0],
    ]
)
upright = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
window = picture[0:3, 0:3]
print(window * upright)
print("sum:", (window * upright).sum())

# %% [markdown]
"""
Dark on the right, paper on the left: a large number. What will the window one place further say?
And the one that starts at column 2, where left and right are exchanged?

How many places has a 3×3 window in this picture of 5×6? Count, then write `convolve`: two loops,
nothing cleverer. No window may stick out of the picture.

> **If it fails** with `could not be broadcast` or an `IndexError`, print `window.shape`. Near the
> edge it must still be (3, 3).
"""


# %%
def convolve(image, kernel, bias):
    """(rows, columns) image, (3, 3) kernel, one number → the feature map, a smaller array."""
    ### BEGIN SOLUTION
    rows, columns = image.shape
    result = np.zeros((rows - 2, columns - 2))
    for row in range(rows - 2):
        for column in range(columns - 2):
            window = image[row : row + 3, column : column + 3]
            result[row, column] = (window * kernel).sum() + bias
    return result
    ### END SOLUTION


# %%
ex.convolve.check(convolve)

# %% [markdown]
"""
Now on a digit, and beside Keras. We give `Conv2D` our own weights. It wants them in the shape (3,
3, channels in, filters).
"""

# %%
convolve = ex.convolve.or_reference(convolve)
digit = x_train[0, :, :, 0]
ours = convolve(digit, upright, 0.5)
keras_layer = layers.Conv2D(1, 3)
keras_layer.build((None, 28, 28, 1))
keras_layer.set_weights([upright[:, :, None, None], np.array([0.5])])
theirs = np.asarray(keras_layer(digit[None, :, :, None]))[0, :, :, 0]
print("ours", ours.shape, "Keras", theirs.shape, "the same:", np.allclose(ours, theirs, atol=1e-5))


# %%
def show_maps(maps, words):
    """Arrays of any size side by side, by name; `words` say what they show."""
    with plots.style.figure(8, 2.5) as figure:
        panels = figure.subplots(1, len(maps))
        for axes, (name, one) in zip(panels, maps.items(), strict=True):
            axes.imshow(one, cmap="gray_r")
            axes.set_title(name)
            axes.set_axis_off()
        return plots.picture(figure, words)


kernels = {"left edges": upright, "upper edges": upright.T, "blur": np.full((3, 3), 1 / 9)}
maps = {name: np.maximum(convolve(digit, kernel, 0), 0) for name, kernel in kernels.items()}
show_maps({"digit": digit} | maps, "A digit, and its left edges, its upper edges, and a blur.")

# %% [markdown]
"""
Three kernels, three questions to each place: is a left edge here? an upper edge? how much ink? We
invented these kernels. A network *learns* its own, by the same descent that taught the dense layer.

In mathematics, a convolution turns the kernel by 180 degrees first. Networks do not; the exact word
for this is *cross-correlation*. As the kernel is learned, it makes no difference.

## Count before you run

Two convolutions, without padding, on 28×28 pixels: the first with 8 filters of 3×3. Its 8 feature
maps are the *channels* that the second one gets, which has 16 filters of 3×3. A filter looks at
**all** channels at once and adds up.

Predict five numbers. Sums such as `2 * 3 + 4` are fine.

| name | of what |
| --- | --- |
| `first` | numbers to learn in the first convolution, biases included |
| `second` | the same for the second |
| `multiplications` | that the first one does for one digit |
| `dense` | numbers to learn in a dense layer with as many outputs as the first convolution has |
| `dense_multiplications` | that this dense layer does for one digit |
"""

# %%
### BEGIN SOLUTION
first = 3 * 3 * 8 + 8
second = 3 * 3 * 8 * 16 + 16
multiplications = 26 * 26 * 3 * 3 * 8
dense = 784 * (26 * 26 * 8) + 26 * 26 * 8
dense_multiplications = 784 * (26 * 26 * 8)
### END SOLUTION

# %%
ex.counts.check([first, second, multiplications, dense, dense_multiplications])

# %% [markdown]
"""
Keras counts, too:
"""

# %%
stack = [keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layers.Conv2D(16, 3)]
keras.Sequential(stack).summary()

# %% [markdown]
"""
That is the point of sharing. 80 numbers, each used at 676 places, learn from every place at once.
Four million numbers would each have to learn alone.

## Making it smaller

A digit is read in steps: strokes, then corners and loops, then the whole. The later steps need to
see more of the picture at once. So the maps are shrunk on the way. Three words:

- **Kernel size**: how wide the window is, here along one side.
- **Stride**: by how many pixels the window moves on. With 2, it takes every second place.
- **Padding**: zeros put around the picture, here counted for one side.

One row of 7 pixels, a kernel of 3, stride 2, padding 1, drawn:

```text
0 a b c d e f g 0      the row with its padding: 9 long
[---]                  place 1
    [---]              place 2
        [---]          place 3
            [---]      place 4: so 4 numbers come out
```

Write `output_length`: the formula for one side. Try it on the drawing, on 28 with a kernel of 3 (26
come out), and on a case where the last step does not fit.
"""


# %%
def output_length(length, kernel, stride, padding):
    """How many places the window has along one side. Four whole numbers → a whole number."""
    ### BEGIN SOLUTION
    return (length + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %%
ex.output_length.check(output_length)

# %%
output_length = ex.output_length.or_reference(output_length)
for kernel, stride, padding, word in ((3, 1, 0, "valid"), (5, 1, 2, "same"), (2, 2, 0, "valid")):
    found = layers.Conv2D(1, kernel, stride, word).compute_output_shape((None, 28, 28, 1))
    print(word, found[1], "by formula", output_length(28, kernel, stride, padding))

# %% [markdown]
"""
Keras says `"valid"` for no padding. `"same"` means: just as much as it takes. With stride 1, the
size then stays the same; with another stride, length / stride comes out, rounded up.

### Pooling

There is a way to shrink without weights. **Max pooling** cuts the map into blocks of 2×2 and keeps
the largest number of each. It says: this stroke is here, *about* here. If a row or column is left
over at the end, drop it.

Write it for one map.
"""


# %%
def max_pool(maps):
    """(rows, columns) → (rows // 2, columns // 2): the largest of each 2×2."""
    ### BEGIN SOLUTION
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    blocks = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return blocks.max(axis=(1, 3))
    ### END SOLUTION


# %%
ex.max_pool.check(max_pool)

# %%
max_pool = ex.max_pool.or_reference(max_pool)
edges = maps["left edges"]
pooled = [edges, max_pool(edges), max_pool(max_pool(edges))]
named = {f"{one.shape[0]}×{one.shape[1]}": one for one in pooled}
show_maps(named, "The left edges of a digit, pooled once and twice.")

# %% [markdown]
"""
## The network to beat

This network stood among Keras's examples for years, and many learned from it. So did everybody who
took the first edition of this workshop:
"""


# %%
def old_network():
    """Two convolutions, one pooling, a wide dense layer."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def multiplications_of(model):
    """For one digit, in convolutions and dense layers."""
    count = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            count += layer.kernel.shape.num_elements() * np.prod(layer.output.shape[1:3])
        if isinstance(layer, layers.Dense):
            count += layer.kernel.shape.num_elements()
    return int(count)


old = old_network()
for layer in old.layers:
    print(f"{type(layer).__name__:14} {layer.count_params():9,}")
print(f"numbers to learn: {old.count_params():,}")
print(f"multiplications for one digit: {multiplications_of(old):,}")

# %% [markdown]
"""
Where do the 1.2 million numbers sit? Not in the convolutions: 98 of 100 are in *one* dense layer,
because 12 · 12 · 64 = 9,216 numbers reach it. And the work? Nine tenths of it is in the second
convolution, which runs at the full size. Shrink earlier, and both fall.

It also holds a trap. It was published with `optimizer=Adadelta()`. You know from lab 02 what
became of that: the default learning rate is a thousandth of what it was. Copied today, this famous
code still runs, and hardly learns.

## A lean network

Ours shrinks at once:

| | filters | kernel | stride | padding | then |
| --- | --- | --- | --- | --- | --- |
| 1 | 16 | 5×5 | 2 | same | ReLU |
| 2 | 32 | 3×3 | 1 | same | batch normalisation, ReLU, max pooling |
| 3 | 64 | 3×3 | 1 | valid | batch normalisation, ReLU |
| 4 | | | | | flatten, 10 outputs, softmax |

What are the sizes after 1, after the pooling, and after 3? `output_length` knows.

**Batch normalisation** takes the outputs of one filter over the whole batch, moves them to mean 0
and scales them to spread 1. Then it multiplies by one learned number and adds another. Each layer
finds its inputs in the same range all the time, so larger steps do no harm.

Two things follow. A convolution in front of it needs no bias (`use_bias=False`): moving to mean 0
would take it away again. And the ReLU comes after it, as a layer of its own.

A trained network may get a single digit, and then there is no batch to take a mean of. So the layer
keeps running averages while it trains, and uses those. With `momentum=0.9` they follow quickly
enough for a training as short as ours. (This is not the momentum of an optimizer.)

Write `lean_network`. You may change the table: two convolutions or more, and at most 100,000
numbers to learn.

> **If it fails** with `expected min_ndim=4, found ndim=3`, the channel is missing. One picture is
> (28, 28, 1).
"""


# %%
def lean_network():
    """A fresh network: digits (n, 28, 28, 1) in 0…1 → probabilities (n, 10)."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, strides=2, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %%
ex.network.check(lean_network)

# %%
lean_network = ex.network.or_reference(lean_network)
lean_network().summary()
print(f"multiplications for one digit: {multiplications_of(lean_network()):,}")

# %% [markdown]
"""
Were your three sizes 14, 7 and 5?

### Train it

In lab 02 the learning rate fell. Here it also *climbs* first. Large steps would throw fresh weights
about; after a few dozen small ones they do no harm. Up, then down to 0: **one cycle**.

The optimizer is AdamW: Adam with **weight decay**, which makes every weight a little smaller at
each step, so that only those grow that are needed.
"""


# %%
def one_cycle(updates, peak=0.01):
    """A learning rate that climbs for a fifth of the updates, then falls to 0."""
    climb = max(1, updates // 5)
    return keras.optimizers.schedules.CosineDecay(
        0.0, updates - climb, warmup_target=peak, warmup_steps=climb
    )


print([f"{float(one_cycle(400)(step)):.3f}" for step in (0, 40, 80, 240, 400)])

# %% [markdown]
"""
Now make `final`: the lean network, trained for `final_epochs` epochs on `x_train`, in batches of
256, with `keras.optimizers.AdamW(one_cycle(…), weight_decay=0.01)`. `one_cycle` wants the number of
*updates* of the whole training; lab 02 counted them. The check hands it the sealed digits: **99 %**
passes. (On the stand-in, whose digits are harder, 95 %.)
"""

# %% tags=["nbval-ignore-output"]
start = time.perf_counter()
### BEGIN SOLUTION
keras.utils.set_random_seed(seed)
final = lean_network()
updates = final_epochs * -(-len(x_train) // 256)
final.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.AdamW(one_cycle(updates), weight_decay=0.01),
    metrics=["accuracy"],
)
_ = final.fit(
    x_train,
    y_train,
    batch_size=256,
    epochs=final_epochs,
    validation_data=(x_valid, y_valid),
    validation_batch_size=500,
    verbose=0,
    callbacks=[plots.LiveCurves(every=50)],
)
### END SOLUTION
print(f"took {time.perf_counter() - start:.0f} s")

# %%
ex.final.check(final)

# %% [markdown]
"""
The network of the table has a thirtieth of the old one's numbers, and does an eighth of its work.
Keep yours: later labs look into it, freeze it and serve it.
"""

# %%
final = ex.final.or_reference(final)
models_folder().mkdir(parents=True, exist_ok=True)
final.save(models_folder() / "05_cnn.keras")
print(sorted(file.name for file in models_folder().glob("05_*.keras")))

# %% [markdown]
"""
## Move the digit

In MNIST every digit sits in the middle. Lab 01 showed it. Your own drawing will not. How well do
the networks read digits that stand three pixels too far right? Perhaps you have read that a
convolutional network *does not mind where a thing is*. Guess for both: dense, lean.

First write `shift`. Negative numbers move up and left. What becomes free is paper, 0.

> **If it fails** with `could not broadcast`, look at 0: `[:-0]` is `[:0]`, and that is empty.
"""


# %%
def shift(images, rows, columns):
    """(n, height, width) → the same shape, moved down by `rows` and right by `columns`."""
    ### BEGIN SOLUTION
    moved = np.roll(images, (rows, columns), axis=(1, 2))
    if rows > 0:
        moved[:, :rows] = 0
    if rows < 0:
        moved[:, rows:] = 0
    if columns > 0:
        moved[:, :, :columns] = 0
    if columns < 0:
        moved[:, :, columns:] = 0
    return moved
    ### END SOLUTION


# %%
ex.shift.check(shift)

# %%
shift = ex.shift.or_reference(shift)
some = x_valid[:1, :, :, 0]
plots.digits(np.concatenate([shift(some, 0, columns) for columns in range(0, 10, 3)]), columns=4)

# %% [markdown]
"""
And now the test. A dense network, trained with the same recipe, against yours.
"""


# %% tags=["nbval-ignore-output"]
def trained(model, count, epochs=2):
    """The model, trained by one cycle on the first `count` digits."""
    updates = epochs * -(-count // 256)
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.AdamW(one_cycle(updates), weight_decay=0.01),
        metrics=["accuracy"],
    )
    model.fit(x_train[:count], y_train[:count], batch_size=256, epochs=epochs, verbose=0)
    return model


distances = range(9)


def after_shifts(model):
    """Accuracy in % for digits moved right by 0 to 8 pixels."""
    images, labels = x_valid[:2000, :, :, 0], y_valid[:2000]
    return [accuracy_of(model, shift(images, 0, far)[..., None], labels) for far in distances]


def shift_figure(results):
    """One line per network."""
    with plots.style.figure(7, 3.6) as figure:
        axes = figure.subplots()
        for number, (name, values) in enumerate(results.items()):
            look = {"color": plots.style.COLOURS[number], "marker": plots.style.MARKERS[number]}
            axes.plot(distances, values, label=name, **look)
        axes.set(xlabel="moved right by, in pixels", ylabel="validation accuracy in %")
        axes.legend()
        told = "; ".join(
            f"{name}: {values[0]:.0f} % in place, {values[3]:.0f} % at 3 pixels, "
            f"{values[8]:.0f} % at 8"
            for name, values in results.items()
        )
        return plots.picture(figure, f"Accuracy against shift. {told}.")


keras.utils.set_random_seed(seed)
results = {
    "dense": after_shifts(trained(dense_network(), shift_digits)),
    "lean": after_shifts(final),
}
shift_figure(results)

# %% [markdown]
"""
Three pixels, and the dense network is wrong every second time. The lean one still reads nine of
ten. But at six it gives way, too. Why? Its weights are shared, after all.

The *maps* do not mind: move the digit, and the maps move with it, otherwise unchanged. But then
comes `Flatten`, and a dense layer with a weight for each place. That layer is bound to places, like
any dense layer. What could stand there instead? **Global max pooling** keeps one number of each
map, the largest, wherever it is. So it asks "is it there at all?", and forgets where.
"""


# %% tags=["nbval-ignore-output"]
def replaced(model, old_layer, new_layers):
    """A fresh network with `new_layers` in the place of each layer of the type `old_layer`."""
    parts = [keras.Input(model.input_shape[1:])]
    for layer in model.layers:
        fresh = layer.__class__.from_config(layer.get_config())
        parts += [new() for new in new_layers] if isinstance(layer, old_layer) else [fresh]
    return keras.Sequential(parts)


keras.utils.set_random_seed(seed)
placeless = replaced(lean_network(), layers.Flatten, [layers.GlobalMaxPooling2D])
trained(placeless, shift_digits)
results["lean, global max pooling"] = after_shifts(placeless)
for name, values in results.items():
    print(f"{name}: validation accuracy {values[0]:.1f} % in place, {values[6]:.1f} % at 6 pixels")
shift_figure(results)

# %% [markdown]
"""
That is what a convolution can do when nothing behind it asks for places. It costs a little where
digits are centred. Nothing is free: what a network ignores, it cannot use. Try to tell a 6 from a 9
without knowing what is above!

## What does it take?

One factor at a time, as an **ablation**: take one part out, or exchange it, and measure what it was
worth. Few digits, two epochs, two seeds. Which change will cost most? Which will cost nothing?
"""

# %% tags=["nbval-ignore-output"]
changes = {
    "as it is": (layers.InputLayer, []),
    "no batch normalisation": (layers.BatchNormalization, []),
    "dropout 0.5 after flatten": (layers.Flatten, [layers.Flatten, lambda: layers.Dropout(0.5)]),
    "average pooling": (layers.MaxPooling2D, [lambda: layers.AveragePooling2D(2)]),
    "no pooling": (layers.MaxPooling2D, []),
}
rows = []
with plots.LiveDisplay() as live:
    for name, change in changes.items():
        work = multiplications_of(replaced(lean_network(), *change)) / 1e6
        row = {"change": f"{name} ({work:.1f} M)"}
        for number in seeds:
            live.tell(f"{name}, seed {number}")
            keras.utils.set_random_seed(number)
            model = trained(replaced(lean_network(), *change), study_digits)
            row[f"seed {number}: accuracy in %"] = accuracy_of(model, x_valid, y_valid)
        rows.append(row)
plots.compare(rows, title=f"{study_digits:,} digits, one change each (million multiplications)")

# %% [markdown]
"""
Before you believe a difference, look at both seeds. Where one says better and the other says worse,
you have seen luck. And 0.2 points are no more than twelve of our 6,000 digits.

On MNIST, taking out batch normalisation costs most, about half a point with either seed. Dropout,
the remedy against learning by heart, changes next to nothing: two epochs leave little time for
that. And without pooling the accuracy is no worse, for two and a half times the work: here, pooling
buys speed. The famous parts of a network are not always the ones that carry it. Measure.

(With batch normalisation, its learned shift went, too, and its convolutions have no bias. Was it
only that? To find out, put one more line into `changes`: `"no shift": (layers.BatchNormalization,
[lambda: layers.BatchNormalization(momentum=0.9, center=False)])`.)

## What has it learned?

The kernels of the first layer, and what they say to one digit. Red is a positive weight; blue, with
a dot, a negative one. Do you find edges?
"""

# %% tags=["nbval-ignore-output"]
first_layer = next(layer for layer in final.layers if isinstance(layer, layers.Conv2D))
kernels = first_layer.get_weights()[0][:, :, 0]
answers = np.asarray(first_layer(x_valid[:1]))[0]
with plots.style.figure(8, 2.6) as figure:
    count = min(8, kernels.shape[-1])  # your network may have fewer filters
    panels = figure.subplots(2, count, squeeze=False)
    limit = np.abs(kernels).max()
    for number in range(count):
        panels[0, number].imshow(kernels[..., number], cmap="RdBu_r", vmin=-limit, vmax=limit)
        rows, columns = np.nonzero(kernels[..., number] < 0)
        panels[0, number].scatter(columns, rows, 8, "white", edgecolors="black", linewidths=0.6)
        panels[1, number].imshow(answers[..., number], cmap="gray_r")
        panels[0, number].set_axis_off()
        panels[1, number].set_axis_off()
    words = (
        f"Above, {count} kernels of the first convolution, with a dot in each negative weight; "
        "below each, its map of one digit."
    )
    shown = plots.picture(figure, words)
display(shown)

# %% [markdown]
"""
The maps say it more plainly than the kernels: one answers to upper edges, another to lower ones,
another to strokes in one direction, much as our own kernels did. Nobody told the network. Lab 06
looks deeper.

## The card

- A filter is a kernel and a bias. The same weights at every place: few numbers, much learning.
- Numbers to learn: kernel × kernel × channels in × filters, plus one bias per filter.
- Size: (length + 2 · padding − kernel) // stride + 1. `"valid"` is padding 0.
- Pooling shrinks and has no weights. Shrink early: work and dense layers become small.
- Batch normalisation allows large steps; one cycle uses them. No bias before it.
- Maps move with the digit. `Flatten` + `Dense` is bound to places; global pooling is not.
- An ablation changes one thing, and has more than one seed.

## Go further

### A residual block

Why not twenty convolutions? For a long time, very deep networks trained *worse* than shallow ones,
even on their own training pictures: corrections from the end come back changed by every layer in
between. **Residual networks** (2015) gave the numbers a way around. A block returns what came in,
*plus* what two convolutions make of it. If those have nothing to add, they can be 0, and the block
does no harm.

Write it. `maps` is a **tensor**: it has a shape, as an array has, and its numbers come later, when
the network runs. A layer is called on it like a function: `change = layers.Conv2D(…)(maps)`. Two
convolutions of 3×3, a ReLU between them, and then the sum. The shape stays as it was, for any
number of channels.
"""


# %%
def residual_block(maps):
    """A tensor (n, rows, columns, channels) → a tensor of the same shape."""
    ### BEGIN SOLUTION
    channels = maps.shape[-1]
    change = layers.Conv2D(channels, 3, padding="same", activation="relu")(maps)
    change = layers.Conv2D(channels, 3, padding="same")(change)
    return layers.Add()([maps, change])
    ### END SOLUTION


# %%
ex.residual.check(residual_block)

# %%
residual_block = ex.residual.or_reference(residual_block)


def tall_network(block):
    """A convolution, then `blocks` blocks on 14×14 pixels, then ten probabilities."""
    start = keras.Input((28, 28, 1))
    maps = layers.Conv2D(8, 5, 2, "same", activation="relu")(start)
    for _ in range(blocks):
        maps = block(maps)
    end = layers.Dense(10, activation="softmax")(layers.GlobalMaxPooling2D()(maps))
    return keras.Model(start, end)


def plain_block(maps):
    """The same two convolutions, and no way around them."""
    change = layers.Conv2D(8, 3, padding="same", activation="relu")(maps)
    return layers.Conv2D(8, 3, padding="same", activation="relu")(change)


for name, block in (("plain", plain_block), ("residual", residual_block)):
    keras.utils.set_random_seed(seed)
    tall = tall_network(block)
    tall.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.002))
    tall.fit(x_train[:study_digits], y_train[:study_digits], batch_size=64, verbose=0)
    accuracy = accuracy_of(tall, x_valid, y_valid)
    print(f"{name}, {1 + 2 * blocks} convolutions: validation accuracy {accuracy:.1f} %")

# %% [markdown]
"""
On MNIST, the plain network has hardly begun to learn after this epoch. The residual one, with as
many convolutions, reads eight digits of ten.

### Something else with the same eyes

Do filters that were learned on digits help with clothes? This is **transfer**: the convolutions are
**frozen**, they no longer learn, and only a new dense layer is trained on Fashion-MNIST. Beside it,
the same with filters that never learned anything, and with the bare pixels.
"""


# %% tags=["nbval-ignore-output", "this-machine"]
def linear_on(features, labels):
    """Train ten outputs on the first 8,000 rows; accuracy in % on the rest."""
    keras.utils.set_random_seed(seed)
    rows = features.reshape(len(features), -1)
    rows = (rows - rows[:8000].mean()) / rows[:8000].std()
    top = keras.Sequential([keras.Input(rows.shape[1:]), layers.Dense(10, activation="softmax")])
    top.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    top.fit(rows[:8000], labels[:8000], batch_size=64, epochs=5, verbose=0)
    return accuracy_of(top, rows[8000:], labels[8000:])


def transfer():
    """A figure; where there are no clothes, the reason is printed."""
    try:
        (images, labels), _ = load_fashion_mnist()
    except NoData as reason:
        print(f"Not today: {reason}")
        return None
    clothes, labels = images[:10_000, :, :, None].astype("float32") / 255, labels[:10_000]
    rows = [{"features": "pixels", "accuracy in %": linear_on(clothes, labels)}]
    for name, model in (("untrained filters", lean_network()), ("digit filters", final)):
        features = keras.Sequential(model.layers[:-1]).predict(clothes, verbose=0)
        rows.append({"features": name, "accuracy in %": linear_on(features, labels)})
    return plots.compare(rows, title="Ten outputs on frozen features, 8,000 clothes")


transfer()

# %% [markdown]
"""
### The 99.6 % club

How far can one small network go, in five minutes? Four changes to yours:

- **More of it.** 24, 48 and 96 filters. A stride takes the place of pooling. Dropout 0.3 stands
  before the outputs.
- **Bent digits.** Each digit is turned, scaled, moved, and bent as if it were drawn on rubber. That
  is done anew each time, so no picture comes twice. In the last epochs the bends grow weaker.
- **22 epochs**, and labels that are not quite sure: 0.91 for the right digit, 0.01 for each other.
  That is called **label smoothing**.
- **Nine looks.** The network is asked about each test digit nine times: as it is, and moved by a
  pixel to each of the eight sides. The mean of its probabilities counts.

`python benchmarks/cnn.py --club` runs it on your computer, and prints what came out. (The command
without `--club` races your lean network against a well-known recipe.)

Is that enough for the club? The README of this course says what came out when we ran it. What would
you change? And of the forty digits that 99.6 % leaves, would you read them all as labelled?

Next: **[06 Seeing](06_seeing.ipynb)**, where we look inside, and at the errors.
"""

# %%
show_progress("05")
