# ---
# jupyter:
#   workshop:
#     title: Seeing
#     minutes: 75
#     needs: ["05"]
#     outcome: >-
#       your network, opened: what it sees at each depth, whom it takes for whom and what that
#       costs, when to believe it, when to ask a person instead, and which pictures of its
#       attention mean nothing.
#     small:
#       hasty_epochs: 6
#       mapped: 300
#       seeds: [1]
# ---

# %%
import numpy as np
import tensorflow as tf
from IPython.display import display
from scipy.stats import spearmanr
from sklearn.manifold import TSNE
from sklearn.metrics import adjusted_rand_score, roc_auc_score
from threadpoolctl import threadpool_limits

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab06 as ex
from workshop.exercises.overview import show_progress
from workshop.reader import digit_reader

import keras
from keras import layers

keras.utils.set_random_seed(42)
show_progress("06")

# %% tags=["parameters"]
seed = 42
hasty_digits = 2000
hasty_epochs = 12
mapped = 1200
seeds = [1, 2, 3]

# %% [markdown]
"""
`reader` is your network of lab 05. (If there is none, the course's own takes its place. All numbers
in the text are that one's; yours will differ a little.) We watch it read the 6,000 validation
digits, which it was not trained on. The test stays `sealed` once more.
"""

# %% tags=["nbval-ignore-output"]
(x_all, y_all), sealed = load_mnist()
x_valid, y_valid = x_all[-6000:, :, :, None].astype("float32") / 255, y_all[-6000:].astype(int)
reader = digit_reader()


