# ---
# jupyter:
#   workshop:
#     title: Data
#     minutes: 50
#     needs: ["00"]
#     outcome: >-
#       arrays that you can trust: read from raw bytes, looked at, scaled, shaped and split. And a
#       first model, made of ten averages, that reads four digits out of five.
# ---

# %%
import timeit

import numpy as np

from workshop import plots
from workshop.data import NoData, load_fashion_mnist, load_mnist
from workshop.exercises import lab01 as ex
from workshop.exercises.overview import show_progress

import keras  # after workshop, which keeps TensorFlow quiet

show_progress("01")

# %% tags=["parameters"]
seed = 42
validation_share = 0.1

# %%
(x_train, y_train), sealed = load_mnist()
print("pictures:", x_train.shape, x_train.dtype)
print("labels:  ", y_train.shape, y_train.dtype)

# %% [markdown]
"""
`x_train` holds 60,000 pictures of 28 rows and 28 columns, `y_train` what each one shows. The
second pair stays in one piece, under the name `sealed`. You will see why.

## Bytes first

A file is a row of bytes: numbers from 0 to 255. An agreement, the **format**, says what they mean.
MNIST was published as **idx** files: a short header, then the values, one byte each.

We make two such files, to have something to take apart.
"""


# %%
def to_idx(array):
    """uint8 array of any shape → the bytes of an idx file."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


label_file, picture_file = to_idx(y_train), to_idx(x_train)
print("label file:  ", label_file[:8].hex(" "), "| then the labels")
print("picture file:", picture_file[:16].hex(" "), "| then the pixels")

# %% [markdown]
"""
The bytes are printed in base 16: `1c` is 28. The header:

| bytes | meaning |
| --- | --- |
| 0, 1 | always 0 |
| 2 | type of the values; 8 means unsigned bytes |
| 3 | number of axes: 1 for labels, 3 for pictures |
| 4 to 7 | length of the first axis |
| … | four bytes for each further axis |

Four bytes make one large number. From which end do you read them? Here is the label file, by
hand.
"""

# %%
for order in ("little", "big"):
    print(order, int.from_bytes(label_file[4:8], order))
labels = np.frombuffer(label_file[8:], dtype="uint8")
print("the same labels:", np.array_equal(labels, y_train))

# %% [markdown]
"""
Idx is **big-endian**: the byte that counts most comes first. `np.frombuffer(…, dtype=">u4")` reads
several such numbers at once, into an array.

Now write `parse_idx`. It must read both files, and any other: the header says how many axes there
are, and how long.

> **If it fails** with `cannot reshape array of size …`, print that size and your shape. The
> product of the shape has to be the size.
"""


# %%
def parse_idx(data):
    """The bytes of an idx file → uint8 array in the shape that its header names."""
    ### BEGIN SOLUTION
    axes = data[3]
    start = 4 + 4 * axes
    shape = np.frombuffer(data[4:start], dtype=">u4")
    return np.frombuffer(data[start:], dtype="uint8").reshape(shape)
    ### END SOLUTION


# %%
ex.parse_idx.check(parse_idx)

# %%
parse_idx = ex.parse_idx.or_reference(parse_idx)
print("the same pictures:", np.array_equal(parse_idx(picture_file), x_train))

# %% [markdown]
"""
Idx is one way to keep pictures. NumPy's own `.npz`, which `load_mnist` reads, holds several named
arrays in one file. Single picture files with a list of labels beside them suit a set that does not
fit into memory: a program *streams* them, a few at a time.

## Look before you compute
"""

# %%
plots.digit(x_train[42], values=True, title=f"Picture 42, labelled {y_train[42]}")

# %% [markdown]
"""
A picture is its numbers: 0 is paper, 255 is full ink. Try another index than 42.

How many pictures has each class?
"""

# %%
plots.bars(np.bincount(y_train), xlabel="digit", ylabel="pictures")

# %% [markdown]
"""
The classes are nearly even. So a model that always says the same digit is right about one time in
ten. That is the number to beat.

What does a class look like as a whole? This averages all pictures; `axis` names the axis that
disappears.
"""

# %%
everything = x_train.mean(axis=0)
print("from", x_train.shape, "to", everything.shape)

# %% [markdown]
"""
Write the same for one class. `labels == digit` is a **mask**: an array that is True where the
label fits, and `images[mask]` keeps those pictures only.
"""


# %%
def mean_image(images, labels, digit):
    """The average of the pictures with this label. (n, 28, 28), (n,), int → (28, 28) float."""
    ### BEGIN SOLUTION
    return images[labels == digit].mean(axis=0)
    ### END SOLUTION


# %%
ex.mean_image.check(mean_image)

# %%
mean_image = ex.mean_image.or_reference(mean_image)
averages = np.stack([mean_image(x_train, y_train, digit) for digit in range(10)])
plots.digits(averages, range(10), columns=5, title="The average of each class")

# %% [markdown]
"""
Sharp means that people agree, as on 0. Blurred means that they do not: look at 4 and 9.

