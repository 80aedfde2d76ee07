# ---
# jupyter:
#   workshop:
#     title: Improve
#     minutes: 80
#     needs: ["02", "03"]
#     outcome: >-
#       a way of tuning that does not fool you: sweeps, searches and intervals that say how sure
#       they are, and a network of at most 4,000 numbers on a leaderboard that believes nobody.
#     small:
#       digits: 8000
#       study_digits: 1500
#       few_digits: 200
#       sweep_count: 2
#       seeds: [1, 2]
#       remedy_epochs: 2
#       trials: 12
#       searches: 3
#       stretch_epochs: 1
# ---

# %%
import json

import numpy as np
import optuna
from IPython.display import display
from ipywidgets import FloatLogSlider, FloatSlider, interact
from scipy import stats
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from workshop import plots
from workshop.data import NoData, load_fashion_mnist, load_mnist
from workshop.exercises import lab04 as ex
from workshop.exercises.overview import show_progress
from workshop.leaderboard import Leaderboard, RefusedEntry
from workshop.places import models_folder

import keras  # after workshop, which keeps TensorFlow quiet
from keras import layers

threads = threadpool_limits(1, user_api="blas")  # one core for NumPy, as in lab 03
optuna.logging.set_verbosity(optuna.logging.WARNING)
models_folder().mkdir(parents=True, exist_ok=True)
show_progress("04")

# %% tags=["parameters"]
seed = 42
digits = 54_000
study_digits = 10_000
few_digits = 500
sweep_count = 6
seeds = [1, 2, 3, 4, 5]
remedy_epochs = 20
trials = 20
searches = 10
final_epochs = 5
stretch_epochs = 2

# %%
(x_all, y_all), sealed = load_mnist()
x_train, y_train = x_all[:digits].astype("float32") / 255, y_all[:digits]
x_valid, y_valid = x_all[-6000:].astype("float32") / 255, y_all[-6000:]
print("training:  ", x_train.shape)
print("validation:", x_valid.shape)

# %% [markdown]
"""
## How to fool yourself

You change something, and the network is better. Is it? First, an experiment without any network.
Here are 200 "predictors" that draw lots. We choose the best by 100 validation digits. How many of
100 will it read right? And of the 10,000 sealed ones?
"""

# %%
rng = np.random.default_rng(seed)
guesses = rng.integers(0, 10, (200, 100))
scores = (guesses == y_valid[:100]).sum(axis=1)
test_guesses = rng.integers(0, 10, (200, 10_000))[scores.argmax()]
print(f"the best of 200: {scores.max()} of 100 validation digits")
print(f"the same predictor: {100 * (test_guesses == sealed[1]).mean():.1f} of 100 sealed digits")

# %% [markdown]
"""
It knows nothing, and it looked twice as good as guessing. Whoever chooses the best of many chooses
luck, too: the more you try, and the fewer digits you choose by, the more. So:

- training digits are for learning, validation digits for *all* choices;
- the test stays `sealed` until no choice is left. Many published examples hand their test to `fit`
  as `validation_data`, and then report it. Their best epoch is our best of 200.

## A recipe in a file

Whoever tunes must know what was trained. So all **settings** (also called *hyper-parameters*: what
you choose and training does not learn) go into one file. These are bad on purpose; you met them in
lab 02.
"""

# %% tags=["nbval-ignore-output"]
baseline = {
    "loss": "mse",
    "optimizer": "SGD",
    "learning_rate": 0.1,
    "layers": 1,
    "units": 10,
    "batch_size": 32,
    "epochs": 1,
}
recipe_file = models_folder() / "04_baseline.json"
recipe_file.write_text(json.dumps(baseline, indent=2))
baseline = json.loads(recipe_file.read_text())