def run(model, images):
    """What the model gives, in parts of 500 pictures."""
    parts = np.array_split(images, -(-len(images) // 500))
    return np.concatenate([np.asarray(model(part)) for part in parts])


probabilities = run(reader, x_valid)
answers = probabilities.argmax(axis=1)
print(f"validation accuracy {100 * (answers == y_valid).mean():.2f} %")

# %% [markdown]
"""
## Look inside

You can read this drawing now. Where does the picture get smaller? Which layer has the most numbers
to learn?
"""

# %% tags=["nbval-ignore-output"]
plots.model_diagram(reader)

# %% tags=["nbval-ignore-output"]
reader.summary()

# %% [markdown]
"""
Two lines at the end are new. *Non-trainable*: the running averages of batch normalisation.
*Optimizer*: Adam's notes, two numbers for each weight; nobody needs them for reading.

| layer | what it does |
| --- | --- |
| convolution | puts a question to each place, the same everywhere |
| batch normalisation | brings the answers to one scale |
| ReLU | keeps the yes, drops the no |
| max pooling | keeps the loudest yes of four neighbours |
| flatten, dense | weighs everything, one score for each digit |
| softmax | turns ten scores into ten shares of 1 |

### Stop half-way

What does a digit look like after three layers? `keras.Model(begin, end)` makes a model of two
*places* in a network that is already there. Behind a layer, the place is `layer.output`. In front
of everything there is `model.inputs`, a list, because a model may read several things at once.
"""


# %%
def stop_at(model, layer):
    """A model that takes what `model` takes, and gives what `layer` gives."""
    ### BEGIN SOLUTION
    return keras.Model(model.inputs[0], layer.output)
    ### END SOLUTION


# %%
ex.stop_at.check(stop_at)

# %% [markdown]
"""
Here are eight maps of one digit at each depth, wherever ReLU has taken out what is negative. Guess
first: in which row can you no longer read it?
"""

# %% tags=["nbval-ignore-output"]
stop_at = ex.stop_at.or_reference(stop_at)
digit = x_valid[:1]
rows = {"the digit": [digit[0, :, :, 0]]}
for layer in reader.layers:
    maps = run(stop_at(reader, layer), digit)
    if maps.ndim == 4 and maps.min() >= 0:
        rows[f"{layer.name} {maps.shape[1:]}"] = [*maps[0].transpose(2, 0, 1)[:8]]
plots.maps(rows, words="The deeper, the less of the digit is to be seen.")

# %% [markdown]
"""
The picture dissolves, on purpose. The first maps still say where ink begins and ends. The last ones
say which parts were found, and roughly where.

What does a deep filter look for? Its kernel has 288 numbers, 3 · 3 for each of 32 maps; nobody can
read that. But we can ask which digits excite it most.
"""

# %% tags=["nbval-ignore-output"]
deepest = [layer for layer in reader.layers if len(layer.output.shape) == 4][-1]
strongest = run(stop_at(reader, deepest), x_valid[:2000]).max(axis=(1, 2))
choices = [0, 1, 2, 3]
rows = {}
for number in choices:
    best = np.argsort(-strongest[:, number])[:8]
    named = ", ".join(f"{y_valid[place]}" for place in best)
    rows[f"map {number} likes: {named}"] = [x_valid[place, :, :, 0] for place in best]
plots.maps(rows)

# %% [markdown]
"""
Change `choices`. Some maps like one digit; others a part that several digits share, such as the
belly of a 3 and a 5. The last layer adds up such parts.

## Count the mistakes

Nearly nine of a thousand answers are wrong. Which? Before you count, note three mistakes that you
expect, such as "4, read as 9".

The **confusion matrix** counts every answer: one row for each label, one column for each answer. In
row 4, column 9 stands how often a 4 was read as a 9. The right answers are on the diagonal.
"""


# %%
def confusion(labels, answers, classes):
    """(n,) labels and (n,) answers, integers → (classes, classes) counts, integers."""
    ### BEGIN SOLUTION
    matrix = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers, strict=True):
        matrix[label, answer] += 1
    return matrix
    ### END SOLUTION


# %%
ex.confusion.check(confusion)

# %% tags=["nbval-ignore-output"]
confusion = ex.confusion.or_reference(confusion)
matrix = confusion(y_valid, answers, 10)
look = {"rows": "label", "columns": "answer", "diagonal": False}
plots.heat_map(matrix, title="Whom the reader takes for whom", **look)

# %% [markdown]
"""
Were your three among them? (0 is left white; the frames hold the right answers.) Is a 4 read as a 9
as often as a 9 as a 4? It need not be: the gap of a 4 easily closes.

### Six rates from four numbers

With two classes the four cells have names. The network of lab 03's fifteen hours looked for cats.
On its 50 test pictures it gave:

| | answer: no cat | answer: cat |
| --- | --- | --- |
| label: no cat | 14 true negatives | 3 false positives |
| label: cat | 6 false negatives | 27 true positives |

| rate | asks | here |
| --- | --- | --- |
| accuracy | how many answers are right? | 41 of 50 |
| error rate | how many are wrong? | 9 of 50 |
| **precision** | of those *called* cat, how many are? | 27 of 30 |
| **recall**, or sensitivity | of the cats, how many were found? | 27 of 33 |
| **specificity** | of the others, how many were left alone? | 14 of 17 |
| **false-positive rate** | of the others, how many were called cat? | 3 of 17 |

With ten digits, ask about one at a time: is it a 7 or not? Then everything outside row 7 and
column 7 is a true negative. (Also a 4 that was read as a 9. Why?) Write the last four rates, for
any matrix. The check begins with the cats.
"""


# %%
def rates(matrix, digit):
    """→ precision, recall, specificity and false-positive rate of `digit` against the rest."""
    ### BEGIN SOLUTION
    tp = matrix[digit, digit]
    fn = matrix[digit].sum() - tp
    fp = matrix[:, digit].sum() - tp
    tn = matrix.sum() - tp - fn - fp
    return tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), fp / (fp + tn)
    ### END SOLUTION


# %%
ex.rates.check(rates)

# %% tags=["nbval-ignore-output"]
rates = ex.rates.or_reference(rates)
print("digit  precision  recall  specificity  false-positive rate")
for name in range(10):
    print("{:5}  {:9.3f}  {:6.3f}  {:11.4f}  {:19.4f}".format(name, *rates(matrix, name)))

