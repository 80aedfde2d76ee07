# ---
# jupyter:
#   workshop:
#     title: GAN
#     minutes: 90
#     needs: ["05"]
#     outcome: >-
#       a generator, trained by yourself in three minutes, that draws digits nobody ever wrote; four
#       measures that say how good they are; and an alarm of your own that rings when it cheats.
#     small:
#       digits: 3000
#       samples: 600
#       part: 12
#       broken_rounds: 40
#       asked_rounds: 20
#       batch: 16
# ---

# %%
import time

import numpy as np
import tensorflow as tf
from ipywidgets import FloatSlider, IntSlider, interact

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab07 as ex
from workshop.exercises.overview import show_progress
from workshop.reader import digit_reader, digit_yardstick

import keras  # after workshop, which keeps TensorFlow quiet
from keras import layers

# TensorFlow cannot merge LeakyReLU with its convolution, tries, and complains. It loses no time.
tf.config.optimizer.set_experimental_options({"remapping": False})
keras.utils.set_random_seed(42)
show_progress("07")

# %% tags=["parameters"]
seed = 42
digits = 60_000
batch = 64
latent = 32
part = 1000
samples = 5000
broken_rounds = 400
asked_rounds = 1300

# %%
(x_all, y_all), (x_test, y_test) = load_mnist()
x_train, y_train = x_all[:digits, :, :, None].astype("float32") / 255, y_all[:digits]
x_test = x_test[:, :, :, None].astype("float32") / 255
print("training:", x_train.shape, "test:", x_test.shape)

# %% [markdown]
"""
## Two players

So far your networks answered questions that have a right answer. Now one shall *invent*: draw a
digit that nobody wrote, and another one each time. What is the right answer to that? There is none,
so there is no label, and no loss that you know of.

The way out is a game for two networks.

- The **generator** gets random numbers and makes a picture of them.
- The **discriminator** gets a picture and says whether it is real, or made by the generator.

They take turns. The discriminator learns to tell apart what the generator draws today; the
generator learns to draw what the discriminator takes for real. Neither can rest. Together they are
a **generative adversarial network**, a **GAN** (2014). It makes things, and an adversary is an
opponent.
"""

# %%
plots.gan_diagram()

# %% [markdown]
"""
Note who sees what. How many real digits does the generator ever get to see?

None. All it learns comes through the discriminator.

## The generator

A CNN makes a picture smaller until a few numbers are left. The generator does the same in reverse.
It starts from `latent` random numbers with mean 0 and spread 1, the **noise**. A dense layer makes
small maps of them, 7×7. Those must grow to 28×28.

A **transposed convolution** makes maps larger. Think of stamping: take each number of the small
map, multiply the whole kernel by it, and stamp the result onto the large map, each time `stride`
pixels further. Where stamps overlap, they add up. For one row:
"""


# %%
def stamped(row, kernel, stride):
    """Each number times the kernel, laid down `stride` further on; overlaps add up."""
    result = np.zeros(stride * (len(row) - 1) + len(kernel))
    for place, number in enumerate(row):
        result[stride * place : stride * place + len(kernel)] += number * kernel
    return result


kernel = np.array([1, 2, 2, 1])
print(stamped([1, 0, 2], kernel, stride=4))
print(stamped([1, 0, 2], kernel, stride=2))

# %% [markdown]
"""
With stride 2, three numbers became eight. Keras with `padding="same"` cuts the ends off, so that
exactly 2 · 3 = 6 stay. So each such layer doubles the size.

Here is the whole generator. What are the sizes after lines 2 and 3?

| | layer | then |
| --- | --- | --- |
| 1 | dense, 7 · 7 · 32 units, no bias | batch normalisation, ReLU, `Reshape((7, 7, 32))` |
| 2 | `Conv2DTranspose`, 16 filters of 4×4, stride 2, same, no bias | batch normalisation, ReLU |
| 3 | `Conv2DTranspose`, 1 filter of 4×4, stride 2, same | sigmoid: pixels are in 0…1 |

The kernel is 4 wide, twice the stride. With 3, some pixels would get two stamps, and their
neighbours one: a chessboard shines through. As in lab 05, batch normalisation has
`momentum=0.9`.

Write `make_generator`. Its argument `inputs` says how many random numbers go in. You may change the
table, as long as there are at most 300,000 numbers to learn.

> **If it fails** with `total size of the tensor must be unchanged`, the dense layer does not have
> as many units as `Reshape` needs.
"""