## The trap in a byte

Predict first, run afterwards. Each array holds one pixel, as a `uint8`: an unsigned whole number
of 8 bits.

```python
np.array([200], dtype="uint8") + 100
np.array([50], dtype="uint8") - 100
```

What stands in the two results? Write down two numbers.
"""

# %%
### BEGIN SOLUTION
added = 44
subtracted = 206
### END SOLUTION

# %%
ex.wrap_around.check([added, subtracted])

# %%
print(np.array([200], dtype="uint8") + 100, np.array([50], dtype="uint8") - 100)

# %% [markdown]
"""
No error, no warning. Eight bits make 256 values, and what leaves at one end comes in at the other.
See what it does to pictures, and to a mean:
"""

# %%
one, two = x_train[1], x_train[3]
in_bytes, in_floats = (one + two) // 2, (one.astype("float32") + two) / 2
print(f"mean pixel by Python's sum {sum(one).mean() / 28:.1f}, by NumPy {one.mean():.1f}")
names = ["one", "two", "mean in uint8", "mean in float32"]
plots.digits(np.stack([one, two, in_bytes, in_floats]), names, columns=4)

# %% [markdown]
"""
Where both have ink, the third picture has holes. Python's `sum` stays in `uint8`; NumPy's `.sum()`
and `.mean()` change to a larger type by themselves.

So compute in floating point. Which one? `float64` is NumPy's default, `float32` has half the size.
Here are 10,000 pictures in each. (You may read that whole numbers lose their fraction when divided.
That was true of Python 2; since then `/` keeps it.)
"""

# %%
for dtype in ("float32", "float64"):
    rows = x_train[:10_000].reshape(10_000, 784).astype(dtype)
    weights = np.ones((784, 256), dtype)
    seconds = min(timeit.repeat(lambda: rows @ weights, number=1, repeat=5))
    print(f"{dtype}: {rows.nbytes / 1e6:.0f} MB, through one layer in {seconds:.3f} s")

# %% [markdown]
"""
`float32` keeps about seven decimal digits. A pixel has 256 levels, so nothing is lost. Networks
compute in it, too.

## From 0…255 to 0…1

Networks learn best from numbers about as large as 1. Write `normalise`: 0 stays 0, and 255
becomes 1.
"""


# %%
def normalise(images):
    """(n, 28, 28) uint8 in 0…255 → float32 in 0…1."""
    ### BEGIN SOLUTION
    return images.astype("float32") / 255
    ### END SOLUTION


# %%
ex.normalise.check(normalise)

# %%
normalise = ex.normalise.or_reference(normalise)
scaled = normalise(x_train)
once, twice = scaled[1], normalise(scaled[:2])[1]
print(f"largest value once {once.max():.4g}, twice {twice.max():.4g}")
plots.digits(np.stack([once, twice]), ["once", "twice"])

# %% [markdown]
"""
Scaled twice, a picture is blank paper, and nothing complains. It takes no more than a cell
`x = normalise(x)`, run twice. That is why the result has a name of its own here. What it costs, you
will measure below.

## Numbers about pictures