# %% [markdown]
"""
Specificity looks splendid for every digit. It must: nine of ten digits are "the rest", so a handful
of false alarms vanishes among 5,400. Where a class is rare, look at precision and recall.

Each line is a **slice**: the same question, asked of a part of the data. In a product, slice by all
that you know, such as pen, scanner and country. A good average can hide a group that is served
badly.

### What a mistake costs

The digits are amounts on cheques. Whoever reads a 1 as a 7 has lost the money: say, 10. Whoever
reads a 7 as a 1 gets a call from the customer: 1. So each cell of the matrix has a price. Accuracy
counts all mistakes alike; the bank does not.

Then the likeliest answer need not be the cheapest. For each answer, weigh its prices by the
probabilities of the labels, and take the least. Will the accuracy go up or down? And the cost?
"""

# %% tags=["nbval-ignore-output"]
label, answer = np.arange(10)[:, None], np.arange(10)[None, :]
price = np.where(answer > label, 10, 1) * (answer != label)
cheapest = (probabilities @ price).argmin(axis=1)
for name, chosen in (("the likeliest", answers), ("the cheapest", cheapest)):
    cost = (confusion(y_valid, chosen, 10) * price).sum() / 6
    accuracy = 100 * (chosen == y_valid).mean()
    print(f"{name}: accuracy {accuracy:.2f} %, cost of 1,000 digits {cost:.1f}")

# %% [markdown]
"""
Less accurate, and cheaper by a third. No weight was changed, only the decision. That works as far
as the probabilities can be believed. We shall test that.

## The most wrong digits

To learn *why*, look. The most instructive mistakes are those of which the network was sure. Rank
them.
"""


# %%
def most_wrong(probabilities, labels):
    """(n, classes), (n,) → the places of all wrong answers, the most confident first."""
    ### BEGIN SOLUTION
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    confidence = probabilities.max(axis=1)
    return wrong[np.argsort(-confidence[wrong])]
    ### END SOLUTION


# %%
ex.most_wrong.check(most_wrong)

# %% [markdown]
"""
First *you* read them, without help. Type your twelve readings into `mine`, in order.
"""

# %% tags=["nbval-ignore-output"]
most_wrong = ex.most_wrong.or_reference(most_wrong)
worst = most_wrong(probabilities, y_valid)[:12]
plots.digits(x_valid[worst], [f"no. {number}" for number in range(12)], columns=6)

# %%
mine = []  # such as [1, 7, 1, 9, …]

# %% tags=["nbval-ignore-output"]
confidence = probabilities.max(axis=1)
captions = [f"is {y_valid[k]}\nread {answers[k]}, {100 * confidence[k]:.1f} %" for k in worst]
if len(mine) == len(worst):
    print(f"you agree with {(mine == y_valid[worst]).sum()} labels of {len(worst)},")
    print(f"and with {(mine == answers[worst]).sum()} answers of the network")
plots.digits(x_valid[worst], captions, columns=6)

# %% [markdown]
"""
Now sort them into heaps. Which is the largest?

| heap | what helps |
| --- | --- |
| broken or missing stroke | such strokes in the training |
| unusual form: a 1 with a foot, a closed 4 | more writers, from more countries |
| too fat, blurred, with a speck | a cleaner scan, or the same in the training |
| cut off or off centre | a better box around the digit |
| two readings are possible | nothing: hand it to a person |
| the label is wrong | correct it, first of all in the test |

Would you have given these labels? In large data sets some are simply wrong, and a network that is
sure and disagrees is the cheapest way to find them.

## How sure is it?

We need a bad example to compare with. `hasty` is a dense network that learns 2,000 digits by heart.
Watch its validation loss.
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)
hasty = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
adam = keras.optimizers.Adam(0.003)
hasty.compile(loss="sparse_categorical_crossentropy", optimizer=adam, metrics=["accuracy"])
_ = hasty.fit(
    x_all[:hasty_digits, :, :, None].astype("float32") / 255,
    y_all[:hasty_digits],
    batch_size=50,
    epochs=hasty_epochs,
    validation_data=(x_valid[:1000], y_valid[:1000]),
    validation_batch_size=500,
    verbose=0,
    callbacks=[plots.LiveCurves()],
)
outputs = {"reader": probabilities, "hasty": run(hasty, x_valid)}

# %% [markdown]
"""
On its own digits it ends without a mistake, its loss near 0. On others, one of ten stays wrong,
and the loss turns: the same mistakes, made with ever more confidence.