# %%
def make_generator(inputs):
    """A fresh network: noise (n, inputs) → pictures (n, 28, 28, 1) in 0…1."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(7 * 7 * 32, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(16, 4, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        ]
    )
    ### END SOLUTION


# %%
ex.generator.check(make_generator)

# %%
make_generator = ex.generator.or_reference(make_generator)
make_generator(latent).summary()

# %% [markdown]
"""
7, 14, 28. And what does it draw, before it has learned anything?
"""


# %% tags=["nbval-ignore-output"]
def draw(generator, noise):
    """Noise (n, inputs) → pictures (n, 28, 28, 1)."""
    return generator.predict(noise, batch_size=500, verbose=0)[..., :1]


rng = np.random.default_rng(seed)
fixed = rng.normal(size=(40, latent)).astype("float32")
plots.digits(draw(make_generator(latent), fixed[:10]))

# %% [markdown]
"""
## The discriminator

A small CNN with one output:

| | filters | kernel | stride | padding | then |
| --- | --- | --- | --- | --- | --- |
| 1 | 16 | 4×4 | 2 | same | `LeakyReLU(0.2)` |
| 2 | 32 | 4×4 | 2 | same | `LeakyReLU(0.2)` |
| 3 | | | | | flatten, 64 units, `LeakyReLU(0.2)` |
| 4 | | | | | 1 output, **no** activation |

The output is a **logit**: any number, large for "real", far below 0 for "false", 0 for "no idea".
Its sigmoid would be a probability. **LeakyReLU** lets a fifth of the negative values through. A
ReLU that says 0 also has the slope 0, and the slope at the discriminator's pixels is all the
generator ever learns from.

`channels` is 1 for grey pictures. Leave it open: at the end, pictures will carry more than grey.
"""


# %%
def make_discriminator(channels):
    """A fresh network: pictures (n, 28, 28, channels) → logits (n, 1)."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, channels)),
            layers.Conv2D(16, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dense(64),
            layers.LeakyReLU(0.2),
            layers.Dense(1),
        ]
    )
    ### END SOLUTION


# %%
ex.discriminator.check(make_discriminator)

# %% [markdown]
"""
## What each player wants

Cross-entropy is the price of a probability: −log p, where p was given to the right answer. For a
logit, p(real) is its sigmoid. Work it out, and −log p becomes a function called **softplus**,
log(1 + exp(x)):

| the right answer is | price of a logit |
| --- | --- |
| real | softplus(−logit) |
| false | softplus(logit) |

The discriminator wants the right answer for both kinds. And the generator? A first idea: it wants
the opposite of what the discriminator wants, so its loss is *minus* the discriminator's,
−softplus(logit). Or else: it wants the answer "real", so its loss is softplus(−logit). Both go down
when the logit goes up. Does it matter which one?

Think of the first minutes. The discriminator knows every false picture at once: its logits are
about −8. How steep are the two losses there?
"""

# %%
logits = np.array([-8, -4, 0, 4])
p_real = 1 / (1 + np.exp(-logits))
print("logits                         ", logits)
print("slope of minus the other's loss", np.round(-p_real, 3))
print("slope of a loss of its own     ", np.round(p_real - 1, 3))

# %% [markdown]
"""
It matters. With the first loss, a beginner whose drawings are all found out gets a slope of 0, and
learns nothing: the loss **saturates**. With the second one it gets the full slope just then.

Write both as whole functions, each with a `def` in the place of its `...` line:
`discriminator_loss(real_logits, fake_logits)` and `generator_loss(fake_logits)`. In go tensors of
shape (n, 1), out comes one number, the mean. For the discriminator, add the mean over the real and
the mean over the false ones. `keras.ops` has
`softplus` and `mean`. Do not write log(1 + exp(x)) yourself: lab 03 showed what becomes of
exp(120).
"""


# %%
### BEGIN SOLUTION
def discriminator_loss(real_logits, fake_logits):
    """Small when real pictures get large logits and false ones get low logits."""
    real, fake = keras.ops.softplus(-real_logits), keras.ops.softplus(fake_logits)
    return keras.ops.mean(real) + keras.ops.mean(fake)


def generator_loss(fake_logits):
    """Small when false pictures get large logits."""
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


### END SOLUTION


# %%
ex.losses.check([discriminator_loss, generator_loss])

# %% [markdown]
"""
## One step of each

`fit` knows one network and one loss. We have two of each, so the step is ours to write. In lab 03
you worked out gradients by hand. TensorFlow has a **tape** for that: it records what is computed
inside its `with`, and then goes back along the record. The gradient of w² at w = 3, and a step
down:
"""