The **ink** of a picture is the mean of its pixels: 0 is empty, 1 is black all over.
"""

# %%
ink = scaled.mean(axis=(1, 2))
plots.histogram(ink, xlabel="ink")

# %% [markdown]
"""
Which pictures stand apart? A popular rule: whatever is more than two standard deviations from the
mean is an **outlier**. The **standard deviation** is the typical distance from the mean. Watch
the rule with an accident: of 50 pictures, 12 were never scaled.
"""


# %%
def beyond_two_sigma(values):
    """(n,) float → (n,) bool."""
    return abs(values - values.mean()) > 2 * values.std()


accident = ink[:50].copy()
accident[-12:] *= 255
print("two sigma marks", beyond_two_sigma(accident).sum(), "of the 12")

# %% [markdown]
"""
The wild values stretch the ruler that they are measured with. **Quartiles** do not care how wild a
value is: a quarter of all values lies below the first, three quarters below the third. Their
distance is the **interquartile range**, IQR. An outlier lies more than 1.5 IQR below the first
quartile, or above the third.
"""


# %%
def outliers(values):
    """Which values lie outside the fences? (n,) float → (n,) bool."""
    ### BEGIN SOLUTION
    low, high = np.quantile(values, [0.25, 0.75])
    reach = 1.5 * (high - low)
    return (values < low - reach) | (values > high + reach)
    ### END SOLUTION


# %%
ex.outliers.check(outliers)

# %%
outliers = ex.outliers.or_reference(outliers)
print("quartiles mark", outliers(accident).sum(), "of the 12")
found = np.flatnonzero(outliers(ink))
print(f"of {len(ink)} pictures: two sigma {beyond_two_sigma(ink).sum()}, quartiles {len(found)}")
heaviest = found[np.argsort(-ink[found])][:20]
plots.digits(x_train[heaviest], y_train[heaviest], title="The heaviest outliers")

# %% [markdown]
"""
Now *look* at them: thick pens and long strokes. Is a single one an error? An outlier is a reason to
look, not a reason to delete.

Next, the **centre of mass**: the point on which a picture would balance, if ink had weight. Guess:
in the most lopsided of all pictures, how many pixels is it away from the middle?
"""

# %%
positions = np.arange(28)
mass = scaled.sum(axis=(1, 2))
centre_row = scaled.sum(axis=2) @ positions / mass
centre_column = scaled.sum(axis=1) @ positions / mass
print(f"rows    {centre_row.min():.1f} to {centre_row.max():.1f}")
print(f"columns {centre_column.min():.1f} to {centre_column.max():.1f}")

# %% [markdown]
"""
On MNIST, no digit is further off than about half a pixel. Nobody writes like that: whoever made the
set moved every digit until its centre of mass lay in the middle. Your own drawing, in lab 11, will
need the same treatment. Data has a past.

## Shapes for networks

Two kinds of network, two shapes:

- **Dense** (lab 02): each picture is one row of 784 numbers, (n, 784).
- **Convolution** (lab 05): rows and columns stay, and an axis for the colours comes last, the
  **channel**. Grey has one: (n, 28, 28, 1).

`reshape` gives the same numbers new axes. Here, one picture:
"""

# %%
picture = scaled[0]
print(picture.reshape(784).shape, picture.reshape(28, 28, 1).shape)

# %% [markdown]
"""
Write it for n pictures. But first: (784, n) would hold the same numbers. What would its first row
be?
"""


# %%
def shapes(images):
    """(n, 28, 28) → two arrays: (n, 784) and (n, 28, 28, 1)."""
    ### BEGIN SOLUTION
    return images.reshape(len(images), 784), images.reshape(len(images), 28, 28, 1)
    ### END SOLUTION


# %%
ex.shapes.check(shapes)

# %%
ten = x_train[:10]
reshaped = ten.reshape(784, 10).T
transposed = ten.transpose(0, 2, 1).reshape(10, 784)
plots.digits(np.concatenate([reshaped, transposed]), title="Right shape, wrong pixels")

# %% [markdown]
"""
Above, `reshape(784, 10)` and then `.T`; below, rows and columns exchanged. Both have the right
shape, (10, 784). A shape is not a proof. A picture is.

## Labels, and the loss that fits

A label is a name, not an amount: 9 is not three times 3. So a network gives ten probabilities,
and a **loss** measures how far they are from the truth. The truth comes in two forms: as a whole
number, or **one-hot**, a row of zeros with a 1 at the right place.
"""

# %%
integers = np.array([1, 2])
one_hot = np.eye(3, dtype="float32")[integers]  # row k of this square has its 1 at place k
predicted = np.array([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]], dtype="float32")
print(one_hot)
sparse, full = keras.losses.SparseCategoricalCrossentropy(), keras.losses.CategoricalCrossentropy()
print("integers, sparse loss:", round(float(sparse(integers, predicted)), 3))
print("one-hot, full loss:   ", round(float(full(one_hot, predicted)), 3))

# %% [markdown]
"""
| labels | shape | Keras loss |
| --- | --- | --- |
| integers | (n,) | `sparse_categorical_crossentropy` |
| one-hot | (n, 10) | `categorical_crossentropy` |

The same number in two costumes. (`keras.utils.to_categorical` makes one-hot labels, too.) Which
message do you get if you mix the pairs?
"""

# %%
for loss, truth in ((sparse, one_hot), (full, integers)):
    try:
        loss(truth, predicted)
    except ValueError as error:
        print(f"{type(loss).__name__}: {error}\n")

# %% [markdown]
"""
## Learn, choose, judge