### Every threshold at once

"Is it a 9?" The score is the probability of the 9. Whoever reaches some **threshold** is called a
9: a low one finds all nines, and calls many others 9, too. The **ROC curve** shows all thresholds,
the false-positive rate to the right, the true-positive rate (that is recall) upwards. It begins at
(0, 0), where nobody passes, and ends at (1, 1). Where does it run for a network that guesses? For
one that is always right?
"""


# %%
def roc(scores, positive):
    """(n,) scores, (n,) True or False → two arrays: false-positive and true-positive rates.

    One point for each threshold, from the highest, where nobody passes, to the lowest.
    """
    ### BEGIN SOLUTION
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    false_positive = [(scores[~positive] >= threshold).mean() for threshold in thresholds]
    true_positive = [(scores[positive] >= threshold).mean() for threshold in thresholds]
    return np.array(false_positive), np.array(true_positive)
    ### END SOLUTION


# %%
ex.roc.check(roc)

# %% tags=["nbval-ignore-output"]
roc = ex.roc.or_reference(roc)
is_nine = y_valid == 9
curves = {name: roc(output[:, 9], is_nine) for name, output in outputs.items()}
plots.lines(
    curves,
    xlabel="false-positive rate",
    ylabel="true-positive rate",
    xlim=(0, 0.1),
    ylim=(0.8, 1.005),
    title="Is it a 9? The upper left corner",
)

# %% [markdown]
"""
Guessing runs along the diagonal, far below this corner; whoever is always right goes through it.

The **area under the curve** (AUC) is the chance that a random 9 gets a higher score than a random
other digit. Is it? Draw pairs and count. scikit-learn is the referee.
"""

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(seed)
for name, output in outputs.items():
    score = output[:, 9]
    nine, other = (rng.choice(score[group], 100_000) for group in (is_nine, ~is_nine))
    pairs = (nine > other).mean() + (nine == other).mean() / 2
    area = np.trapezoid(curves[name][1], curves[name][0])
    judge = roc_auc_score(is_nine, score)
    print(f"{name}: area {area:.5f}, pairs {pairs:.4f}, scikit-learn {judge:.5f}")

# %% [markdown]
"""
`hasty` is wrong eight times of a hundred, and has an area of 0.99: nearly every pair is easy, such
as a 9 against a 0. The area averages over thresholds that nobody would use. Compare networks at the
false-positive rate, or the price, that *you* can bear.

### Let a person read the rest

Below some confidence, a network may hand the digit to a person: the **reject option**. The share
that it keeps is its **coverage**. The bank wants 99.9 % of those right, and as much coverage as
possible. Which is the lowest threshold that does it? Guess first: how many of 100 go to a person?
"""


# %%
def lowest_threshold(confidence, right, wanted):
    """The lowest threshold with which a share of `wanted` is right, of those that reach it.

    (n,) confidences, (n,) True or False, one share → one of the confidences.
    """
    ### BEGIN SOLUTION
    for threshold in np.unique(confidence):
        if right[confidence >= threshold].mean() >= wanted:
            return threshold
    return np.inf  # whoever is surest is wrong too often: a person reads everything
    ### END SOLUTION


# %%
ex.threshold.check(lowest_threshold)

# %% tags=["nbval-ignore-output"]
lowest_threshold = ex.threshold.or_reference(lowest_threshold)
wanted = 0.999
thresholds, trade = {}, {}
for name, output in outputs.items():
    sure, right = output.max(axis=1), output.argmax(axis=1) == y_valid
    thresholds[name] = lowest_threshold(sure, right, wanted)
    coverage = (sure >= thresholds[name]).mean()
    print(f"{name}: threshold {thresholds[name]:.6f}, coverage {100 * coverage:.1f} %")
    order = np.argsort(-sure)
    counts = np.arange(1, len(order) + 1)
    trade[name] = (100 * counts / len(order), 100 * np.cumsum(right[order]) / counts)
plots.lines(
    trade,
    xlabel="coverage in %",
    ylabel="right answers in %",
    xlim=(40, 100),
    ylim=(97, 100.1),
    title="The surest first",
)

# %% [markdown]
"""
Five of a hundred digits go to a person, and with them nine of ten mistakes. `hasty` must hand over
most of its work. Seen this way, the two are further apart than 99 % and 92 % sound.