# %%
w = keras.Variable(3.0)
optimizer = keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    loss = w * w
gradients = tape.gradient(loss, [w])
optimizer.apply(gradients, [w])
print("gradient:", float(gradients[0]), "w is now", round(float(w), 3))

# %% [markdown]
"""
`tape.gradient` asks for a list of variables, and `optimizer.apply` moves the ones on its list, no
others. That list is how you say whose turn it is: `network.trainable_variables`. (In older code you
will meet `discriminator.trainable = False` before a second `compile`. It means the same: not you.)

Now the discriminator's step. Generate pictures from `noise`, get the logits of the real and of the
false ones, compute the loss, move. Call both networks with `training=True`, so that batch
normalisation works as in training. Return the loss.

What must happen on the tape, and what need not? Look at the diagram: which weights move?
"""


# %%
make_discriminator = ex.discriminator.or_reference(make_discriminator)
discriminator_loss, generator_loss = ex.losses.or_reference([discriminator_loss, generator_loss])


# %%
def discriminator_step(generator, discriminator, optimizer, real, noise):
    """Move the discriminator once; `real` and `noise` are one batch. Its loss, one number."""
    ### BEGIN SOLUTION
    fake = generator(noise, training=True)
    with tf.GradientTape() as tape:
        real_logits = discriminator(real, training=True)
        fake_logits = discriminator(fake, training=True)
        loss = discriminator_loss(real_logits, fake_logits)
    variables = discriminator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
    ### END SOLUTION


# %%
ex.discriminator_step.check(discriminator_step)

# %% [markdown]
"""
The generator's step is shorter, and one thing in it is harder. The gradient starts at the loss. It
goes back *through the discriminator*, then through the pictures, and reaches the generator's
weights last. So what belongs on the tape this time?
"""


# %%
def generator_step(generator, discriminator, optimizer, noise):
    """Move the generator once. Its loss, one number."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        fake = generator(noise, training=True)
        loss = generator_loss(discriminator(fake, training=True))
    variables = generator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
    ### END SOLUTION


# %%
ex.generator_step.check(generator_step)

# %% [markdown]
"""
### A third step, for calm

Games have a way of getting out of hand. The discriminator finds some tiny thing that gives a false
picture away, and turns up its slope there, steeper and steeper. The generator jumps, over and past
the real digits, and so on. A remedy called **R1** (2018) makes steepness cost something: the
squared slope of the logit at *real* digits, where a good judge has no reason to be excited. It
needs a gradient of a gradient: one tape inside another. That is expensive, so it takes place every
fourth round only.
"""


# %%
discriminator_step = ex.discriminator_step.or_reference(discriminator_step)
generator_step = ex.generator_step.or_reference(generator_step)


def calming_step(discriminator, optimizer, real):
    """Move the discriminator once, so that its logit is less steep at real pictures."""
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            inner.watch(real)  # pixels are no variables: the tape must be told
            logits = discriminator(real, training=True)
        slopes = inner.gradient(logits, real)
        steepness = keras.ops.mean(keras.ops.sum(slopes**2, axis=(1, 2, 3)))
    # A bias shifts the logit and leaves its slope as it is, so only kernels have a part in this.
    kernels = [weights for weights in discriminator.trainable_variables if weights.ndim > 1]
    optimizer.apply(tape.gradient(steepness, kernels), kernels)


# %% [markdown]
"""
## The game

