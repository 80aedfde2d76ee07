"""Recognise handwritten digits: the course's first network, as a script.

Run it as it stands: `python skeleton/mnist.py`. It tells you the next thing to do. Fill the
places marked `...`, run it again, and go on until it prints how good your network is.
"""

# %% What the script needs

from workshop.data import load_mnist
from workshop.exercises import script as ex

# Keras comes after the course's package, which keeps its start-up quiet.
import keras

EPOCHS = 3
BATCH_SIZE = 128
SEED = 1


# %% Step 1: prepare the pixels


def prepare(images):
    """(n, 28, 28) uint8 in 0…255 → (n, 784) float32 in 0…1."""
    ### BEGIN SOLUTION
    return images.reshape(len(images), 784).astype("float32") / 255
    ### END SOLUTION


# %% Step 2: build a network that reads 784 numbers and gives ten probabilities


def build_model():
    """A keras.Sequential: (n, 784) → (n, 10)."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %% Step 3: say what is an error (the loss), and how to take a step (the optimizer)

### BEGIN SOLUTION
loss = "sparse_categorical_crossentropy"
optimizer = "adam"
### END SOLUTION

# %% The script waits here until all three steps are right

ex.prepare.require(prepare)
ex.model.require(build_model)
ex.training.require((loss, optimizer))

# %% Train, then judge on digits that the network has never seen

keras.utils.set_random_seed(SEED)
(x_train, y_train), (x_test, y_test) = load_mnist()
model = build_model()
model.compile(loss=loss, optimizer=optimizer, metrics=["accuracy"])
model.fit(
    prepare(x_train),
    y_train,
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
    validation_split=0.1,
    verbose=2,
)
test_loss, test_accuracy = model.evaluate(prepare(x_test), y_test, verbose=0)
print(f"loss {test_loss:.3f}")
print(f"accuracy {test_accuracy:.1%}")
print(f"parameters {model.count_params():,}")
print(
    "Next: put a hidden layer before the last one, "
    'keras.layers.Dense(128, activation="relu"), and run again.'
)