### Is 90 % really 90 %?

Of all answers given with 90 % confidence, nine of ten should be right. Then a network is
**calibrated**. To test it, sort the answers into bins by confidence: 0 to 0.1, 0.1 to 0.2, and so
on. In each, compare the mean confidence with the share that is right. The **calibration error** is
the mean of these gaps, each weighted by the number of answers in its bin.
"""


# %%
def calibration(confidence, right, bins):
    """→ rows [count, mean confidence, share right], one for each bin that is not empty; the error.

    A confidence of exactly 1 belongs to the last bin.
    """
    ### BEGIN SOLUTION
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for k in range(bins):
        inside = number == k
        if inside.any():
            rows.append([inside.sum(), confidence[inside].mean(), right[inside].mean()])
    rows = np.array(rows)
    error = (rows[:, 0] * np.abs(rows[:, 1] - rows[:, 2])).sum() / rows[:, 0].sum()
    return rows, error
    ### END SOLUTION


# %%
ex.calibration.check(calibration)

# %% tags=["nbval-ignore-output"]
calibration = ex.calibration.or_reference(calibration)
shown = {}
for name, output in outputs.items():
    sure, right = output.max(axis=1), output.argmax(axis=1) == y_valid
    bins, error = calibration(sure, right, 10)
    shown[name] = (bins[:, 1], bins[:, 2])
    # What a perfectly calibrated network would get: right with just its own confidence.
    perfect = [calibration(sure, rng.random(len(sure)) < sure, 10)[1] for _ in range(50)]
    print(f"{name}: calibration error {error:.4f}, by luck alone up to {max(perfect):.4f}")
    print("   answers in each bin:", bins[:, 0].astype(int).tolist())
plots.lines(
    shown,
    xlabel="mean confidence",
    ylabel="share right",
    xlim=(0, 1.02),
    ylim=(0, 1.02),
    diagonal="calibrated",
    title="Reliability diagram",
)

# %% [markdown]
"""
`hasty` runs below the diagonal: too sure. The reader's line is ragged, because its lower bins hold
a handful of digits each. Even a perfectly calibrated network has an error above 0, by luck. The
reader's is no larger than that. As far as this test can see, the bank's calculation was sound.

For `hasty` there is a remedy with a single number, **temperature scaling**: divide all logits by T
before softmax. T above 1 makes every answer less sure, and changes none. (With probabilities, that
is a power of 1/T.) The validation loss chooses T. For which network will it be near 1?
"""


# %% tags=["nbval-ignore-output"]
def cooled(output, temperature):
    """Probabilities, as if the logits had been divided by `temperature`."""
    powers = np.maximum(output, 1e-30) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def loss(output, labels):
    """Mean cross-entropy."""
    return -np.log(np.maximum(output[np.arange(len(labels)), labels], 1e-30)).mean()


temperatures = {}
for name, output in outputs.items():
    tried = np.arange(0.5, 4, 0.05)
    losses = [loss(cooled(output, temperature), y_valid) for temperature in tried]
    temperatures[name] = tried[np.argmin(losses)]
    before = loss(output, y_valid)
    print(f"{name}: T {temperatures[name]:.2f}, loss {before:.3f}, then {min(losses):.3f}")

# %% [markdown]
"""
### Open the test, once