Two networks, an optimizer for each, and the three steps. `tf.function` turns a step into one graph
that runs without asking Python about every line. Adam gets a shorter memory than usual (0.5 and
0.99), because the opponent of a while ago is gone. And the learning rate falls to 0 within the
`rounds` of the whole game: in the end the players hardly move, and what was a chase comes to rest.
"""


# %%
class Game:
    """Two players, an optimizer for each, and their steps, compiled."""

    def __init__(self, generator, discriminator, rounds, rate=0.004):
        falling = keras.optimizers.schedules.PolynomialDecay
        # The discriminator makes five steps in four rounds: four moves and one for calm.
        first = keras.optimizers.Adam(falling(rate, rounds * 5 // 4, 0.0), 0.5, 0.99)
        second = keras.optimizers.Adam(falling(rate, rounds, 0.0), 0.5, 0.99)
        self.generator, self.discriminator = generator, discriminator
        self.rounds, self.seconds, self.film = 0, 0.0, {}
        self.discriminator_moves = tf.function(
            lambda real, noise: discriminator_step(generator, discriminator, first, real, noise),
            autograph=False,
        )
        self.discriminator_calms = tf.function(
            lambda real: calming_step(discriminator, first, real), autograph=False
        )
        self.generator_moves = tf.function(
            lambda noise: generator_step(generator, discriminator, second, noise), autograph=False
        )


def deal():
    """One batch of real digits and one of noise."""
    rows = rng.integers(0, len(x_train), batch)
    return x_train[rows], rng.normal(size=(batch, latent)).astype("float32")


def play(game, rounds, deal=deal, points=fixed, every=1):
    """Play on and draw the points now and then; one round in `every` moves the discriminator."""
    start, end = time.perf_counter() - game.seconds, game.rounds + rounds
    with plots.LiveDisplay() as live:
        for number in range(game.rounds, end):
            real, noise = (tf.constant(array) for array in deal())
            if number % every == 0:
                game.d_loss = game.discriminator_moves(real, noise)
            if number % (4 * every) == 0:
                game.discriminator_calms(real)
            game.g_loss = game.generator_moves(noise)
            game.rounds, game.seconds = number + 1, time.perf_counter() - start
            if game.rounds in moments or game.rounds == end:
                game.film[game.rounds] = draw(game.generator, points)
            status = f"round {game.rounds:,} of {end:,} · {game.seconds:.0f} s"
            if live.due() or game.rounds == end:
                losses = f"losses {float(game.d_loss):.2f} and {float(game.g_loss):.2f}"
                sheet = plots.digits(draw(game.generator, points), title=f"round {game.rounds:,}")
                live.show(sheet, f"{status} · {losses}")
            else:
                live.tell(status)
    print(f"{game.rounds:,} rounds, {game.seconds:.0f} s")


moments = {round(moment) for moment in np.geomspace(1, 3 * part, 36)}

# %% [markdown]
"""
`fixed` are 40 points of noise that stay the same, so that you can watch *one* picture get better.
Here is the first third of the game, about a minute. What comes first, strokes or digits?
"""

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(seed)
rng = np.random.default_rng(seed)
game = Game(make_generator(latent), make_discriminator(1), 3 * part)
play(game, part)

# %% [markdown]
"""
Digits, some of them good. Did the losses tell you? They hardly moved, while the pictures became
better and better. In this game a loss says how one player fares against the *other*. Both may
improve for hours, and the score stays 1:1.

So how good is it? That must be measured in some other way.

## All ten, and readable?

Ask a reader: the network of lab 05, yours if you have kept it. How sure is it of your GAN's
digits, and which does it read?
"""

# %% tags=["nbval-ignore-output", "this-machine"]
reader = digit_reader()
yardstick = digit_yardstick()

# %% tags=["nbval-ignore-output"]
some_noise = np.random.default_rng(0).normal(size=(samples, latent)).astype("float32")


def read(pictures):
    """(n, 28, 28, 1) → (n, 10) probabilities."""
    return reader.predict(pictures, batch_size=500, verbose=0)


drawn = draw(game.generator, some_noise)
probabilities = read(drawn)
plots.digits(drawn[:30], probabilities[:30].argmax(axis=1), columns=10)

# %% [markdown]
"""
GANs have a famous illness, **mode collapse**: a generator that has found a few pictures which pass
draws nothing else. Why learn a 4, if a 1 is never questioned?

Build an alarm, in two functions, each with a `def` in the place of its `...` line:

- `class_shares(probabilities)`: (n, 10) → the share of samples read as 0, 1, … 9.
- `alarm(probabilities)`: `True` if something is wrong, otherwise `False`.

Suppose the ten shares are 10 % each, exactly. Is all well then? Think of what your reader says to a
picture of mud: it has ten outputs, and none of them means "this is not a digit". Let your alarm
ring, too, if the reader is **unsure**: look at the mean of the largest of the ten probabilities.
Where to draw the lines is up to you. It should stay quiet for a GAN that is only young, or a little
uneven.
"""


# %%
### BEGIN SOLUTION
def class_shares(probabilities):
    """(n, 10) probabilities → (10,) shares that add up to 1."""
    counts = np.bincount(probabilities.argmax(axis=1), minlength=10)
    return counts / len(probabilities)


def alarm(probabilities):
    """True if a class is as good as missing, or if most samples cannot be read."""
    missing = class_shares(probabilities).min() < 0.02
    unsure = probabilities.max(axis=1).mean() < 0.5
    return missing or unsure


### END SOLUTION


# %%
ex.alarm.check([class_shares, alarm])

# %% tags=["nbval-ignore-output"]
class_shares, alarm = ex.alarm.or_reference([class_shares, alarm])
print("does the alarm ring?", bool(alarm(probabilities)))
shares = {"your GAN": class_shares(probabilities), "real digits": class_shares(read(x_test))}
plots.bars(shares, ylabel="share of the samples", title="What is drawn, as the reader reads it")

# %% [markdown]
"""
## How far from real?

