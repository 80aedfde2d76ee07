"""Lab 07's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import linalg, spatial

from tests.judging import (
    OUTSIDERS,
    SLIPS,
    assert_explained,
    assert_named,
    assert_passes,
    identity,
    judged,
    on_a_graders_inputs,
)
from workshop.exercises import lab07 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.lab07 import (
    aims,
    asking,
    covering,
    distance,
    drawing,
    neighbours,
    steps,
    telling,
    walking,
)
from workshop.verdict import Outcome

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)
import tensorflow as tf  # isort: skip
from keras import layers  # isort: skip

BENCHMARK = "gan"

SIGNATURES = {
    ex.generator: "make_generator(inputs)",
    ex.discriminator: "make_discriminator(channels)",
    ex.discriminator_step: "discriminator_step(generator, discriminator, optimizer, real, noise)",
    ex.generator_step: "generator_step(generator, discriminator, optimizer, noise)",
    ex.frechet_distance: "frechet_distance(one, other)",
    ex.nearest: "nearest(samples, originals)",
    ex.between: "between(start, end, share)",
    ex.conditional_generator: "conditional_generator(latent)",
}
PAIRS = {
    ex.losses: ("discriminator_loss", "generator_loss"),
    ex.alarm: ("class_shares", "alarm"),
}
RIGHT_CODE = {
    ex.generator: drawing.RIGHT,
    ex.discriminator: telling.RIGHT,
    ex.losses: aims.RIGHT,
    ex.discriminator_step: steps.DISCRIMINATOR,
    ex.generator_step: steps.GENERATOR,
    ex.alarm: covering.RIGHT,
    ex.frechet_distance: distance.RIGHT,
    ex.nearest: neighbours.RIGHT,
    ex.between: walking.RIGHT,
    ex.conditional_generator: asking.RIGHT,
}
EXERCISES = list(RIGHT_CODE)


def answer_of(exercise: Exercise, code: str) -> Any:
    """What the lab's check would be given if the learner had typed this code."""
    scope: dict[str, Any] = {"np": np, "keras": keras, "tf": tf, "layers": layers}
    scope["x_train"] = np.ones((20, 28, 28, 1), "float32")
    for helper in (ex.losses, ex.generator):
        if exercise is not helper:
            exec(typed(helper, RIGHT_CODE[helper]), scope)
    exec(typed(exercise, code), scope)
    if exercise in PAIRS:
        return [scope[name] for name in PAIRS[exercise]]
    return scope[SIGNATURES[exercise].partition("(")[0]]


def typed(exercise: Exercise, code: str) -> str:
    if exercise in PAIRS:
        return code
    return f"def {SIGNATURES[exercise]}:\n    " + "\n    ".join(code.splitlines())


@on_a_graders_inputs
@pytest.mark.parametrize("exercise", EXERCISES, ids=identity)
def test_right_and_wrong_answers_are_known_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    assert judged(exercise, answer_of(exercise, RIGHT_CODE[exercise]), seed).passed
    for name, code in exercise.wrong_answers.items():
        assert judged(exercise, answer_of(exercise, code), seed).diagnosis == name


def upsampling(inputs: int) -> Any:
    start = keras.Input((inputs,))
    maps = layers.Reshape((7, 7, 4))(layers.Dense(196, activation="relu")(start))
    maps = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.UpSampling2D()(maps))
    maps = layers.Conv2D(1, 3, padding="same")(layers.UpSampling2D()(maps))
    return keras.Model(start, layers.Activation("sigmoid")(maps))


def with_dropout(channels: int) -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28, channels)),
            layers.Conv2D(4, 3, 2, activation="relu"),
            layers.Dropout(0.3),
            layers.Conv2D(8, 3, 2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1),
        ]
    )


def by_cross_entropy(real_logits: Any, fake_logits: Any) -> Any:
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    logits = keras.ops.concatenate([real_logits, fake_logits])
    labels = keras.ops.concatenate(
        [keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)]
    )
    return entropy(labels, logits)


def by_tensorflow(fake_logits: Any) -> Any:
    return -tf.reduce_mean(tf.math.log_sigmoid(fake_logits))


@tf.function
def joined_step(generator: Any, discriminator: Any, optimizer: Any, real: Any, noise: Any) -> Any:
    """Compiled, both kinds in one batch, and the generator called on the tape."""
    with tf.GradientTape() as tape:
        pictures = tf.concat([real, generator(noise, training=True)], 0)
        real_logits, fake_logits = tf.split(discriminator(pictures, training=True), 2)
        loss = by_cross_entropy(real_logits, fake_logits)
    gradients = tape.gradient(loss, discriminator.trainable_weights)
    optimizer.apply_gradients(zip(gradients, discriminator.trainable_weights, strict=True))
    return loss


def plain_step(generator: Any, discriminator: Any, optimizer: Any, noise: Any) -> float:
    with tf.GradientTape() as tape:
        loss = by_tensorflow(discriminator(generator(noise, training=True)))
    gradients = tape.gradient(loss, generator.trainable_weights)
    optimizer.apply_gradients(zip(gradients, generator.trainable_weights, strict=True))
    return float(loss)