Here are 200 models that only guess. We try each on 500 pictures and keep the best. What will it
score: 10 %, or more? And on the next 500?
"""

# %%
rng = np.random.default_rng(seed)
guesses = rng.integers(0, 10, (200, 1000))
scores = 100 * (guesses[:, :500] == y_train[:500]).mean(axis=1)
best = scores.argmax()
again = 100 * (guesses[best, 500:] == y_train[500:1000]).mean()
print(f"the best of 200: {scores[best]:.1f} % where it was chosen, {again:.1f} % elsewhere")

# %% [markdown]
"""
The best was the luckiest. What you used to *choose*, you can no longer use to *judge*. So there are
three parts:

- **Training**: the weights are learned from it.
- **Validation**: you choose with it: model, settings, when to stop.
- **Test**: opened once, at the very end, to say how good the chosen model is.

Many tutorials use the test set for validation. Then their last number is a best of many, as above.
Ours is `sealed`, and stays so until all choices are made.

Write `split`. It returns **indices**, the row numbers of the pictures, for training and for
validation:

- **stratified**: validation gets the same share of every class,
- shuffled inside each class; the same seed gives the same split,
- no index in both parts, none lost.
"""


# %%
def split(labels, share, seed):
    """(n,) labels → indices for training, and for validation (`share` of each class)."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    validation = []
    for digit in range(10):
        members = rng.permutation(np.flatnonzero(labels == digit))
        validation.append(members[: round(share * len(members))])
    validation = np.concatenate(validation)
    train = np.setdiff1d(np.arange(len(labels)), validation)
    return train, validation
    ### END SOLUTION


# %%
ex.split.check(split)

# %%
split = ex.split.or_reference(split)
train, validation = split(y_train, validation_share, seed)
of_train, of_validation = (100 * np.bincount(y_train[x]) / len(x) for x in (train, validation))
shares = {"training": of_train, "validation": of_validation}
plots.bars(shares, xlabel="digit", ylabel="share in %")

# %% [markdown]
"""
## A first model

It needs nothing but your own functions. It learns ten averages from the training part. A new
picture gets the digit whose average is nearest: the smallest sum of squared differences.

And if the new pictures are never scaled, or twice? Guess, then run.
"""

# %%
x_learn, y_learn = scaled[train], y_train[train]
averages = np.stack([mean_image(x_learn, y_learn, digit) for digit in range(10)])


def nearest_average(images):
    """(n, 28, 28) → (n,): the digit whose average is nearest."""
    distances = [((images - average) ** 2).sum(axis=(1, 2)) for average in averages]
    return np.argmin(distances, axis=0)


never, truth = x_train[validation], y_train[validation]
once = normalise(never)
for name, images in {"once": once, "never": never, "twice": normalise(once)}.items():
    accuracy = 100 * (nearest_average(images) == truth).mean()
    print(f"scaled {name}: validation accuracy {accuracy:.1f} %")

# %% [markdown]
"""
On MNIST, four out of five, with ten pictures and no network. That is the number for lab 02 to beat.

The wrong scale raises no error. The model only gets worse, or calls every picture the same digit:
blank paper is nearest to the average with the least ink. What you do to the training pictures, you
must do to every later one.

## The card

- Bytes mean nothing without their format: type, order, shape. Parse, then compare.
- Look before you compute. An outlier (1.5 IQR) is a reason to look.
- `uint8` counts in a circle: 200 + 100 is 44. Compute in `float32`.
- Scale once, in one function, the same for training and for use.
- `(n, 784)` for dense, `(n, 28, 28, 1)` for convolution. A shape is not a proof.
- Integers go with `sparse_categorical_crossentropy`, one-hot with `categorical_crossentropy`.
- Learn on training, choose on validation, open the test once.

## Go further

Fashion-MNIST has the same shapes, and clothes instead of digits. Which of your functions work on it
as they are? How good are ten averages there?
"""


# %% tags=["nbval-ignore-output"]
def averages_of_clothes():
    try:
        (images, labels), _ = load_fashion_mnist()
    except NoData as reason:
        return f"Not today: {reason}"
    clothes = [mean_image(images, labels, kind) for kind in range(10)]
    return plots.digits(np.stack(clothes), range(10), columns=5, title="Ten kinds of clothes")


averages_of_clothes()

# %% [markdown]
"""
Next: **[02 Dense](02_dense.ipynb)**, a network that beats ten averages.
"""

# %%
show_progress("01")