Threshold and temperature were *chosen* on the validation digits, and look a little better there
than they are. So now: 10,000 digits that had no say.
"""

# %% tags=["nbval-ignore-output"]
x_test, y_test = sealed[0][..., None].astype("float32") / 255, sealed[1].astype(int)
for name, model in (("reader", reader), ("hasty", hasty)):
    output = run(model, x_test)
    sure, right = output.max(axis=1), output.argmax(axis=1) == y_test
    kept = sure >= thresholds[name]
    print(f"{name}: {100 * right.mean():.2f} % right; with the threshold, ", end="")
    print(f"{(~right[kept]).sum()} wrong of {kept.sum():,} ({100 * right[kept].mean():.2f} %)")
    better = cooled(output, temperatures[name])
    before, after = (calibration(o.max(axis=1), right, 10)[1] for o in (output, better))
    print(f"   calibration error {before:.4f}, with T {after:.4f}")

# %% [markdown]
"""
The reader keeps the promise. (Not on the stand-in, whose test digits come from other drawings than
its training digits.) `hasty` keeps or misses it by a hair: its threshold hangs on one or two
mistakes. Whoever must *guarantee* 99.9 % takes a margin. And with another scanner, measure again.
The temperature mends `hasty`; the reader needed none.

## Where does it look?

A **saliency map** asks: if this pixel were a little darker, how much would the winning score
change? That is a gradient with respect to the *pixels*. The weights stand still.

Take the score before softmax, the logit. Where the network is certain, softmax is flat: the
probability cannot rise above 1, and its gradient is nearly 0. So here is the reader without it:
"""

# %%
dense = reader.layers[-1]
last = layers.Dense(10)
scorer = keras.Model(reader.inputs[0], last(dense.input))
last.set_weights(dense.get_weights())
again = keras.ops.softmax(run(scorer, x_valid[:500]))
print("as the reader, after softmax:", np.allclose(again, probabilities[:500], atol=1e-4))

# %% [markdown]
"""
Write `saliency`. In lab 03 you met the tape:

```python
with tf.GradientTape() as tape:
    tape.watch(x)  # x is a tensor, not a weight: say that it matters
    y = ...  # something computed from x
slope = tape.gradient(y, x)
```

Of each picture's ten scores, take the largest. Then the gradient, absolute values, no channel.

> **If it fails** with `NoneType`, the tape saw no path from the pixels to the score: was `watch`
> called on a *tensor* (`tf.convert_to_tensor`), and is the score computed inside the block?
"""


# %%
def saliency(model, images):
    """Scores of `model`, (n, h, w, 1) pictures → (n, h, w), how much each pixel matters."""
    ### BEGIN SOLUTION
    pixels = tf.convert_to_tensor(images)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        winner = tf.reduce_max(model(pixels), axis=1)
    return np.abs(tape.gradient(winner, pixels))[..., 0]
    ### END SOLUTION


# %%
ex.saliency.check(saliency)

# %% [markdown]
"""
There are more ways to ask. **Gradient × ink** multiplies this map by the picture: surely only ink
matters? **Covering** (occlusion) slides a small square over the picture, and notes how far the
winning score falls. It works with any program. Our square is paper, 0. Try a grey one, 0.5, too.
"""


# %% tags=["nbval-ignore-output"]
def covering(model, images, size=5, step=2, shade=0):
    """→ (n, places, places): how far the winning score falls with a square here."""
    starts = range(0, 28 - size + 1, step)
    maps = []
    for image in images:
        scores = run(model, image[None])[0]
        covered = []
        for row in starts:
            for column in starts:
                covered.append(image.copy())
                covered[-1][row : row + size, column : column + size] = shade
        fallen = scores.max() - run(model, np.array(covered))[:, scores.argmax()]
        maps.append(fallen.reshape(len(starts), -1))
    return np.array(maps)


saliency = ex.saliency.or_reference(saliency)
some = x_valid[[*np.flatnonzero(answers == y_valid)[:4], *worst[:4]]]
pictures = some[..., 0]


def three_maps(model):
    """The three kinds of maps, by name."""
    slope = saliency(model, some)
    return {
        "gradient": slope,
        "gradient × ink": slope * pictures,
        "covering": covering(model, some),
    }


trained = three_maps(scorer)
on_ink = trained["gradient"][pictures > 0].sum() / trained["gradient"].sum()
words = f"Of the gradient, {on_ink:.0%} lies on ink; of gradient × ink, all. Covering is coarse."
plots.maps({"four read right, four read wrong": pictures} | trained, words=words)

# %% [markdown]
"""
Look at the fifth digit, a 1 that our reader takes for a 2. Covering points at its foot. And which
row convinces you most? Decide, before you read on.