def train(number, loss, optimizer, learning_rate, layers, units, batch_size, epochs):
    """Dense layers, trained on `study_digits` digits with the seed `number`. → the network."""
    keras.utils.set_random_seed(number)
    hidden = [keras.layers.Dense(units, activation="relu") for _ in range(layers)]
    output = keras.layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *hidden, output])
    model.compile(loss=loss, optimizer=getattr(keras.optimizers, optimizer)(learning_rate))
    images, labels = x_train[:study_digits], y_train[:study_digits]
    if loss == "mse":
        labels = keras.utils.to_categorical(labels, 10)
    model.fit(images, labels, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


def accuracy_of(model, images=x_valid, labels=y_valid):
    """Right answers in %."""
    predicted = model.predict(images, batch_size=1000, verbose=0).argmax(axis=1)
    return 100 * (predicted == labels).mean()


try:
    train(seed, **baseline, learning_rte=1.0)
except TypeError as error:
    print(error)

# %% [markdown]
"""
A misspelt setting stops. That is why `train` names all its settings, and has no defaults.

Which one to change? **One factor at a time**: each experiment differs from the baseline in exactly
one setting, so you know what did it. `changes` says what is to be tried. Write `one_factor`.
"""

# %%
changes = {
    "loss": ["sparse_categorical_crossentropy"],
    "optimizer": ["Adam"],
    "learning_rate": [1.0],
    "layers": [2],
    "units": [100],
    "batch_size": [8],
    "epochs": [3],
}


def one_factor(baseline, changes):
    """A dict, and a dict of lists → list of dicts, each with one value changed."""
    ### BEGIN SOLUTION
    settings = []
    for name, values in changes.items():
        for value in values:
            settings.append(baseline | {name: value})
    return settings
    ### END SOLUTION


# %%
ex.one_factor.check(one_factor)

# %% [markdown]
"""
Seven changes, and then all seven together. Which will help most? Will one harm? Write it down.
"""

# %% tags=["nbval-ignore-output"]
one_factor = ex.one_factor.or_reference(one_factor)
together = baseline | {name: values[0] for name, values in changes.items()}
experiments = {"baseline": baseline, "all together": together}
for settings in one_factor(baseline, changes):
    (name,) = [key for key in settings if settings[key] != baseline[key]]
    experiments[f"{name}: {settings[name]}"] = settings
rows = []
with plots.LiveDisplay() as live:
    for name, settings in experiments.items():
        live.tell(name)
        accuracy = accuracy_of(train(seeds[0], **settings))
        rows.append({"change": name, "validation accuracy in %": accuracy})
plots.compare(rows, title=f"One epoch of {study_digits:,} digits, one change each")

# %% [markdown]
"""
Cross-entropy wins; lab 02 said why. A second layer harms. Six changes helped, so why do all
together end in guessing? Adam, a rate of 1.0 and batches of 8 each take larger or more steps. The
baseline took too few, but this is far too much. One factor at a time does not see that settings
lean on each other. Optimizer and learning rate do, more than any.

## The learning rate

### Visible

In lab 03 you went downhill with one number. With two you can still watch. Here is a bowl, twenty
times steeper in one direction than in the other. `descend` is yours of lab 03, made for two
numbers. With `momentum`, it also has the *velocity* that your network had there.
"""


# %%
def descend(slope, start, rate, steps, momentum=0.0):
    """Every place of a walk downhill. → (steps + 1, 2)"""
    path, velocity = [np.array(start, "float64")], np.zeros(2)
    for _ in range(steps):
        velocity = momentum * velocity - rate * slope(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


def bowl(place):
    return (place[0] ** 2 + 20 * place[1] ** 2) / 2


def bowl_slope(place):
    return np.array([place[0], 20 * place[1]])


def chart(surface, reach, levels):
    """What a map needs: its height at 41×41 places, and the lines to draw."""
    ticks = np.linspace(-reach, reach, 41)
    return ticks, np.array([[surface((a, b)) for a in ticks] for b in ticks]), levels


def draw_walks(surface, slope, chart, start, rates, momentum=0.0):
    """A map for each rate, and a walk of 25 steps on it."""
    ticks, told = chart[0], []
    with plots.style.figure(4.2 * len(rates), 4) as figure:
        for axes, rate in zip(figure.subplots(1, len(rates), squeeze=False)[0], rates, strict=True):
            path = descend(slope, start, rate, 25, momentum)
            lines = axes.contour(ticks, *chart, colors=plots.style.QUIET, linewidths=1)
            axes.clabel(lines, fontsize=11)
            axes.plot(*path.T, "o-", color=plots.style.COLOURS[1], markersize=4, linewidth=1.2)
            axes.plot(*start, "s", color="black", markersize=9)
            axes.set(xlim=ticks[[0, -1]], ylim=ticks[[0, -1]])
            told.append(f"rate {rate:.3g}: loss {surface(path[-1]):.3g}")
            axes.set_title(told[-1], fontsize=12)
        words = "; ".join(told)
        return plots.picture(figure, f"Walks of 25 steps, from the square. At the end, {words}.")


bowl_map = bowl, bowl_slope, chart(bowl, 4, [1, 5, 20, 50, 100]), (-3.5, 2)
draw_walks(*bowl_map, [0.01, 0.09, 0.102])

# %% [markdown]
"""
Lines join places of equal loss, as on a map for hikers. The first rate creeps, the second zigzags
and arrives, the third climbs out of the bowl. The steep direction sets the limit, 2 / 20 = 0.1; the
flat one suffers from it. From good to hopeless it is a small step.

Is a network like that? Of its thousands of directions, choose two: from fresh weights towards
trained ones, and one by lot. This is lab 03's network again; later we need its speed.
"""


# %% tags=["nbval-ignore-output"]
def forward(network, x):
    """[w1, b1, w2, b2] and (n, pixels) → hidden (n, units), logits (n, 10)."""
    hidden = np.maximum(x @ network[0] + network[1], 0)
    return hidden, hidden @ network[2] + network[3]


def measure(network, x, y):
    """→ loss, and right answers in %."""
    logits = forward(network, x)[1]
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return losses.mean(), 100 * (logits.argmax(axis=1) == y).mean()


def fresh(rng, pixels, units):
    """He's start."""
    shapes = [(pixels, units), (units,), (units, 10), (10,)]
    spreads = [np.sqrt(2 / pixels), 0, np.sqrt(2 / units), 0]
    return [
        rng.normal(0, s, shape).astype("float32") for s, shape in zip(spreads, shapes, strict=True)
    ]


def quick_train(x, y, number, learning_rate, units, momentum, epochs=2):
    """pixels-units-10 in NumPy, batches of 32, seed `number`. → network"""
    rng = np.random.default_rng(number)
    network = fresh(rng, x.shape[1], units)
    velocities = [np.zeros_like(array) for array in network]
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 32):
            hidden, logits = forward(network, x[rows])
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            d_logits = powers / powers.sum(axis=1, keepdims=True)
            d_logits[np.arange(len(rows)), y[rows]] -= 1
            d_logits /= len(rows)
            d_hidden = d_logits @ network[2].T * (hidden > 0)
            gradients = [
                x[rows].T @ d_hidden, d_hidden.sum(axis=0),
                hidden.T @ d_logits, d_logits.sum(axis=0),
            ]  # fmt: skip
            for array, velocity, gradient in zip(network, velocities, gradients, strict=True):
                velocity *= momentum
                velocity -= learning_rate * gradient
                array += velocity
    return network


x_quick, y_quick = x_train[:2000].reshape(-1, 784), y_train[:2000]
x_check, y_check = x_valid.reshape(-1, 784), y_valid
good = {"learning_rate": 0.05, "units": 32, "momentum": 0.9}
trained = quick_train(x_quick, y_quick, 1, **good)
start = fresh(np.random.default_rng(1), 784, 32)
chance = fresh(np.random.default_rng(2), 784, 32)


def slice_loss(place):
    """The loss on 300 digits, so far from fresh weights in the two directions."""
    network = [
        s + place[0] * (t - s) + place[1] * c
        for s, t, c in zip(start, trained, chance, strict=True)
    ]
    return measure(network, x_quick[:300], y_quick[:300])[0]


def slice_slope(place, step=1e-2):
    """By finite differences, as in lab 03."""
    sides = np.eye(2) * step
    return np.array([slice_loss(place + s) - slice_loss(place - s) for s in sides]) / (2 * step)


slice_map = slice_loss, slice_slope, chart(slice_loss, 2.5, [0.5, 1, 2, 4, 8]), (-1, 1.5)
draw_walks(*slice_map, [0.01, 0.2, 0.8])

# %% [markdown]
"""
Not a bowl, but near enough. (The third walk leaps out of the map, and comes back.) Now move the
rate yourself, and add momentum. On the bowl, how low can you get in 25 steps? (You may also change
the rule: edit `descend` and run its cell again. The sliders then walk by it.)
"""


# %% tags=["nbval-ignore-output", "this-machine"]
def slide(surface, rate, momentum):
    return draw_walks(*surface, [rate], momentum)


_ = interact(
    slide,
    surface={"bowl": bowl_map, "slice of a network": slice_map},
    rate=FloatLogSlider(0.01, min=-3, max=0.3, step=0.05, continuous_update=False),
    momentum=FloatSlider(0.0, min=0.0, max=0.95, step=0.05, continuous_update=False),
)

# %% [markdown]
"""
### A sweep

Nobody tells you the limit of *your* network. So try several rates: a **sweep**. Which six would
you try between 0.0001 and 10? Write `learning_rates`: from each to the next, the *factor* is the
same.
"""


# %%
def learning_rates(low, high, count):
    """`count` rates from `low` to `high`, evenly spread by factors. → (count,)"""
    ### BEGIN SOLUTION
    return np.geomspace(low, high, count)
    ### END SOLUTION


# %%
ex.learning_rates.check(learning_rates)

# %% [markdown]
"""
Three optimizers, the same network. Before you run: at which rate will each be best?
"""

# %% tags=["nbval-ignore-output"]
learning_rates = ex.learning_rates.or_reference(learning_rates)
cross_entropy = "sparse_categorical_crossentropy"
decent = baseline | {"loss": cross_entropy, "units": 32, "epochs": 2}
rates = learning_rates(1e-4, 10, sweep_count)
sweeps = {}
with plots.LiveDisplay() as live:
    for name in ("SGD", "Adam", "Adadelta"):
        sweeps[name] = []
        for rate in rates:
            live.tell(f"{name}, learning rate {rate:.2g}")
            settings = decent | {"optimizer": name, "learning_rate": float(rate)}
            model = train(seeds[0], **settings | {"batch_size": 64, "epochs": 1})
            sweeps[name].append(accuracy_of(model))
defaults = {name: float(getattr(keras.optimizers, name)().learning_rate) for name in sweeps}
with plots.style.figure(8, 4) as figure:
    axes = figure.subplots()
    told = []
    for number, (name, values) in enumerate(sweeps.items()):
        look = {"color": plots.style.COLOURS[number], "marker": plots.style.MARKERS[number]}
        axes.semilogx(rates, values, label=f"{name}, default {defaults[name]:g}", **look)
        best = int(np.argmax(values))
        told.append(f"{name} is best, {values[best]:.0f} %, at {rates[best]:.2g}")
    axes.set(xlabel="learning rate (logarithmic)", ylabel="validation accuracy in %")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    sweep_picture = plots.picture(figure, f"Accuracy against learning rate. {'; '.join(told)}.")
display(sweep_picture)

# %% [markdown]
"""
Each has its own hill, a power of ten or more apart. At 0.1 SGD beats Adam, at 0.001 it is the other
way round. After a sweep of its own, each is good. Compare optimizers at their own best rates only.
(Adadelta is best at the edge of the sweep. Then one looks further.)

**The trap.** Adadelta was published with a rate that amounts to 1.0. That was Keras's default, and
many examples write just `Adadelta()`. Then the default became 0.001. Find that place on its line. A
well-known network for these digits, copied unchanged, now reads 13 of 100 after four epochs; with
`Adadelta(1.0)`, 95. Nothing fails. So write your rates down: a default is somebody else's choice.

One more trap waits where you pick the best. A rate that is too high can end in `nan`, and `argmin`
takes that for the lowest loss:
"""

# %%
losses = np.array([2.30, 0.61, 0.35, np.nan])
print("argmin says number", np.argmin(losses), "and nanargmin says number", np.nanargmin(losses))

# %% [markdown]
"""
## How sure are you?

With the bad baseline, a second layer harmed. And with decent settings? Two runs, the same seed.
"""

# %% tags=["nbval-ignore-output"]
depths = {}
for count in (1, 2):
    depths[count] = [accuracy_of(train(seeds[0], **decent | {"layers": count}))]
print(f"one layer {depths[1][0]:.2f} %, two layers {depths[2][0]:.2f} %")

# %% [markdown]
"""
Better, it seems. Do you believe it? The seed decides the first weights and the order of the digits.
Other seeds, other results. So ask several, and say how sure the mean is. With n results:

- the **standard deviation** s says how far they lie from their mean (`np.std` with `ddof=1`);
- the mean is surer than one result: its **standard error** is s / √n;
- the **95 % confidence interval** reaches t standard errors to both sides. t comes from Student's
  distribution with n − 1 degrees of freedom, `stats.t.ppf(0.975, n - 1)`: 4.30 for three results,
  near 2 for many.

Write it. It should catch the mean of all possible seeds in 95 of 100 cases.
"""


# %%
def confidence_interval(accuracies):
    """n results → the two ends of the 95 % interval of their mean."""
    ### BEGIN SOLUTION
    n = len(accuracies)
    error = np.std(accuracies, ddof=1) / np.sqrt(n)
    t = stats.t.ppf(0.975, n - 1)
    return np.mean(accuracies) - t * error, np.mean(accuracies) + t * error
    ### END SOLUTION


# %%
ex.confidence_interval.check(confidence_interval)

# %% [markdown]
"""
Both recipes get the *same* seeds. So look at the difference for each seed, and at the interval of
these differences. If 0 lies inside, you have not shown that one is better.
"""

# %% tags=["nbval-ignore-output"]
confidence_interval = ex.confidence_interval.or_reference(confidence_interval)
with plots.LiveDisplay() as live:
    for count in depths:
        for number in seeds[1:]:
            live.tell(f"layers: {count}, seed {number}")
            depths[count].append(accuracy_of(train(number, **decent | {"layers": count})))
differences = np.subtract(depths[2], depths[1])
print("two layers minus one, for each seed:", *(f"{value:+.2f}" for value in differences))
low, high = confidence_interval(differences)
print(f"mean {differences.mean():+.2f}, 95 % interval from {low:+.2f} to {high:+.2f}")

# %% [markdown]
"""
With the first seed alone, this lab would now recommend two layers. The interval says: nothing is
shown, for or against.

**Cross-validation** gives several results from *few* digits: cut them into five parts, train on
four, look at the fifth, five times. Each digit is looked at once. (The five share most of their
training digits, so the interval is a little too narrow.)
"""

# %% tags=["nbval-ignore-output"]
folds = []
for inside, outside in KFold(5, shuffle=True, random_state=seed).split(x_quick):
    network = quick_train(x_quick[inside], y_quick[inside], 1, **good)
    folds.append(measure(network, x_quick[outside], y_quick[outside])[1])
print("accuracy in %:", *(f"{accuracy:.1f}" for accuracy in folds))
print("95 % interval from {:.1f} to {:.1f}".format(*confidence_interval(folds)))

# %% [markdown]
"""
## Against learning by heart

A wide network and few digits: lab 02's recipe for overfitting.
"""


# %% tags=["nbval-ignore-output"]
def train_few(number, dropout=0.0, weight_decay=0.0, change=None, **watch):
    """784-256-10 on `few_digits` digits; `watch` goes to `fit`. → the network"""
    keras.utils.set_random_seed(number)
    hidden = [layers.Dense(256, activation="relu"), layers.Dropout(dropout)]
    output = layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), *hidden, output])
    optimizer = keras.optimizers.AdamW(0.003, weight_decay=weight_decay)
    model.compile(loss=cross_entropy, optimizer=optimizer, metrics=["accuracy"])
    images, labels, epochs = x_train[:few_digits], y_train[:few_digits], remedy_epochs
    if change:  # a changed copy for each epoch; then each is seen once
        rng = np.random.default_rng(number)
        images = np.concatenate([change(images, rng) for _ in range(epochs)])
        labels, epochs = np.tile(labels, epochs), 1
    model.fit(images, labels, batch_size=50, epochs=epochs, verbose=0, **watch)
    return model