def counted(probabilities: Any) -> list[float]:
    read = probabilities.argmax(axis=1)
    return [float((read == digit).mean()) for digit in range(10)]


def few_effective_classes(probabilities: Any) -> Any:
    """Another way to say it, with NumPy's own bool."""
    shares = np.array(counted(probabilities))
    return np.logical_or(np.any(shares <= 0.01), np.median(probabilities.max(axis=1)) < 0.6)


def by_scipy(one: Any, other: Any) -> Any:
    a, b = np.cov(one.T, ddof=0), np.cov(other.T, ddof=0)
    root = linalg.sqrtm(a @ b + 1e-12 * np.eye(len(a)))
    return np.sum((one.mean(0) - other.mean(0)) ** 2) + np.trace(a + b - 2 * np.real(root))


def by_symmetric_root(one: Any, other: Any) -> Any:
    a, b = np.cov(one.T), np.cov(other.T)
    values, vectors = np.linalg.eigh(a)
    half = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    root = np.sqrt(np.clip(np.linalg.eigvalsh(half @ b @ half), 0, None)).sum()
    return np.float64(((one.mean(0) - other.mean(0)) ** 2).sum() + np.trace(a + b) - 2 * root)


def by_tree(samples: Any, originals: Any) -> Any:
    tree = spatial.KDTree(originals.reshape(len(originals), -1))
    lengths, places = tree.query(samples.reshape(len(samples), -1))
    return places, lengths


def by_loop(samples: Any, originals: Any) -> Any:
    found = [np.sqrt(((originals - sample) ** 2).sum(axis=(1, 2, 3))) for sample in samples]
    return [int(row.argmin()) for row in found], [float(row.min()) for row in found]


def rescaled_line(start: Any, end: Any, share: float) -> Any:
    """On the straight line, but brought back to the sphere."""
    point = (1 - share) * start + share * end
    length = (1 - share) * np.linalg.norm(start) + share * np.linalg.norm(end)
    return point * length / np.linalg.norm(point)


def functional_order(latent: int) -> Any:
    order = keras.Input((latent + 10,))
    picture = upsampling(latent + 10)(order)
    planes = layers.RepeatVector(784)(order[:, -10:])
    return keras.Model(
        order, keras.ops.concatenate([picture, layers.Reshape((28, 28, 10))(planes)], axis=-1)
    )


OTHER_WAYS: list[tuple[Exercise, Any]] = [
    (ex.generator, upsampling),
    (ex.discriminator, with_dropout),
    (ex.losses, (by_cross_entropy, by_tensorflow)),
    (ex.discriminator_step, joined_step),
    (ex.generator_step, plain_step),
    (ex.alarm, (counted, few_effective_classes)),
    (ex.frechet_distance, by_scipy),
    (ex.frechet_distance, by_symmetric_root),
    (ex.nearest, by_tree),
    (ex.nearest, by_loop),
    (ex.between, rescaled_line),
    (ex.conditional_generator, functional_order),
]


@pytest.mark.parametrize(
    ("exercise", "answer"), OTHER_WAYS, ids=lambda item: getattr(item, "id", "")
)
def test_another_way_to_the_right_answer_passes(exercise: Exercise, answer: Any) -> None:
    for seed in OUTSIDERS:
        assert_passes(judged(exercise, answer, seed))


def handed(exercise: Exercise, answer: Any) -> Any:
    return [answer, answer] if exercise in PAIRS else answer


@pytest.mark.parametrize("exercise", EXERCISES, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(handed(exercise, answer)), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros(10), np.full(10, "a"), np.full(10, np.nan),
    np.zeros((7, 2)), (np.zeros(7, int), np.zeros(7)), (np.full(7, 9**9), np.full(7, np.nan)),
    np.zeros(64), np.full(64, np.nan), np.full(64, "a"), (1, None), 1j, float("nan"),
    layers.ReLU(), keras.Input((3,)), keras.Sequential(), range(3), np.zeros,
]  # fmt: skip


@pytest.mark.parametrize("exercise", EXERCISES, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(handed(exercise, lambda *_: oddity)))


@pytest.mark.parametrize("exercise", list(PAIRS), ids=identity)
@pytest.mark.parametrize("oddity", [[], [np.mean], 3, "two", {}, np.zeros(2)])
def test_anything_but_two_functions_is_not_yet(exercise: Exercise, oddity: Any) -> None:
    assert exercise.verdict(oddity).outcome is Outcome.NOT_YET


def test_a_step_is_judged_by_what_moved_and_not_by_its_code() -> None:
    def by_hand(generator: Any, discriminator: Any, optimizer: Any, noise: Any) -> Any:
        loss = plain_step(generator, discriminator, optimizer, noise)
        discriminator.layers[-1].bias.assign_add([0.1])
        return loss

    assert ex.generator_step.verdict(by_hand).diagnosis == "both-moved"


def test_a_player_that_is_frozen_and_thawed_again_is_fine() -> None:
    code = "discriminator.trainable = False\n" + steps.GENERATOR
    code = code.replace("return", "discriminator.trainable = True\nreturn")
    assert_passes(ex.generator_step.verdict(answer_of(ex.generator_step, code)))