### The honest test

A picture that shows what a network has *learned* must change when the learning is taken away. So
take the same network with fresh weights, drawn by chance. It knows nothing at all. (The test is
from Adebayo and others, 2018. Several well-known methods failed it.)
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)
ignorant = three_maps(keras.models.clone_model(scorer))
both = {
    f"{name}, {who}": maps[name]
    for name in trained
    for who, maps in (("trained", trained), ("ignorant", ignorant))
}
plots.maps(both, words="Gradient × ink shows the digits in both its rows; the others change.")

# %% [markdown]
"""
How alike are they? The **rank correlation** compares the order of the pixels: 1 is the same order,
0 is no relation. The last number looks at the inked pixels alone.
"""


# %% tags=["nbval-ignore-output"]
def likeness(some_maps, other_maps, inked):
    """Mean rank correlation of maps, pair by pair, over the pixels that are `inked`."""
    trios = zip(some_maps, other_maps, inked, strict=True)
    return np.mean([spearmanr(one[where], other[where]).statistic for one, other, where in trios])


for name in trained:
    everywhere = np.ones_like(trained[name], bool)
    alike = likeness(trained[name], ignorant[name], everywhere)
    print(f"{name}: trained against ignorant {alike:.2f}")
name = "gradient × ink"
print(f"{name}, in the ink: {likeness(trained[name], ignorant[name], pictures > 0):.2f}")

# %% [markdown]
"""
Gradient × ink, the row that looks best, is nearly the same for a network that knows nothing. What
we see in it is the digit, which *we* multiplied in; within the ink, more than half of the likeness
is gone. The bare gradient and the covering do change. They pass this test, which does not prove
that they tell the whole truth.

## A map of all digits

What goes into the last layer are the **features** of a digit: all that the network still knows of
it. How many numbers are that? Nobody sees in so many dimensions. So we look for a plane that shows
as much of the spread as possible: its axes are the **principal components**. Move the middle of the
cloud to 0, then take the directions in which it is widest. The **singular value decomposition**
(SVD) finds them.

(`threadpool_limits(1)` keeps NumPy on one core. On a busy computer, its threads would wait for
TensorFlow's.)
"""


# %% tags=["nbval-ignore-output"]
def principal(points, count):
    """(n, many) → (n, count) coordinates along the widest directions; the share of each."""
    centred = points - points.mean(axis=0)
    with threadpool_limits(1):
        _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:count].T, lengths**2 / (lengths**2).sum()


features_of = keras.Model(reader.inputs[0], dense.input)
features = run(features_of, x_valid[:mapped])
pixels = x_valid[:mapped].reshape(mapped, -1)
names = y_valid[:mapped]
print("features of one digit:", features.shape[1])
points = {}
for name, cloud in (("pixels", pixels), ("features", features)):
    points[name], shares = principal(cloud, 50)
    print(f"{name}: a plane shows {shares[:2].sum():.0%} of the spread, 50 directions", end=" ")
    print(f"{shares[:50].sum():.0%}")
axes = {"xlabel": "first direction", "ylabel": "second direction"}
for name, cloud in points.items():
    display(plots.scatter(*cloud[:600, :2].T, names[:600], title=name, **axes))

# %% [markdown]
"""
Pixels: a soup, with the ones and the zeros at its edges. Features: the digits have drawn apart,
though a plane cannot hold all ten. Change: leave out the centring. How much of the spread does the
first direction "show" then, and what is it?

**t-SNE** gives up straight directions. It places the digits on the paper such that *neighbours*
stay neighbours. That takes some seconds.
"""

# %% tags=["nbval-ignore-output"]
with plots.LiveDisplay() as live, threadpool_limits(1):
    live.tell(f"placing {mapped:,} digits; about ten seconds …")
    flat = TSNE(max_iter=500, random_state=seed).fit_transform(points["features"])
    around = {"xlabel": "across (no unit)", "ylabel": "up (no unit)"}
    live.show(plots.scatter(*flat.T, names, title="Features by t-SNE", **around))