watched = train_few(
    seeds[0],
    validation_data=(x_valid[:2000], y_valid[:2000]),
    validation_batch_size=1000,
    callbacks=[plots.LiveCurves()],
)

# %% [markdown]
"""
When should it have stopped? The published network of lab 03 stopped at a threshold of its
*training* loss, rounded by `eval`, and read 82 % of 50 pictures. **Early stopping** watches the
validation loss. When `patience` epochs in a row brought no lower one, it ends, and goes back to the
best epoch. If that never happens, all epochs are trained. Write the rule for a list of losses. Do
not look ahead: the training does not know later losses either.
"""


# %%
def stop_epoch(losses, patience):
    """Validation losses → epochs trained, best epoch. Both counted from 1."""
    ### BEGIN SOLUTION
    best, lowest, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best
    return len(losses), best
    ### END SOLUTION


# %%
ex.stop_epoch.check(stop_epoch)

# %% tags=["nbval-ignore-output"]
stop_epoch = ex.stop_epoch.or_reference(stop_epoch)
for patience in (1, 3):
    last, best = stop_epoch(watched.history.history["val_loss"], patience)
    print(f"patience {patience}: stops after {last} epochs, goes back to {best}")

# %% [markdown]
"""
Stopping keeps the harm small. More *data* goes to the cause, and data can be made:
**augmentation** changes each picture a little in a way that keeps its label true. Write `augment`:
each digit moves by its own offset, drawn from −2 to 2 pixels down and right. Paper comes in.

> **If it fails** with `could not broadcast`, you cut beyond the edge. Print the shape of the cut.
"""