Suppose somebody draws ten perfect digits, and prints each of them five hundred times. What does
your alarm say?

It stays quiet. Every class is there, every picture is readable. What is missing is a measure that
looks at the whole crowd: is there as much *variety* as in real handwriting, and of the same kind?

Pixels are a poor place to compare: a digit that moves by one pixel stays the same digit, but its
784 numbers change. So we let another network describe each picture by 64 **features**, the outputs
of its last hidden layer: numbers that it found useful for telling digits apart. `yardstick` does
that. It is the same network for everybody. Another one would have other features on another scale,
and you can compare two distances only if one yardstick has measured both.

So a crowd of pictures becomes a cloud of points in 64 dimensions. Describe each cloud by its mean μ
and its **covariance** Σ, the matrix that says how each feature varies and which vary together. The
**Fréchet distance** of two clouds is

> |μ₁ − μ₂|² + trace(Σ₁) + trace(Σ₂) − 2 · trace((Σ₁Σ₂)^½)

The first piece, the squared length of the way between the means, asks: is the average right? The
others: is the spread the same? They cancel when Σ₁ = Σ₂. (A **trace** is the sum of the diagonal.)

The root is one of a matrix: the M for which M·M = Σ₁Σ₂. You need only its trace, and that is the
sum of the square roots of the **eigenvalues** of Σ₁Σ₂. (A matrix stretches some directions without
turning them; its eigenvalues say by how much. You need not find them yourself.) NumPy has `np.cov`
and `np.linalg.eigvals`.

> **If it fails** with a complex number or NaN: eigenvalues of 0 come out as −0.0000001, or with an
> imaginary part just as small. Take `.real`, and nothing below 0.
"""


# %%
def frechet_distance(one, other):
    """Two clouds of features, (n, k) and (m, k) → one number, 0 if they are alike."""
    ### BEGIN SOLUTION
    gap = one.mean(axis=0) - other.mean(axis=0)
    a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    eigenvalues = np.linalg.eigvals(a @ b).real
    root = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    return gap @ gap + np.trace(a) + np.trace(b) - 2 * root
    ### END SOLUTION


# %%
ex.frechet_distance.check(frechet_distance)

# %% [markdown]
"""
A number alone says nothing. What distance have two crowds of *real* digits? That is the floor:
below it, there is only chance. And how far away is nonsense? Guess where the ten prints will land,
before you run.
"""

# %% tags=["nbval-ignore-output"]
frechet_distance = ex.frechet_distance.or_reference(frechet_distance)
real_test = x_test[np.random.default_rng(1).permutation(len(x_test))[:samples]]
rows = np.random.default_rng(2).permutation(len(x_train))[:samples]
real_train, real_labels = x_train[rows], y_train[rows]


def features(pictures):
    """(n, 28, 28, 1) → (n, 64) float64."""
    return yardstick.predict(pictures, batch_size=500, verbose=0).astype("float64")


target = features(real_test)
prints = np.concatenate([real_train[real_labels == digit][:1] for digit in range(10)])
pixels = np.random.default_rng(3).permutation(784)
crowds = {
    "real digits": real_train,
    "pixels shuffled": real_train.reshape(-1, 784)[:, pixels].reshape(real_train.shape),
    "ten prints": np.tile(prints, (samples // 10, 1, 1, 1)),
    "your GAN so far": drawn,
}
distances = {name: frechet_distance(features(crowd), target) for name, crowd in crowds.items()}
rows = [{"pictures": name, "distance": float(value)} for name, value in distances.items()]
plots.compare(rows, title="Fréchet distance from real test digits")

# %% [markdown]
"""
So 1 is as good as real, and hundreds are nonsense. The ten prints pass your alarm and fail here.
Good measures are like good witnesses: no single one is enough.

Below **30** is good for a game of a few minutes; yours may be there already. Now the other two
thirds. Will they bring as much as the first? Guess.
"""

# %% tags=["nbval-ignore-output"]
scores = []


def score(game):
    """Measure the generator as it is now, and keep the numbers."""
    drawn = draw(game.generator, some_noise)
    probabilities = read(drawn[:2000])
    row = {"rounds": f"{game.rounds:,}", "distance": frechet_distance(features(drawn), target)}
    row["smallest share in %"] = 100 * class_shares(probabilities).min()
    row["reader is sure, in %"] = 100 * probabilities.max(axis=1).mean()
    scores.append(row)
    print("distance", round(row["distance"], 1), "alarm rings:", bool(alarm(probabilities)))


score(game)
play(game, part)
score(game)

# %% tags=["nbval-ignore-output"]
play(game, part)
score(game)
plots.compare(scores, title="The same game after each third")

# %% [markdown]
"""
### The film