# %% [markdown]
"""
Ten islands, and some digits on the wrong one. They are worth a look. But the distances between
islands mean little, their sizes nothing, and another seed gives another map. It is good for finding
questions, not answers.

## The card

- `keras.Model(model.inputs[0], layer.output)`: a model that stops at a layer.
- Confusion matrix: row label, column answer. Off the diagonal is the news.
- Precision: of those called so. Recall: of those that are so.
- With prices, take the least expected price, not the largest probability.
- Look at the mistakes made with confidence. Some are the label's.
- ROC: all thresholds. AUC: the chance that a positive beats a negative.
- Reject below a threshold, chosen on validation, confirmed on the test.
- Calibrated: 90 % sure is right nine times of ten. One temperature mends what is too sure.
- An explanation that survives random weights explains nothing.
- t-SNE: neighbours count, distances do not.

## Go further

### Find the ten without labels

**k-means** looks for groups, and asks for no label. Begin with some points as centres, and repeat a
step of two halves: give each point to its nearest centre; move each centre to the mean of its
points. Write the step. A centre that got no point stays where it is.
"""


# %%
def kmeans_step(points, centres):
    """(n, numbers), (k, numbers) → the nearest centre of each point (n,); the moved centres."""
    ### BEGIN SOLUTION
    distances = ((points[:, None] - centres) ** 2).sum(axis=2)
    assigned = distances.argmin(axis=1)
    moved = centres.copy()
    for k in range(len(centres)):
        if (assigned == k).any():
            moved[k] = points[assigned == k].mean(axis=0)
    return assigned, moved
    ### END SOLUTION


# %%
ex.kmeans_step.check(kmeans_step)

# %% [markdown]
"""
Now on pixels and on features, with several starts. **Purity** is the share of points that have the
most frequent label of their group. The **adjusted Rand index** is 1 where groups and labels agree,
and 0 for groups by chance. The spread, the mean squared distance to the centre, needs no labels: by
it you choose among the starts.
"""


# %% tags=["nbval-ignore-output"]
def kmeans(points, count, number):
    """→ assigned centres, centres, spread, after 15 steps from a random start."""
    start = np.random.default_rng(number).choice(len(points), count, replace=False)
    centres = points[start]
    for _ in range(15):
        assigned, centres = kmeans_step(points, centres)
    return assigned, centres, ((points - centres[assigned]) ** 2).sum(axis=1).mean()


kmeans_step = ex.kmeans_step.or_reference(kmeans_step)
for name, cloud in points.items():
    for number in seeds:
        groups, centres, spread = kmeans(cloud, 10, number)
        purity = confusion(groups, names, 10).max(axis=1).sum() / mapped
        rand = adjusted_rand_score(names, groups)
        print(f"{name}, start {number}: spread {spread:.1f}, purity {purity:.2f}, Rand {rand:.2f}")

# %% [markdown]
"""
How many labels does it take to name the groups? Ask a person for one digit of each: the one nearest
to the centre. All others of the group get its name.
"""

# %% tags=["nbval-ignore-output"]
for name, cloud in points.items():
    for count in (10, 50):
        tries = [kmeans(cloud, count, number) for number in seeds]
        groups, centres, _ = min(tries, key=lambda one: one[2])
        nearest = ((cloud[:, None] - centres) ** 2).sum(axis=2).argmin(axis=0)
        named = names[nearest][groups]
        print(f"{name}, {count} labels: accuracy {100 * (named == names).mean():.1f} %")

# %% [markdown]
"""
Ten labels, and the features name most digits rightly; the pixels, far fewer. But who made these
features? A network that had seen 54,000 labels. The fair game would be features that are learned
without any; that is a field of its own.

### Two more to write

- **Grad-CAM** weighs each of the last maps by the mean gradient of the score, and adds them up.
  Write it with `stop_at` and a tape. Does it pass the honest test?
- A person's reading has a price, too: an eleventh answer that always costs 0.05. Then `cheapest`
  itself decides what to hand over.

Next: **[07 GAN](07_gan.ipynb)**, where a network invents digits, and you judge them.
"""

# %%
show_progress("06")