# %%
def augment(images, rng):
    """(n, 28, 28) → the same shape and dtype, each picture moved by its own offset."""
    ### BEGIN SOLUTION
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    moved = np.empty_like(images)
    for index, (row, column) in enumerate(rng.integers(0, 5, (len(images), 2))):
        moved[index] = padded[index, row : row + 28, column : column + 28]
    return moved
    ### END SOLUTION


# %%
ex.augment.check(augment)

# %% [markdown]
"""
Now three remedies and none, three seeds each. **Dropout** you know. **Weight decay** makes each
weight a little smaller at every step, so that only those grow that are needed. Which will gain
most?
"""

# %% tags=["nbval-ignore-output"]
augment = ex.augment.or_reference(augment)
remedies = {
    "none": {},
    "weight decay 1": {"weight_decay": 1.0},
    "dropout 0.5": {"dropout": 0.5},
    "augmentation": {"change": augment},
}
results = {}
with plots.LiveDisplay() as live:
    for name, remedy in remedies.items():
        live.tell(name)
        results[name] = [accuracy_of(train_few(number, **remedy)) for number in seeds[:3]]
none = results.pop("none")
print("without a remedy:", *(f"{accuracy:.1f} %" for accuracy in none))
with plots.style.figure(8, 2.5) as figure:
    axes = figure.subplots()
    told = []
    for place, (name, values) in enumerate(results.items()):
        gains = np.subtract(values, none)
        low, high = confidence_interval(gains)
        axes.plot([low, high], [place, place], color=plots.style.QUIET)
        heights = place + np.linspace(-0.2, 0.2, len(gains))  # equal gains hide each other
        axes.plot(gains, heights, "o", color=plots.style.COLOURS[0])
        each = ", ".join(f"{gain:+.1f}" for gain in gains)
        told.append(f"{name}: {each}, interval from {low:+.1f} to {high:+.1f}")
    axes.axvline(0, color="black", linewidth=1)
    axes.set_yticks(range(len(results)), results)
    axes.set(xlabel="points gained over none: each seed, and the 95 % interval of their mean")
    axes.margins(y=0.2)
    axes.invert_yaxis()
    remedy_picture = plots.picture(figure, f"Gains of three remedies in points. {'; '.join(told)}.")