The same points of noise, from the first round on. `game.film` has kept them.
"""


# %% tags=["nbval-ignore-output"]
def strip(film, first, points, words):
    """Ten moments of a film from the round `first` on: some points of noise, each in a row."""
    kept = [moment for moment in sorted(film) if moment >= first]
    shown = [kept[place] for place in np.linspace(0, len(kept) - 1, min(10, len(kept))).astype(int)]
    frames = [film[moment][:points] for moment in shown]
    spread = [frame.std(axis=0).mean() for frame in frames]
    told = (
        f"{points} points of noise, drawn after {shown[0]:,} to {shown[-1]:,} rounds: {words} The "
        f"spread between the pictures of a column, per pixel: {spread[0]:.2f} in the first, "
        f"{spread[len(spread) // 2]:.2f} in the middle, {spread[-1]:.2f} in the last."
    )
    return plots.film_strip(frames, [f"{moment:,}" for moment in shown], told)


words = "grey fog, then a weave, then blots with edges, and in the end strokes that make digits."
strip(game.film, 1, 6, words)

# %% tags=["nbval-ignore-output"]
words = (
    f"Animation of 40 points of noise through {game.rounds:,} rounds. Grey fog becomes a weave, "
    "the weave blots, and the blots digits, which change less and less towards the end."
)
plots.animation([game.film[moment] for moment in sorted(game.film)], words)

# %% [markdown]
"""
## Is it copying?

A generator could pass every test so far by learning the training digits by heart. To find out, look
for the **nearest neighbour** of each sample: the training digit whose pixels differ least, by the
root of the sum of squared differences.

A table of all differences, pixel by pixel, does not fit into your memory: 200 samples, 60,000
digits and 784 pixels make nine billion numbers. School helps: (a − b)² = a² − 2ab + b². All
products a·b are one matrix product.

Write `nearest`. It returns two arrays: the places of the neighbours and their distances. Rounding
may leave a squared distance just below 0, and that has no root.
"""


# %%
def nearest(samples, originals):
    """Pictures (n, 28, 28, 1) and (m, 28, 28, 1) → places (n,) in `originals`, distances (n,)."""
    ### BEGIN SOLUTION
    samples = samples.reshape(len(samples), -1)
    originals = originals.reshape(len(originals), -1)
    squares = (samples**2).sum(axis=1)[:, None] + (originals**2).sum(axis=1)
    squares -= 2 * samples @ originals.T
    return squares.argmin(axis=1), np.sqrt(np.maximum(squares.min(axis=1), 0))
    ### END SOLUTION


# %%
ex.nearest.check(nearest)

# %% [markdown]
"""
And how near is too near? Again a yardstick helps. Real test digits were written by other people, so
they cannot be copies. How near do *they* come?
"""

# %% tags=["nbval-ignore-output"]
nearest = ex.nearest.or_reference(nearest)
drawn = draw(game.generator, some_noise[:200])
places, gaps = nearest(drawn, x_train)
_, test_gaps = nearest(real_test[:200], x_train)
for name, values in (("your GAN", gaps), ("real test digits", test_gaps)):
    print(f"{name}: smallest distance {values.min():.1f}, median {np.median(values):.1f}")
pairs = np.concatenate([drawn[:10], x_train[places[:10]]])
plots.digits(pairs, title="Above: drawn. Below: the nearest of all training digits.")

# %% [markdown]
"""
No distance is near 0. Your GAN's digits are about as far from the training digits as digits of
other people are. It is not copying.

## Break it

An alarm that has never rung proves nothing. So cause mode collapse, on purpose. What holds a
generator back from drawing the same picture again and again? The discriminator: it learns to
recognise that picture. So let it sleep. We go on with copies of your two players, and change one
thing: the discriminator moves in every 40th round only. What will the generator do with 40 moves
against an opponent that does not answer?
"""


# %% tags=["nbval-ignore-output"]
def copied(network):
    """Another network with the same layers and weights."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


broken = Game(copied(game.generator), copied(game.discriminator), 10 * broken_rounds)
play(broken, broken_rounds, every=40)
probabilities = read(draw(broken.generator, some_noise[:2000]))
print("shares in %:", np.round(100 * class_shares(probabilities), 1))
print("does the alarm ring?", bool(alarm(probabilities)))