def test_a_loss_that_wants_real_of_every_picture_treats_them_alike() -> None:
    code = aims.RIGHT.replace("softplus(fake", "softplus(-fake")
    verdict = ex.losses.verdict(answer_of(ex.losses, code))
    assert_named(verdict, "all-alike")
    assert "the answer real to all" in verdict.why


@pytest.mark.parametrize("product", ["a * b", "a + b"])
def test_a_distance_that_no_name_fits_is_told_its_three_pieces(product: str) -> None:
    code = distance.RIGHT.replace("a @ b", product)
    verdict = ex.frechet_distance.verdict(answer_of(ex.frechet_distance, code))
    one, other = ex.frechet_distance.public_inputs()["two crowds"]
    gap = one.mean(axis=0) - other.mean(axis=0)
    assert_named(verdict, "other-distance")
    assert f"the squared gap, {gap @ gap:.2f}," in verdict.why


def test_an_alarm_that_wants_both_faults_at_once_hears_of_or() -> None:
    code = covering.RIGHT.replace("or unsure", "and unsure")
    verdict = ex.alarm.verdict(answer_of(ex.alarm, code))
    assert_named(verdict, "never-rings")
    assert "`or` when one is" in verdict.try_this


@pytest.mark.parametrize(("minutes", "told"), [(0.5, False), (100.0, True)])
def test_a_right_answer_hears_of_its_pace_only_if_the_lab_would_take_long(
    monkeypatch: pytest.MonkeyPatch, minutes: float, told: bool
) -> None:
    monkeypatch.setattr(neighbours, "_minutes", lambda *_: minutes)
    verdict = ex.nearest.verdict(by_loop)
    assert_passes(verdict)
    assert ("about 100 minutes" in verdict.why) is told


def test_the_pace_is_that_of_the_quicker_of_two_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours.time, "perf_counter", iter([0.0, 2.0, 10.0, 11.0]).__next__)
    inputs = {"samples": np.zeros(1), "originals": np.zeros(1)}
    pairs = neighbours.SAMPLES * neighbours.ORIGINALS
    found = neighbours._minutes(lambda *_: 0, inputs)
    assert found == pytest.approx(neighbours.BELOW / pairs / 60)


def test_a_network_with_two_ends_is_told_so_in_plain_words() -> None:
    code = asking.RIGHT.replace("layers.Concatenate()([picture, planes])", "[picture, planes]")
    verdict = ex.conditional_generator.verdict(answer_of(ex.conditional_generator, code))
    assert_named(verdict, "no-planes")
    assert verdict.seen.startswith("it gives 2 answers in the place of one")


def test_the_distance_agrees_with_scipys_matrix_root() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(500, 8)), rng.normal(1, 2, (400, 8)) @ rng.normal(size=(8, 8))
    a, b = np.cov(one.T), np.cov(other.T)
    gap = one.mean(axis=0) - other.mean(axis=0)
    wanted = gap @ gap + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert distance.distance(one, other) == pytest.approx(wanted)


def test_the_benchmark_plays_with_the_players_of_the_lab(benchmark: ModuleType) -> None:
    assert benchmark.generator(benchmark.LAB).count_params() == 64_961
    assert benchmark.discriminator(benchmark.LAB).count_params() == 108_977


def test_an_ordered_picture_of_the_benchmark_carries_its_label(benchmark: ModuleType) -> None:
    order = np.concatenate([np.zeros((1, benchmark.LATENT)), np.eye(10)[[7]]], axis=1)
    picture = np.asarray(benchmark.generator(benchmark.ORDERED)(order.astype("float32")))
    planes = benchmark.with_planes(picture[..., :1], np.array([7]))
    assert np.array_equal(picture, planes)


def test_a_round_of_the_benchmark_moves_both_players(benchmark: ModuleType) -> None:
    players = benchmark.generator(benchmark.LAB), benchmark.discriminator(benchmark.LAB)
    before = [player.get_weights() for player in players]
    play, calm = benchmark.steps(*players, 0.001)
    real, noise = tf.ones((4, 28, 28, 1)), tf.ones((4, benchmark.LATENT))
    play(real, noise)
    calm(real)
    for player, weights in zip(players, before, strict=True):
        assert any(
            not np.array_equal(a, b) for a, b in zip(player.get_weights(), weights, strict=True)
        )


def test_the_table_of_the_benchmark_has_medians_and_ranges(benchmark: ModuleType) -> None:
    runs = []
    for seed, gap in ((1, 12.0), (2, 14.0), (3, 13.0)):
        marks = benchmark.Marks(60.0, 900, gap, 7.9, 12.0, 0.9, hits=95.0)
        runs.append(benchmark.Run(benchmark.ORDERED, seed, [marks]))

    class Referee:
        floor, ceiling = 1.2, 470.0

    table = benchmark.table(runs, Referee())
    assert "| 13.0 (12.0–14.0) |" in table
    assert "95.0 (95.0–95.0)" in table
    assert "distance 1.2" in table