display(remedy_picture)

# %% [markdown]
"""
Which remedy can you tell from none? When we ran it on MNIST, augmentation moved most: up by more
than two points with two of the seeds, and down with the third. So its interval contains 0, and
three seeds have shown nothing, though the lever may well be strong. Take all five: `seeds` in the
place of `seeds[:3]`. Does that decide it? (An interval without 0 says *better*, not *much better*.)

## A search

Settings lean on each other, so let a program try them *together*. A **trial** is one training with
settings of its own. **Optuna** runs trials: your **objective** asks a trial for its settings,
trains, and returns the number to be maximised. Three settings:

| name | from … to | spread |
| --- | --- | --- |
| `learning_rate` | 0.0001 … 10 | by powers of ten |
| `units` | 8 … 64 | whole numbers |
| `momentum` | 0 … 0.99 | evenly |

Your function is handed two things. Its `train` is not the one from above: `train(settings)` takes
a dict with the three names of the table. It returns a dict, too, with `"accuracy"`, `"loss"`,
`"val_accuracy"` and `"val_loss"`. The `trial` has `trial.suggest_float(name, low, high)`, with
`log=True` where you want powers of ten, and `trial.suggest_int(name, low, high)`.

> **If it fails** with a `KeyError`, you asked the dict of results for a name that it does not have.
> Its four names stand above.
"""