# %% [markdown]
"""
Forty points of noise, and nearly one picture. (If the frames look empty, nothing is amiss with the
figure: then the one picture is blank paper.) What took minutes to learn is gone within seconds. The
film shows how:
"""

# %% tags=["nbval-ignore-output"]
words = (
    "four digits in the first column. Soon they are no digits any more: blots, stripes, dots or "
    "nearly empty paper. In the end the four pictures of a column are nearly alike."
)
strip(broken.film, 1, 4, words)

# %% [markdown]
"""
While the discriminator sleeps, the generator finds *one* thing that the sleeper takes for real,
stripes perhaps, and all noise leads there. When the discriminator wakes, it learns that stripes are
false. Then all pictures move on to the next thing, and they never spread out. Your alarm heard it:
now you may trust it.

### When a game goes wrong

| you see | likely cause | try |
| --- | --- | --- |
| one picture again and again | the discriminator is too slow | let it move more often |
| fog; discriminator's loss near 0 | it has won at once | smaller steps for it; which loss? |
| styles that flicker | steps too long at the end | let the rate fall to 0 |
| a chessboard in the strokes | stride does not divide the kernel | 4×4 with stride 2 |
| mud, but only from `predict` | running averages lag | `momentum=0.9` |
| discriminator's loss stays 2 · log 2 | it says 0 to everything | look at lists and labels |

## A walk through the latent space

Each point of noise is a picture. All such points together are the **latent space**. What lies
*between* two points? If the generator has learned by heart, rubbish. If it has learned how digits
vary, a 3 will turn into an 8 by way of forms that could be either.

The straight line would be `(1 - share) * start + share * end`. But look at the lengths of points:
"""

# %%
some = np.random.default_rng(1).normal(size=(1000, 2, latent))
print("length of random points:", np.round(np.linalg.norm(some[:, 0], axis=1).mean(), 2), end=" ± ")
print(np.round(np.linalg.norm(some[:, 0], axis=1).std(), 2))
print("half-way between two:   ", np.round(np.linalg.norm(some.mean(axis=1), axis=1).mean(), 2))

# %% [markdown]
"""
In many dimensions, random points all lie near one sphere, and hardly any inside. The straight line
cuts through the inside, where the generator never had to draw. Stay on the sphere, and walk along
an arc. If θ is the angle between the two points, seen from 0:

> between = (sin((1 − share) · θ) · start + sin(share · θ) · end) / sin θ

The cosine of θ is the product of the two points, `start @ end`, divided by both lengths. Write
`between`. From a point to itself, the formula divides 0 by 0: return that point then.
"""


# %%
def between(start, end, share):
    """Two points (latent,) and how much of the way is done, 0…1 → a point on the arc."""
    ### BEGIN SOLUTION
    cosine = start @ end / (np.linalg.norm(start) * np.linalg.norm(end))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-6:
        return start
    weights = np.sin((1 - share) * angle), np.sin(share * angle)
    return (weights[0] * start + weights[1] * end) / np.sin(angle)
    ### END SOLUTION


# %%
ex.between.check(between)

# %% tags=["nbval-ignore-output"]
between = ex.between.or_reference(between)
stops = np.linspace(0, 1, 10)
pairs = [(fixed[first], fixed[first + 1]) for first in range(0, 8, 2)]
walk = np.stack([between(*pair, share) for pair in pairs for share in stops])
plots.digits(draw(game.generator, walk), title="Four walks, from left to right")

# %% [markdown]
"""
And by hand. The slider calls *your* function. (It lives as long as the kernel does; in a notebook
that is only read, the picture above has to do.)
"""


# %% tags=["nbval-ignore-output", "this-machine"]
def show_place(first, second, share):
    """The picture at this place of the walk between two of the fixed points."""
    point = between(fixed[first], fixed[second], share)
    return plots.digit(draw(game.generator, point[None])[0])


_ = interact(
    show_place,
    first=IntSlider(0, max=39),
    second=IntSlider(1, max=39),
    share=FloatSlider(0.5, max=1, step=0.05),
)