# %%
def objective(trial, train):
    """Ask the trial for settings, train. → the number to be maximised"""
    ### BEGIN SOLUTION
    settings = {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 10, log=True),
        "units": trial.suggest_int("units", 8, 64),
        "momentum": trial.suggest_float("momentum", 0, 0.99),
    }
    return train(settings)["val_accuracy"]
    ### END SOLUTION


# %%
ex.objective.check(objective)

# %% [markdown]
"""
We search on lab 03's network: it trains in a blink, and lab 03 showed that it computes what Keras
computes. All trials of one search are a **study**. Ours goes into a file, a database in SQLite,
because searches are long and computers fail. Here the power fails after eight trials:
"""


# %% tags=["nbval-ignore-output"]
def quick_score(settings, number=1):
    """What a trial gets to see: 2,000 of the validation digits."""
    with np.errstate(all="ignore"):  # rates that explode are part of a search
        network = quick_train(x_quick, y_quick, number, **settings)
        loss, accuracy = measure(network, x_quick, y_quick)
        val_loss, val_accuracy = measure(network, x_check[:2000], y_check[:2000])
    return {
        "accuracy": accuracy, "loss": loss, "val_accuracy": val_accuracy, "val_loss": val_loss
    }  # fmt: skip


class PowerCutError(Exception):
    pass


def power_cut(study, trial):
    if trial.number == 7:
        raise PowerCutError


objective = ex.objective.or_reference(objective)
storage = f"sqlite:///{models_folder() / '04_search.db'}"
if "dense" in optuna.get_all_study_names(storage):
    optuna.delete_study(study_name="dense", storage=storage)  # this cell starts a new search


def open_study():
    """The study in the file: a new one, or as it was left."""
    study = optuna.create_study(
        study_name="dense", storage=storage, direction="maximize", load_if_exists=True
    )
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))
    return study


try:
    open_study().optimize(
        lambda trial: objective(trial, quick_score), n_trials=trials, callbacks=[power_cut]
    )
except PowerCutError:
    print("Power cut!")

study = open_study()
done = len(study.trials)
study.optimize(lambda trial: objective(trial, quick_score), n_trials=trials - done)
print(f"{done} trials were in the file, {len(study.trials)} are now.")
print(f"the best: {study.best_value:.1f} %,", study.best_params)

# %% [markdown]
"""
`load_if_exists=True` goes on where it stopped. (A **sampler** proposes the settings of each trial.
Mind its seed: started again with the *same* one, it proposes the same trials again. Hence
`seed + len(study.trials)`.)

### Is it worth it?

Our sampler, **TPE**, draws its first ten trials by lot. Then it proposes settings that resemble the
good ones. The honest opponent is **random search**: all by lot. Both get the same number of trials
and the same seeds. The winner of each search is judged on 4,000 validation digits that it was *not*
chosen by. Is TPE better after 20 trials? Guess.
"""

# %% tags=["nbval-ignore-output"]
samplers = {"random": optuna.samplers.RandomSampler, "TPE": optuna.samplers.TPESampler}
tries = {name: np.zeros((searches, trials)) for name in samplers}
winners = {name: np.zeros(searches) for name in samplers}
with plots.LiveDisplay() as live:
    for name, sampler in samplers.items():
        for number in range(searches):
            live.tell(f"{name}, search {number + 1} of {searches}")
            study = optuna.create_study(direction="maximize", sampler=sampler(seed=number))
            asked = []  # what the objective made of each trial

            def score(settings):
                asked.append(settings)
                return quick_score(settings, number)

            study.optimize(lambda trial: objective(trial, score), n_trials=trials)
            tries[name][number] = [trial.value for trial in study.trials]
            best = asked[study.best_trial.number]
            network = quick_train(x_quick, y_quick, number, **best)
            winners[name][number] = measure(network, x_check[2000:], y_check[2000:])[1]
later = {name: values[:, 10:].mean(axis=1) for name, values in tries.items()}
for what, found in (("the winners", winners), ("an average trial after the tenth", later)):
    differences = found["TPE"] - found["random"]
    low, high = confidence_interval(differences)
    print(f"{what}: TPE minus random {differences.mean():+.1f} points, "
          f"95 % interval from {low:+.1f} to {high:+.1f}")  # fmt: skip

# %% tags=["nbval-ignore-output"]
with plots.style.figure(8, 3.6) as figure:
    axes = figure.subplots()
    for number, (name, values) in enumerate(tries.items()):
        so_far = np.maximum.accumulate(values, axis=1)
        look = {"color": plots.style.COLOURS[number], "marker": plots.style.MARKERS[number]}
        counted = range(1, trials + 1)
        axes.plot(counted, so_far.mean(axis=0), label=f"{name}: best so far", **look)
        axes.plot(counted, values.mean(axis=0), ":", label=f"{name}: this trial", alpha=0.7, **look)
    axes.set_xticks(range(0, trials + 1, 5))
    axes.set(xlabel="trial", ylabel=f"validation accuracy in %,\nmean of {searches} searches")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    told = ", ".join(f"{name} {v.max(axis=1).mean():.1f} %" for name, v in tries.items())
    search_picture = plots.picture(figure, f"Two searches. Best after {trials} trials: {told}.")
display(search_picture)

# %% [markdown]
"""
Their first ten trials are the same. After that TPE knows where it is good, and its trials are far
better on average. But what counts is the *best*, and that is found by lot as well: the winners'
interval contains 0. Does TPE gain with 80 trials? Always run random search beside yours.

## The price of accuracy

A point of accuracy may cost ten times the parameters. So compare both: an entry is **beaten** if
another has at most as many parameters and at least its accuracy, and is really better in one of the
two. Those beaten by nobody form the **Pareto front**. Write it.
"""


# %%
def pareto_front(parameters, accuracies):
    """n numbers each → list of the places, from 0, of those that nobody beats."""
    ### BEGIN SOLUTION
    front = []
    for i in range(len(parameters)):
        smaller = (parameters <= parameters[i]) & (accuracies >= accuracies[i])
        better = (parameters < parameters[i]) | (accuracies > accuracies[i])
        if not (smaller & better).any():
            front.append(i)
    return front
    ### END SOLUTION


# %%
ex.pareto_front.check(pareto_front)

# %% [markdown]
"""
Now the width. Seven widths, each for pictures of 28×28 and for pictures shrunk to 14×14 (each pixel
the mean of four). Which will be on the front?
"""

# %% tags=["nbval-ignore-output"]
pareto_front = ex.pareto_front.or_reference(pareto_front)


def shrunk(x):
    """(n, 784) → (n, 196): means of 2×2 pixels."""
    return x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)


sizes, scores, names = [], [], []
for side, change in ((28, np.copy), (14, shrunk)):
    for units in (2, 4, 8, 16, 32, 64, 128):
        network = quick_train(change(x_quick), y_quick, 1, 0.05, units, 0.9, epochs=5)
        sizes.append(sum(array.size for array in network))
        scores.append(measure(network, change(x_check), y_check)[1])
        names.append(f"{side}×{side}, {units} units")
front = pareto_front(np.array(sizes), np.array(scores))
for place in sorted(front, key=lambda place: sizes[place]):
    print(f"{names[place]:18} {sizes[place]:7,} parameters {scores[place]:6.1f} %")

# %% [markdown]
"""
The small ones on the front all saw shrunk pictures. Three quarters of the pixels can go at little
loss, and most parameters with them.

### Enter the board

Build `small`: **at most 4,000 parameters**, pictures (n, 28, 28, 1) in 0…1 in, ten probabilities
out. `layers.AveragePooling2D(2)` shrinks pictures inside a network; `layers.Flatten()` comes after
it. Compile it with a loss and an optimizer of your choice, and train it on `x_train[..., None]` for
`final_epochs` epochs. (`[..., None]` adds the last axis: one number per pixel.) The check asks for
**93 %** of the sealed digits. (On the stand-in, whose digits are harder, 70 %.)
"""