# %% [markdown]
"""
## The card

- The generator draws from noise; the discriminator says real or false. Both learn from each other.
- A transposed convolution stamps its kernel: stride 2 doubles the size.
- Losses from logits: softplus(−real) + softplus(false) against softplus(−false).
- Two steps, two optimizers, two lists of variables. Only what is on the list moves.
- GAN losses do not tell how good it is. Measure: readable? all classes? Fréchet distance? copies?
- Every measure needs a floor and a ceiling, and each is blind to something.
- Mode collapse: much noise, one picture. Break your GAN once, so that you know your alarm works.
- Walk on the sphere, not through it.

## Go further

### Draw what I ask for

So far you get what comes. A **conditional** GAN gets the digit as an order. Both players must know
it: the generator, so that it can draw it, and the discriminator, so that it can refuse a beautiful
3 where a 7 was ordered.

We write the order twice. Into the noise, as ten more numbers: 1 for the wanted digit, 0 for the
others. And into the picture, as ten more channels, the **planes**: one all 1, the others all 0.
Real digits get their planes from their labels:
"""


# %%
def with_label(images, labels):
    """(n, 28, 28, 1) and (n,) digits → (n, 28, 28, 11): the picture and ten planes."""
    planes = np.eye(10, dtype="float32")[labels][:, None, None]
    return np.concatenate([images, np.broadcast_to(planes, (*images.shape[:3], 10))], axis=3)


def order(noise, labels):
    """(n, latent) and (n,) digits → (n, latent + 10) float32."""
    return np.concatenate([noise, np.eye(10)[labels]], axis=1).astype("float32")


labelled = with_label(x_train[:1], y_train[:1])
print(labelled.shape, "label", y_train[0], "planes", labelled[0, 0, 0, 1:].astype(int))

# %% [markdown]
"""
Your steps need not change: they hand pictures on, whatever those carry. Nor does
`make_discriminator`, with 11 channels. What is missing is a generator that hands its order on to
its pictures.

Write `conditional_generator`. It gives back a `keras.Model(begin, end)`. It begins with a
`keras.Input` for the order, (latent + 10,), and ends with a picture and its ten planes.
`make_generator(latent + 10)` draws the picture; call it on the order like a layer. The last ten
numbers of the order become planes by `layers.Reshape((1, 1, 10))` and `layers.UpSampling2D(28)`.
`layers.Concatenate()([…, …])` joins the channels of two.
"""


# %%
def conditional_generator(latent):
    """A fresh network: orders (n, latent + 10) → pictures with planes (n, 28, 28, 11)."""
    ### BEGIN SOLUTION
    asked = keras.Input((latent + 10,))
    picture = make_generator(latent + 10)(asked)
    planes = layers.UpSampling2D(28)(layers.Reshape((1, 1, 10))(asked[:, latent:]))
    return keras.Model(asked, layers.Concatenate()([picture, planes]))
    ### END SOLUTION


# %%
ex.conditional_generator.check(conditional_generator)

# %% tags=["nbval-ignore-output"]
conditional_generator = ex.conditional_generator.or_reference(conditional_generator)


def deal_orders():
    """One batch of real digits with their planes, and one of orders."""
    rows = rng.integers(0, len(x_train), batch)
    noise, wanted = rng.normal(size=(batch, latent)), rng.integers(0, 10, batch)
    return with_label(x_train[rows], y_train[rows]), order(noise, wanted)


keras.utils.set_random_seed(seed)
asked = Game(conditional_generator(latent), make_discriminator(11), asked_rounds, rate=0.006)
play(asked, asked_rounds, deal_orders, order(fixed, np.arange(40) % 10))

# %% [markdown]
"""
Each column is one order, 0 to 9 from left to right. (The game is short, so its steps are longer.)
Five hundred orders, read by the network of lab 05:
"""

# %% tags=["nbval-ignore-output"]
wanted = np.arange(500) % 10
drawn = draw(asked.generator, order(some_noise[:500], wanted))
right = read(drawn).argmax(axis=1) == wanted
print(f"drawn as ordered: {100 * right.mean():.1f} % of {len(right)}")

# %% [markdown]
"""
And now a number of your own: change `number`, and run the cell.
"""

# %% tags=["nbval-ignore-output"]
number = "2014"
wanted = np.array([int(digit) for digit in number * 3])
noise = np.random.default_rng(7).normal(size=(len(wanted), latent))
plots.digits(draw(asked.generator, order(noise, wanted)), wanted, columns=len(number))

# %% [markdown]
"""
### More

- What was each part worth? `python benchmarks/gan.py` plays several seeds with R1, without it, and
  a plain recipe beside them.
- Change one thing: LeakyReLU to ReLU in the discriminator, or a constant learning rate. Guess
  first.
- Fashion-MNIST has the same shape. Does your yardstick make sense there? What would you train
  first?

Next: **[08 Freeze](08_freeze.ipynb)**, where the networks you have trained leave the notebook.
"""

# %%
show_progress("07")