# %% tags=["nbval-ignore-output"]
### BEGIN SOLUTION
keras.utils.set_random_seed(seed)
small = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(18, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
small.compile(
    loss=cross_entropy,
    optimizer=keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(0.01, final_epochs * -(-len(x_train) // 128))
    ),
    metrics=["accuracy"],
)
_ = small.fit(
    x_train[..., None],
    y_train,
    batch_size=128,
    epochs=final_epochs,
    validation_data=(x_valid[..., None], y_valid),
    validation_batch_size=1000,
    verbose=0,
    callbacks=[plots.LiveCurves()],
)
### END SOLUTION

# %%
ex.small.check(small)

# %% [markdown]
"""
Our **leaderboard** scores accuracy against parameters. It takes a *model*, never a number, because
a board of numbers measures honesty. It runs your network itself, in a process that may do nothing
else, on pictures that nobody has seen: test digits, each bent and turned a little, in secret. (They
are harder, so its accuracy is lower than the check's.) And why may a name have twenty entries, no
more? Remember the best of 200.
"""

# %% tags=["nbval-ignore-output"]
small = ex.small.or_reference(small)
board = Leaderboard()


def enter(model, name, dataset="mnist"):
    """Submit a model, and say what the board says."""
    try:
        entry = board.submit(model, name=name, dataset=dataset)
        print(f"{name}: {entry.accuracy:.2f} %, {entry.parameters:,} parameters")
    except RefusedEntry as reason:
        print(f"Not entered: {reason}")


enter(small, "Ada")  # your name here

# %% [markdown]
"""
## The card

- Choose by validation digits, report the test, opened once. The best of many is partly luck.
- All settings in one file. A misspelt one must stop.
- One factor at a time tells what did it, not what leans on what.
- Rates by factors; a sweep for each optimizer. Write defaults down. `nanargmin`.
- Several seeds, paired differences: mean ± t · s / √n. Is 0 inside?
- Patience on the validation loss, then back to the best epoch. Data can be made: augmentation.
- A search: an objective, a file to go on from, random search beside it.
- Accuracy has a price. Look at the front.

## Go further

### 99 % with 4,000 parameters

Borrow some layers from lab 05. They look through small windows, and use the same numbers at every
place. (The curves will jump where the second epoch begins: within an epoch, Keras averages over all
its batches so far.)
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)


def window(filters, padding="same"):
    """A convolution, then a step that keeps its numbers in range."""
    convolution = layers.Conv2D(filters, 3, padding=padding, use_bias=False)
    return [convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU()]


def tiny_network():
    """3,938 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 5, strides=2, padding="same", activation="relu"),
            *window(12),
            layers.MaxPooling2D(),
            *window(12),
            *window(12, "valid"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def train_tiny(images, labels):
    """`stretch_epochs` epochs, with a rate that climbs first and then falls to 0."""
    model = tiny_network()
    updates = stretch_epochs * -(-len(images) // 128)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, updates - updates // 5, warmup_target=0.02, warmup_steps=updates // 5
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.01)
    model.compile(loss=cross_entropy, optimizer=optimizer, metrics=["accuracy"])
    curves = [plots.LiveCurves(every=50)]
    model.fit(images, labels, batch_size=128, epochs=stretch_epochs, verbose=0, callbacks=curves)
    return model


tiny = train_tiny(x_train[..., None], y_train)
print(f"validation accuracy {accuracy_of(tiny, x_valid[..., None]):.1f} %")

# %% tags=["nbval-ignore-output"]
enter(tiny, "Ada + windows")
board.picture("mnist")

# %% [markdown]
"""
With augmentation and 25 epochs, one run of this network ended at 99.21 % of the test digits, and at
99.19 % on a board. `python benchmarks/improve.py` trains six such networks, from 2,000 to 80,000
parameters, and prints the table; `--board labs/leaderboard.sqlite` enters them on yours. Can you
find a place on that front?

The board has a second track: Fashion-MNIST, clothes, much harder. Where they cannot be had, this
cell says so.
"""


# %% tags=["nbval-ignore-output", "this-machine"]
def enter_fashion():
    try:
        (clothes, kinds), _ = load_fashion_mnist()
    except NoData as reason:
        print(f"Not today: {reason}")
        return
    clothes = clothes[:digits, ..., None].astype("float32") / 255
    enter(train_tiny(clothes, kinds[:digits]), "Ada", "fashion")


enter_fashion()

# %% [markdown]
"""
### Find the leak

An earlier workshop's board took numbers over the network. Whoever held a secret **token** could
write; so it stood in the script that every learner got, for years, in a public repository. Here is
such a history, invented. Each **commit** is a saved version: its number, a message, and the files
that it changed, behind `---` and `+++`. A line with `+` was put in, one with `-` taken out.
"""

# %%
history = """\
commit 3f9a1c07be52d84416f0a9b7c2e85d1360fb94aa
    A board for our results

+++ score.py
+ import os, requests
+ BOARD = "https://board.example/api"
+ TOKEN = "brd_live_x7Qm2RkT9vLs4WzEa1"
+ # for your own board: TOKEN = "brd_live_..."
+ requests.post(BOARD, results, headers={"Authorization": "Bearer " + TOKEN})

commit 8b20de5519c7f3a06e4471d2a9bc035f86e1d7c4
    Settings do not belong in code

--- score.py
+++ score.py
- TOKEN = "brd_live_x7Qm2RkT9vLs4WzEa1"
+ TOKEN = json.load(open("settings.json"))["token"]

commit c41f7702ad9be86350f1e8c26b7d40953ae2f018
    The file with the settings was missing

+++ settings.json
+ {"token": "brd_live_x7Qm2RkT9vLs4WzEa1", "dataset": "mnist"}

+++ README
+ Ask the instructor for a token.

commit 0e63b9d8f25a471cb07d96e3f1a82450c97d6be1
    Remove secret!!

--- settings.json
- {"token": "brd_live_x7Qm2RkT9vLs4WzEa1", "dataset": "mnist"}
+ {"token": "", "dataset": "mnist"}

commit a95d04e7163bf8c2e9071fda56b3480dc2e7f913
    The board has moved to our own computer

+++ score.py
+ DATABASE = "postgresql://board:tulip-Harbor-93@db.example/board"
+ TOKEN = os.environ["BOARD_TOKEN"]
"""
for number, line in enumerate(history.splitlines(), start=1):
    print(f"{number:2}  {line}")

# %% [markdown]
"""
In which lines can a secret be read, with which somebody could log in? `leaks` is the list of their
numbers. And which of these comes *first*: "revoke the tokens", "delete the lines and commit",
"rewrite the history", "make the repository private"? Copy one of the four into `first`, with its
quotation marks. (To **revoke** a token is to tell the board not to accept it any more.)
"""

# %%
### BEGIN SOLUTION
leaks = [7, 16, 23, 32, 39]
first = "revoke the tokens"
### END SOLUTION

# %%
ex.leak.check([leaks, first])

# %% [markdown]
"""
The last commit has the right idea, one line too late: a program reads its token from its
**environment**, where no commit sees it. And a board that believes no number needs none.

Next: **[05 CNN](05_cnn.ipynb)**, where pictures stop being a list of pixels.
"""

# %%
show_progress("04")
