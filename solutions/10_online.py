# ---
# jupyter:
#   workshop:
#     title: Online inference
#     minutes: 80
#     needs: ["05"]
#     outcome: >-
#       a service of your own that reads digits over HTTP: it keeps a contract, says what is wrong
#       with a bad request, survives your own fuzzer, and is measured beside a naive one.
#     small:
#       requests: 80
#       specimen_digits: 2000
# ---

# %%
import atexit
import http.client
import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import numpy as np
from flask import Flask, request
from werkzeug.serving import make_server

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab10 as ex
from workshop.exercises.overview import show_progress
from workshop.machine import free_port
from workshop.places import models_folder
from workshop.reader import digit_reader
from workshop.serving.freeze import freeze
from workshop.serving.model import FrozenModel, ModelError

import keras  # after workshop, which keeps TensorFlow quiet

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # ONNX Runtime looks at it when it is imported
import onnxruntime

keras.utils.set_random_seed(42)
show_progress("10")

# %% tags=["parameters"]
requests = 400
specimen_digits = 20_000

# %% tags=["nbval-ignore-output"]
folder = Path(tempfile.mkdtemp())  # what this lab writes lies here, and goes when the kernel ends
atexit.register(shutil.rmtree, folder, ignore_errors=True)

(x_train, y_train), (x_test, y_test) = load_mnist()
reader = digit_reader()
try:
    model = FrozenModel.load(models_folder() / "08_freeze.onnx")
    print("The frozen network: your own file of lab 08.")
except ModelError:
    model = freeze(reader, folder / "digits.onnx")
    print("The frozen network: there is no usable file of lab 08; the reader was frozen just now.")

# %% [markdown]
"""
## A network behind a door

Your network is one file now. **ONNX Runtime** runs it without Keras. The file divides by 255
itself, so pixels go in as they are, 0…255. It takes float32 and nothing else, a batch of shape
(n, 28, 28), and answers with (n, 10) probabilities.
"""

# %% tags=["nbval-ignore-output"]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1  # cores are shared by processes
session = onnxruntime.InferenceSession(model.path, options, providers=["CPUExecutionProvider"])
entrance = session.get_inputs()[0].name
version = model.card.version


def ask(images):
    """(n, 28, 28) float32 in 0…255 → (n, 10) probabilities."""
    return session.run(None, {entrance: images})[0]


def ask_keras(images):
    """The same question to the network in Keras."""
    return reader.predict(images[..., None] / 255, verbose=0)


def milliseconds(question, count):
    """The median of so many single questions."""
    times = []
    for image in x_test[:count].astype("float32"):
        start = time.perf_counter()
        question(image[None])
        times.append(1000 * (time.perf_counter() - start))
    return np.median(times)


print(f"one digit, model.predict: {milliseconds(ask_keras, 10):7.2f} ms")
print(f"one digit, ONNX Runtime:  {milliseconds(ask, 100):7.2f} ms")

# %% [markdown]
"""
Now others want to use it: a page, a phone, a program in another language. They speak **HTTP**. A
*request* has a method (`GET` looks, `POST` brings something), an address (`/predict`), a type and a
body. The *response* has a status (200 is "fine") and a body as well. Both bodies will be **JSON**,
text that nearly all languages read.

What is promised about all this is the **API**, a contract: what one may send, what comes back, and
what happens otherwise. **Flask** turns Python functions into such doors. A first one counts
letters:
"""

# %%
hello = Flask("hello")


@hello.post("/count")
def count():
    """What is returned as a dictionary leaves as JSON."""
    asked = request.get_json()
    return {"how many": len(asked["letters"])}


client = hello.test_client()
answer = client.post("/count", json={"letters": "seven"})
print(answer.status_code, answer.get_json())
print(client.post("/counts", json={}).status_code, client.get("/count").status_code)

# %% [markdown]
"""
`test_client` plays the client, without any network: that is how services are tested. 404: no such
address. 405: not with this method.

Now yours. `POST /predict` brings `{"image": …}`, 28 rows of 28 numbers, and gets

| field | what |
| --- | --- |
| `digit` | the most probable digit, or `None` if its probability is below `least` |
| `probabilities` | a list of ten |
| `version` | which model has answered |
| `milliseconds` | from the start of your function to its end, the network included |

`None` is the reject option of lab 06. Write Python's `None`; in JSON it becomes `null`.

Write `make_app`, which makes the application around any network `ask`. JSON knows Python's numbers
and lists, and no arrays.

> **If it fails** with `is not JSON serializable`, an array or a NumPy number is still in your
> dictionary.
"""


# %%
def make_app(ask, version, least):
    """A Flask application with POST /predict; `ask` is (n, 28, 28) float32 → (n, 10)."""
    ### BEGIN SOLUTION
    app = Flask("digits")

    @app.post("/predict")
    def predict():
        start = time.perf_counter()
        image = np.array(request.get_json()["image"], dtype="float32")
        probabilities = ask(image[None])[0]
        digit = int(probabilities.argmax())
        return {
            "digit": digit if probabilities[digit] >= least else None,
            "probabilities": probabilities.tolist(),
            "version": version,
            "milliseconds": 1000 * (time.perf_counter() - start),
        }

    return app
    ### END SOLUTION


# %%
ex.predict.check(make_app)

# %% [markdown]
"""
A digit, and, of the first thousand, the one of which your network is least sure:
"""

# %% tags=["nbval-ignore-output"]
make_app = ex.predict.or_reference(make_app)
app = make_app(ask, version, least=0.8)
client = app.test_client()
surest = ask(x_test[:1000].astype("float32")).max(axis=1)
pair = x_test[[0, surest.argmin()]]
for image in pair:
    answer = client.post("/predict", json={"image": image.tolist()}).get_json()
    print(answer["digit"], np.round(answer["probabilities"], 2), answer["version"])
plots.digits(pair)

# %% [markdown]
"""
## Who stands at the door

It works. What does it do with requests that are not right? Which of these five will get an answer
all the same?
"""

# %% tags=["nbval-ignore-output"]
app.logger.disabled = True  # it would print a page for each fault
bad = {
    "half of the rows": {"image": x_test[0][:14].tolist()},
    "a word": {"image": "seven"},
    "another field": {"picture": x_test[0].tolist()},
    "numbers as text": {"image": x_test[0].astype(str).tolist()},
    "numbers up to 25,500": {"image": (100 * x_test[0].astype(int)).tolist()},
}
for name, body in bad.items():
    answer = client.post("/predict", json=body)
    print(f"{name:<22}{answer.status_code} {answer.get_data(as_text=True)[:50]!r}")

# %% [markdown]
"""
Two ways to be wrong. 500 says: *my* fault, I fell over. Nobody learns what they should change, and
somebody is woken up at night. The other way is worse: 200, and ten probabilities for nonsense.

The statuses from 400 on say: your request cannot be answered, *and here is why*.

| status | it says | who finds out |
| --- | --- | --- |
| 400 | I cannot read this: it is no JSON | `json.loads`, which raises a `ValueError` |
| 413 | too large, I have not even read it | Flask, with `MAX_CONTENT_LENGTH` |
| 415 | I do not read this type | you, from the media type |
| 422 | I can read it, and it is no picture | you, looking at each part |

Write `read_picture`. It gets the body as bytes, and the media type: what the body says it is,
`application/json` for JSON, `image/png` for a picture file. A good picture comes back as an array,
(28, 28), float32. Otherwise it raises `RefusedError` with a status and a sentence that says what is
wrong, and for a wrong number, where: `image[3][5] …`. Pixels are numbers, whole or not, from 0 to
255. Text is no number, `true` is none, and `NaN` is none, although Python's `json` reads it.
"""


# %%
class RefusedError(Exception):
    """This request is not answered: a status, and a sentence for whoever sent it."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


# %%
def read_picture(body, media_type):
    """The picture in a body, (28, 28) float32; raises RefusedError."""
    ### BEGIN SOLUTION
    if media_type != "application/json":
        raise RefusedError(415, f"The media type is {media_type!r}; application/json is needed.")
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, f"This is not JSON: {error}") from None
    if not isinstance(asked, dict) or "image" not in asked:
        raise RefusedError(422, "An object with the field image is needed.")
    rows = asked["image"]
    if not isinstance(rows, list) or len(rows) != 28:
        raise RefusedError(422, "image is a list of 28 rows.")
    for y, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != 28:
            raise RefusedError(422, f"image[{y}] is a list of 28 numbers.")
        for x, number in enumerate(row):
            if type(number) not in (int, float) or not 0 <= number <= 255:
                raise RefusedError(422, f"image[{y}][{x}] is {number!r:.20}; 0…255 is needed.")
    return np.array(rows, dtype="float32")
    ### END SOLUTION


# %%
ex.read_picture.check(read_picture)

# %% [markdown]
"""
Here is the whole service, with your door. `errorhandler` says what becomes of an exception. The
last two routes are for later. `state` is what a service knows about itself.
"""

# %%
read_picture = ex.read_picture.or_reference(read_picture)
LARGEST = 100_000


def make_service(ask, version, least, state):
    """The same door, guarded; and two small ones for machines."""
    app = Flask("digits")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.logger.disabled = True

    @app.post("/predict")
    def predict():
        start = time.perf_counter()
        image = read_picture(request.get_data(), request.mimetype)
        probabilities = ask(image[None])[0]
        digit = int(probabilities.argmax())
        return {
            "digit": digit if probabilities[digit] >= least else None,
            "probabilities": probabilities.tolist(),
            "version": version,
            "milliseconds": 1000 * (time.perf_counter() - start),
        }

    @app.errorhandler(RefusedError)
    def refused(error):
        return {"error": error.sentence}, error.status

    @app.errorhandler(413)
    def too_large(error):
        return {"error": f"The body has more than {LARGEST:,} bytes."}, 413

    @app.get("/livez")
    def alive():
        return {"alive": True}

    @app.get("/readyz")
    def ready():
        return {"ready": state["ready"]}, 200 if state["ready"] else 503

    return app


state = {"ready": True}
client = make_service(ask, version, 0.8, state).test_client()
for name, body in bad.items():
    answer = client.post("/predict", json=body)
    print(f"{name:<22}{answer.status_code} {answer.get_json()['error'][:60]}")
for body in ("[1, 2", "1" * 200_000):
    answer = client.post("/predict", data=body, content_type="application/json")
    print(f"{body[:5]:<22}{answer.status_code} {answer.get_json()['error'][:60]}")

# %% [markdown]
"""
## Six old services

All of these were once online, in this form or a similar one. Each works. Each has one fault that is
worse than its others. Which one?

```python
# A                                          # B
@app.get("/train")                           @app.post("/score")
def train():                                 def score():
    global model                                 with open("uploads/model.pkl", "rb") as file:
    model = fit(read_table("today.csv"))             model = pickle.load(file)
    return "trained"                             return {"digit": model.read(request.json)}

# C                                          # D
@app.get("/image")                           @app.post("/predict")
def image():                                 def predict():
    picture = urlopen(request.args["url"])       return {"digit": read(request.json["image"])}
    return show(picture.read())
                                             app.run(host="0.0.0.0", debug=True)

# E: trained on x / 255                      # F
@app.post("/predict")                        @app.post("/predict")
def predict():                               def predict():
    pixels = np.array(request.json["image"])     try:
    answers = model.predict(pixels[None])            return {"digit": read(request.json["image"])}
    return {"digit": int(answers.argmax())}      except Exception:
                                                     return {"digit": 0}
```

| word | the fault |
| --- | --- |
| `unsafe GET` | a GET must change nothing: browsers, proxies and search engines send it unasked |
| `stranger's address` | it fetches what a stranger names, from *inside* |
| `stranger's code` | it runs Python that a stranger types: Flask's debugger offers that on a page |
| `pickle` | it unpacks a file that may hold code, again and again, from where others can write |
| `skew` | it feeds the network other numbers than those of its training |
| `silence` | it hides its faults, and answers something |
| `no version` | nobody can tell which model has answered |
| `too slow` | it does for each request what should be done once |

Write a dictionary, with words of the first column:
`faults = {"A": "…", "B": "…", "C": "…", "D": "…", "E": "…", "F": "…"}`.
"""

# %%
### BEGIN SOLUTION
faults = {
    "A": "unsafe GET",
    "B": "pickle",
    "C": "stranger's address",
    "D": "stranger's code",
    "E": "skew",
    "F": "silence",
}
### END SOLUTION

# %%
ex.specimens.check(faults)

# %% [markdown]
"""
C, in action. A stranger asks for a picture, and gets a file that only the service can see. (In a
data centre, it would be an address that only the service can reach.) This is called **server-side
request forgery**, in short SSRF.
"""

# %%
(folder / "secret.txt").write_text("the password is 1234")
careless = Flask("careless")


@careless.get("/image")
def show_image():
    """Fetches whatever it is told to."""
    return urlopen(request.args["url"]).read()


address = (folder / "secret.txt").as_uri()
print(careless.test_client().get("/image", query_string={"url": address}).get_data(as_text=True))

# %% [markdown]
"""
And E? Surely somebody would have noticed. Take a small dense network, trained on 0…1, and feed it
0…255, numbers 255 times too large. What will its accuracy be?
"""

# %% tags=["nbval-ignore-output"]
specimen = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
specimen.compile("adam", "sparse_categorical_crossentropy")
some = slice(specimen_digits)
specimen.fit(x_train[some] / 255, y_train[some], batch_size=64, epochs=4, verbose=0)
fed_right = specimen.predict(x_test / 255, batch_size=500, verbose=0)
fed_raw = specimen.predict(x_test.astype("float32"), batch_size=500, verbose=0)
for name, rows in (("fed 0…1", fed_right), ("fed 0…255", fed_raw)):
    wrong = rows.argmax(axis=1) != y_test
    print(
        f"{name:<10} accuracy {100 * (~wrong).mean():.1f} %, below 0.8: "
        f"{100 * (rows.max(axis=1) < 0.8).mean():.1f} %, "
        f"mean of the largest probability when wrong: {rows[wrong].max(axis=1).mean():.2f}"
    )
apart = np.abs(fed_right - fed_raw).max(axis=1)
print(f"probabilities more than 0.1 apart: {100 * (apart > 0.1).mean():.0f} % of the digits")

# %% [markdown]
"""
A test of accuracy passes. ReLU layers let a factor through: 255 times the input gives about 255
times the scores, so the same digit wins. But softmax of scores that large says 1.00 to everything.
The reject option is dead, and nobody is told. (A network with batch normalisation is hit harder.)

So test a service on **probabilities**, against the network that was trained. Lab 11 hunts more of
these.

## The contract as data

"28 rows of 28 numbers" is English. **JSON Schema** says it so that programs understand it. For the
letters at the beginning:
"""

# %%
letters = {"type": "string", "minLength": 1, "maxLength": 100}
letters_schema = {
    "type": "object",
    "properties": {"letters": letters},
    "required": ["letters"],
    "additionalProperties": False,
}
print(json.dumps(letters_schema))

# %% [markdown]
"""
| word | it says |
| --- | --- |
| `type` | `object`, `array` (a list), `number`, `integer`, `string`, `boolean`, `null` |
| `properties` | an object's fields, each with its schema |
| `required` | which of them must be there |
| `additionalProperties` | `False`: no other fields |
| `items` | the schema of each item of a list |
| `minItems`, `maxItems` | how many items |
| `minimum`, `maximum` | for numbers; both ends belong to it |

Two traps: a word it does not know is ignored without a sound. And a rule speaks of one kind of
value only: `minimum` says nothing about text.

Write the schema of your request: an object with the field `image` and no other; in it 28 rows of
28 numbers, from 0 to 255. (Your door lets other fields pass. The contract is stricter: a misspelt
field should be noticed.)
"""

# %%
### BEGIN SOLUTION
number = {"type": "number", "minimum": 0, "maximum": 255}
row = {"type": "array", "items": number, "minItems": 28, "maxItems": 28}
picture = {"type": "array", "items": row, "minItems": 28, "maxItems": 28}
request_schema = {
    "type": "object",
    "properties": {"image": picture},
    "required": ["image"],
    "additionalProperties": False,
}
### END SOLUTION

# %%
ex.request_schema.check(request_schema)

# %% [markdown]
"""
Around such schemas, **OpenAPI** describes all doors of a service, their bodies and statuses. From
one such document, programs make web pages, clients in a dozen languages, and tests.
"""

# %%
request_schema = ex.request_schema.or_reference(request_schema)
statuses = {
    "200": "Read.",
    "400": "No JSON.",
    "413": "Too large.",
    "415": "Another type.",
    "422": "No picture.",
}
contract = {
    "openapi": "3.1.0",
    "info": {"title": "Digits", "version": "1"},
    "paths": {
        "/predict": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": request_schema}}},
                "responses": {code: {"description": said} for code, said in statuses.items()},
            }
        }
    },
}
print(f"{len(json.dumps(contract))} characters that say what {len(contract['paths'])} door does")

# %% [markdown]
"""
## Throw things at it

You have thought of some wrong requests. A **fuzzer** thinks of the others: it makes up requests by
the hundred, and looks for a single thing, a status of 500 or more. Its raw material is values that
programs stumble over:
"""

# %%
STRANGE = [None, True, -1, 256, 0.5, 1e30, float("nan"), "", "7", [], {}, [[]]]


def strange(rng):
    """One of them."""
    return STRANGE[rng.integers(len(STRANGE))]


def poster(app, address="/predict"):
    """A function that posts a text as JSON and gives back the status."""
    client = app.test_client()

    def post(body):
        return client.post(address, data=body, content_type="application/json").status_code

    return post


rng = np.random.default_rng(1)
hello.logger.disabled = True
post = poster(hello, "/count")
for _ in range(4):
    body = json.dumps({"letters": strange(rng)})
    print(body, post(body))

# %% [markdown]
"""
Write `fuzz` for pictures. It posts `tries` bodies, and returns a list of those that got 500 or
more, each as the text that was posted.

How does one make a body that finds much? Chance alone does not get far. Most faults lie behind the
first question at the door: nobody guesses 28 rows of 28 numbers. So start from `good`, a picture of
shape (28, 28), and break *one* thing: the whole body, or the image, or one row, or one number.
"""


# %%
def fuzz(post, good, rng, tries):
    """The bodies (texts) that got a status of 500 or more."""
    ### BEGIN SOLUTION
    found = []
    for _ in range(tries):
        body = {"image": good.tolist()}
        y, x = rng.integers(28, size=2)
        match rng.integers(4):
            case 0:
                body = strange(rng)
            case 1:
                body["image"] = strange(rng)
            case 2:
                body["image"][y] = strange(rng)
            case 3:
                body["image"][y][x] = strange(rng)
        body = json.dumps(body)
        if post(body) >= 500:
            found.append(body)
    return found
    ### END SOLUTION


# %%
ex.fuzz.check(fuzz)

# %% [markdown]
"""
Now your two applications, the first one and the guarded one:
"""

# %% tags=["nbval-ignore-output"]
fuzz = ex.fuzz.or_reference(fuzz)
service = make_service(ask, version, 0.8, state)
for name, each in (("the first", app), ("the guarded", service)):
    found = fuzz(poster(each), x_test[0], np.random.default_rng(2), requests)
    print(f"{name}: {len(found)} of {requests} requests got a 500")

# %% [markdown]
"""
Does that prove that nothing can break it? It shows that *your fuzzer* found nothing. Here is a body
that it will never make up, fifty thousand opening brackets:
"""

# %%
print(poster(service)("[" * 50_000))

# %% [markdown]
"""
If yours says 500: Python reads nested lists by calling itself, and stops at a depth with
`RecursionError`, which is no `ValueError`. Catch both.

A grown-up fuzzer reads the OpenAPI document and makes up requests for each rule in it, just inside
and just outside. **Schemathesis** is one; the course's own service is tested with it.

## Alive, or ready?

Someone has to notice when a service is ill. Two questions are easily confused:

- `/livez`: does the process still answer? If not, it is **started again**.
- `/readyz`: could it answer a real question *now*? If not, it gets **no requests** for a while.

In front of several copies of a service stands a **load balancer**, which deals requests out to
them. Say copy B is started again at second 2. Half a second later its process answers. Then it
loads its model, until second 6. Ten requests come each second. How many fail, if the balancer
trusts `/livez`?
"""


# %%
def failures(trusted):
    """Of 100 requests in ten seconds, how many reach B while it has no model?"""
    failed = 0
    for number in range(100):
        second = number / 10
        b = {"livez": not 2 <= second < 2.5, "readyz": not 2 <= second < 6}
        copies = "AB" if b[trusted] else "A"
        failed += copies[number % len(copies)] == "B" and not b["readyz"]
    return failed


print("trusting /livez: ", failures("livez"), "requests fail")
print("trusting /readyz:", failures("readyz"), "requests fail")

# %% [markdown]
"""
The other mistake is as bad. If a slow start counts as *dead*, it is started again while it loads,
for ever.

Before it is stopped, a service says "not ready", and goes on answering what still comes. So nobody
is lost when a new version moves in:
"""

# %%
state["ready"] = False
client = service.test_client()
answer = client.post("/predict", json={"image": x_test[0].tolist()})
print(client.get("/livez").status_code, client.get("/readyz").status_code, answer.status_code)
state["ready"] = True

# %% [markdown]
"""
## How fast?

Now over real connections, inside this computer. Eight clients ask at once, each again as soon as it
has its answer. First a naive service, as one would write it in the first hour: `model.predict`,
on the server that comes with Flask. Then yours on that same server.
"""

# %%
logging.getLogger("werkzeug").setLevel("ERROR")  # it would print a line for each request
naive = Flask("naive")


@naive.post("/predict")
def naive_predict():
    """Ask Keras for each request."""
    return {"digit": int(ask_keras(np.array([request.json["image"]], "float32")).argmax())}


@contextmanager
def flasks_server(app):
    """Flask's own server, in a thread; gives its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def load(port, count, clients=8):
    """Ask `count` times altogether; milliseconds of each answer (n,), and answers per second."""
    body, head = json.dumps({"image": x_test[0].tolist()}), {"Content-Type": "application/json"}
    times = []

    def one_client():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(count // clients):
            start = time.perf_counter()
            line.request("POST", "/predict", body, head)
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                times.append(1000 * (time.perf_counter() - start))
        line.close()

    threads = [threading.Thread(target=one_client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return np.array(times), len(times) / (time.perf_counter() - start)


# %% tags=["nbval-ignore-output"]
measured = {}
for name, each, part in (("naive", naive, 8), ("yours, Flask's server", service, 1)):
    with flasks_server(each) as port:
        load(port, 8)  # the first ones wait for what is made only once
        measured[name] = load(port, requests // part)
for name, (times, rate) in measured.items():
    half, most = np.percentile(times, [50, 99])
    print(
        f"{name:<22}{rate:8.0f} per second, mean {times.mean():6.1f} ms, "
        f"half within {half:6.1f}, 99 % within {most:6.1f}"
    )

# %% tags=["nbval-ignore-output"]
times = measured["yours, Flask's server"][0]
plots.histogram(times, bins=40, xlabel="milliseconds", title="Each answer of your service")

# %% [markdown]
"""
There is no one time. A few answers take much longer than the rest, and the mean hides them. Is one
in a hundred rare? A page that asks a service a hundred times meets such an answer on two visits of
three. So services promise a **percentile**: an **objective** such as "99 % within 25 ms", in short,
a p99 of 25 ms.

A service with a million requests a day cannot keep each time. It counts them in **buckets**: how
many took at most 1 ms, at most 2 ms, and so on. These counts are *cumulative*: each includes those
before. The last bucket has no end. This is how **Prometheus**, which collects such numbers, has
them:
"""

# %% tags=["nbval-ignore-output"]
edges = np.array([1, 2, 5, 10, 25, 50, 100, 250, 1000, np.inf])
counts = np.array([(times <= edge).sum() for edge in edges])
for edge, number in zip(edges, counts, strict=True):
    print(f"at most {edge:>4g} ms: {number}")

# %% [markdown]
"""
The times are gone; what is left of the p99? Take edges [10, 20, inf] and counts [60, 90, 100], and
look for the share 0.75. The rank is 0.75 · 100 = 75. Its bucket is the first whose count reaches
75: the one from 10 to 20. Before it there are 60, in it 30. The 75th is the 15th of these 30, so it
lies half-way: 15 ms.

Write `percentile`. Two cases need care: the first bucket begins at 0, and if the rank falls into
the last one, return the last edge that is a number.
"""


# %%
def percentile(edges, counts, share):
    """Upper edges (n,), the last infinite, and cumulative counts (n,) → milliseconds."""
    ### BEGIN SOLUTION
    rank = share * counts[-1]
    place = int(np.searchsorted(counts, rank))
    if place == len(edges) - 1:
        return edges[-2]
    low, before = (0, 0) if place == 0 else (edges[place - 1], counts[place - 1])
    return low + (edges[place] - low) * (rank - before) / (counts[place] - before)
    ### END SOLUTION


# %%
ex.percentile.check(percentile)

# %% tags=["nbval-ignore-output"]
percentile = ex.percentile.or_reference(percentile)
for share in (0.5, 0.9, 0.99):
    true = np.percentile(times, 100 * share)
    print(f"{share:.0%} within {percentile(edges, counts, share):.1f} ms; really {true:.1f} ms")

# %% [markdown]
"""
What do buckets hide? Take two services. In one, the slow requests take 51 ms; in the other, 99 ms:
"""

# %%
for slow in (51, 99):
    crowd = np.array([3] * 950 + [slow] * 50)
    filled = np.array([(crowd <= edge).sum() for edge in edges])
    guess = percentile(edges, filled, 0.99)
    print(f"really {np.percentile(crowd, 99):.0f} ms, from buckets {guess:g} ms")

# %% [markdown]
"""
To a histogram they are the same. So put an edge exactly at your objective: whether it was kept is
then counted, not guessed.

### Who does not ask does not wait

One more trap. Our clients wait politely for each answer. Say a service answers in 1 ms, and once in
ten seconds it stands still for a whole second. A polite client meets that once. People do not wait
for each other: 100 of them come each second, come what may.
"""

# %%
polite = np.array([1.0] * 9000 + [1000.0])
arrivals = np.arange(0, 10, 0.01)
standing = (arrivals >= 5) & (arrivals < 6)
people = 1 + 1000 * np.where(standing, 6 - arrivals, 0)
print(f"p99 as the polite client sees it: {np.percentile(polite, 99):.0f} ms")
print(f"p99 as people see it:             {np.percentile(people, 99):.0f} ms")

# %% [markdown]
"""
The same service. This is called **coordinated omission**: the measurement leaves out just those who
would have had to wait. Our load above has the same flaw.

## Together

A network reads 64 digits in one go faster than 64 times one. But requests come one by one.
**Micro-batching**: take the first, wait a few milliseconds for others, and ask the network once.

Write `collect`. It waits for the first question as long as it takes. From then on it collects more,
until there are `most` or `wait` seconds have passed since the *first*.

`questions` is a `queue.Queue`: `questions.get()` waits for the next one;
`questions.get(timeout=seconds)` waits so long, then raises `queue.Empty`. `clock()` tells the time
in seconds. (It is handed in, so that the check need not wait.)
"""


# %%
def collect(questions, most, wait, clock):
    """The next batch, a list of 1 to `most` questions."""
    ### BEGIN SOLUTION
    batch = [questions.get()]
    deadline = clock() + wait
    while len(batch) < most:
        left = deadline - clock()
        if left <= 0:
            break
        try:
            batch.append(questions.get(timeout=left))
        except queue.Empty:
            break
    return batch
    ### END SOLUTION


# %%
ex.collect.check(collect)

# %% [markdown]
"""
A **thread** is a second line of work inside one process. Around `collect` goes a thread that works
for all. Whoever asks leaves a picture and an empty box, and waits until the answer lies in it.

Will it help Keras? Will it help ONNX Runtime? Guess both, then run.
"""

# %% tags=["nbval-ignore-output"]
collect = ex.collect.or_reference(collect)


class Batcher:
    """Is asked about single pictures, and asks the network about many."""

    def __init__(self, ask, most=16, wait=0.002):
        self.ask, self.most, self.wait = ask, most, wait
        self.questions, self.sizes = queue.Queue(), []
        threading.Thread(target=self._work, daemon=True).start()

    def __call__(self, images):
        box = queue.Queue()
        self.questions.put((images[0], box))
        return box.get(timeout=60)[None]

    def _work(self):
        while True:
            batch = collect(self.questions, self.most, self.wait, time.perf_counter)
            answers = self.ask(np.stack([image for image, _ in batch]))
            self.sizes.append(len(batch))
            for (_, box), answer in zip(batch, answers, strict=True):
                box.put(answer)


def crowd(question, each, people=16):
    """So many threads, each with `each` questions: digits per second, mean milliseconds."""
    times, image = [], x_test[:1].astype("float32")

    def one():
        for _ in range(each):
            start = time.perf_counter()
            question(image)
            times.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=one) for _ in range(people)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.perf_counter() - start), np.mean(times)


rows = []
for name, question, each in (("Keras", ask_keras, 2), ("ONNX Runtime", ask, requests // 4)):
    batcher = Batcher(question)
    for how, asked in (("one by one", question), ("batched", batcher)):
        asked(x_test[:1].astype("float32"))
        rate, mean = crowd(asked, each)
        rows.append({"": f"{name}, {how}", "digits per second": rate, "mean milliseconds": mean})
    print(f"{name}: {np.mean(batcher.sizes):.1f} digits in a batch")
plots.compare(rows, title="Sixteen people ask at once")

# %% [markdown]
"""
Batching divides what a *call* costs among many. A call of `model.predict` is expensive, so much
is won. A call of ONNX Runtime costs next to nothing; then the waiting, the thread and the boxes may
cost more than they save. On a graphics card, calls are expensive again. Measure before you build.

## Processes, and the fork trap

Python runs one thread at a time, so a service runs as several processes, **workers**. **gunicorn**
starts them: a parent makes copies of itself with `fork` (on Linux and macOS) and watches over them.
A copy is cheap, as it shares memory with its parent. So why not load everything in the parent, and
copy it ready-made? Here is a parent with a thread that answers, as in your batcher:
"""

# %%
trap = """
import os, queue, threading
questions, answers = queue.Queue(), queue.Queue()

def work():
    while True:
        answers.put(questions.get() + 1)

def ask(who):
    questions.put(1)
    try:
        print(who, "gets", answers.get(timeout=2), flush=True)
    except queue.Empty:
        print(who, "waits in vain", flush=True)

threading.Thread(target=work, daemon=True).start()
ask("the parent")
if not os.fork():
    ask("the child")
    os._exit(0)
os.wait()
"""
if hasattr(os, "fork"):
    run = subprocess.run([sys.executable, "-c", trap], capture_output=True, text=True, timeout=60)
    print(run.stdout)
else:
    print("Windows has no fork, and so no trap.")

# %% [markdown]
"""
`fork` copies memory and *one* thread, the one that called it. All others are gone. A
**lock** lets one thread at a time use something; what a lost thread had locked stays locked.
Libraries like TensorFlow keep threads of their own, too. What has them before the fork may hang
after it, silently, on some days. The rule: **load the model in the worker**, after the fork.
gunicorn does so by itself, as long as nobody turns on `preload`.

So here is a service in a file of its own. It loads its model where it is imported, and gunicorn
imports it in each worker. (On Windows, waitress runs the same file, with threads.)
"""

# %%
(folder / "service.py").write_text("""
import json, os, sys
import numpy as np
import onnxruntime
from flask import Flask, request

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(
    os.environ["MODEL"], options, providers=["CPUExecutionProvider"]
)
entrance, loaded_by = session.get_inputs()[0].name, os.getpid()
app = Flask("digits")

@app.post("/predict")
def predict():
    image = np.array(request.get_json()["image"], "float32")
    probabilities = session.run(None, {entrance: image[None]})[0][0]
    return {"digit": int(probabilities.argmax()), "probabilities": probabilities.tolist()}

@app.get("/readyz")
def ready():
    return {"here": os.getpid() == loaded_by}
""")


def look(port, address):
    """Status and body of a GET; None while nobody listens."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", address)
        answer = line.getresponse()
        return answer.status, answer.read().decode().strip()
    except OSError:
        return None
    finally:
        line.close()


@contextmanager
def real_server(*words):
    """A server as a process of its own, once it is ready; gives its port and ends it."""
    port = free_port(None, 8100)
    command = [sys.executable, "-m", *(word.replace("PORT", str(port)) for word in words)]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"MODEL": str(model.path)}
        )
    atexit.register(process.kill)
    try:
        until = time.monotonic() + 60
        while look(port, "/readyz") is None:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log.txt").read_text()[-500:])
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()  # finish what you have, and go
        process.wait(30)


# %% tags=["nbval-ignore-output"]
gunicorn = (
    *("gunicorn", "service:app", "--bind", "127.0.0.1:PORT", "--workers", "2"),
    *("--threads", "4", "--no-control-socket", "--log-level", "warning"),
)
waitress = ("waitress", "--listen=127.0.0.1:PORT", "service:app")
start = time.perf_counter()
with real_server(*(waitress if sys.platform == "win32" else gunicorn)) as port:
    print(f"ready after {time.perf_counter() - start:.1f} s;", look(port, "/readyz"))
    load(port, 16)
    measured["two workers"] = load(port, 2 * requests)
rows = [
    {"": name, "answers per second": rate, "p99 in ms": np.percentile(times, 99)}
    for name, (times, rate) in measured.items()
]
plots.compare(rows, title="Eight clients, one digit in each request")

# %% [markdown]
"""
Two changes. The first asks the same network in another way, and answers tens of times as many
requests. The second is another server, with two processes: a few times as many again. (This last
service checks nothing. And our clients are Python, too: they take time from those they measure.)

## The course's own service

It runs in a terminal. This line starts it:
"""

# %% tags=["nbval-ignore-output", "this-machine"]
own = models_folder() / "05_cnn.keras"
print(f'workshop serve "{own}"' if own.exists() else "workshop serve")

# %% [markdown]
"""
Open a terminal (File ▸ New ▸ Terminal), copy the line, and open the address that it prints. Without
a file of yours, it takes the course's own network. Ctrl-C ends it.

That is your service, grown up. The ideas are the same: 400, 413, 415, 422, and a sentence with each
refusal. It does more:

- Each worker checks first that the model's file is the right one, by its fingerprint.
- It reads pen strokes and picture files, too. It refuses fields that it does not know, and pictures
  that somebody has divided by 255.
- It counts in buckets, for Prometheus, at `/metrics`.
- It *drains*: before it ends, it says "not ready" and finishes what it has.
- It describes itself at `/openapi.json`, and Schemathesis fuzzes it with that.
- It has a page to draw on.

Its code is in `workshop/serving/`; begin with `app.py` and `predict.py`. A benchmark,
`benchmarks/serving.py`, measures it with a client that takes less for itself.

## The card

- An API is a contract: addresses, methods, bodies, statuses. Test it without a network.
- 400 cannot be read, 413 too large, 415 other type, 422 no picture; each with a sentence that says
  where. 500 is always your fault.
- Check types before NumPy does: `"7"`, `True` and `NaN` slip through.
- A stranger may send anything. No debugger, no pickle, no fetching of addresses, no GET that acts.
- Accuracy does not notice a wrong scale. Compare probabilities.
- A fuzzer breaks one thing in a good request.
- Alive: start it again? Ready: send it requests?
- Promise a percentile, put a bucket's edge there, and measure those who did not get to ask.
- Batch when calls are expensive. Load the model after the fork.

## Go further

### A second door

Other people's programs already speak a language for this: the **Open Inference Protocol**, version
2, which KServe, Triton and others understand. A client of theirs could use your service, if it had
a second door. A request and its answer:

```python
{"id": "42", "inputs": [{"name": "images", "shape": [2, 28, 28], "datatype": "UINT8",
                         "data": [0, 0, 12, ...]}]}

{"model_name": "digit-reader", "model_version": "3f2a", "outputs": [
    {"name": "probabilities", "datatype": "FP32", "shape": [2, 10], "data": [0.01, 0.97, ...]}]}
```

The data are flat, row by row. The shape says how to fold them. (Lists in lists are allowed as
well.) Write two functions:

- `from_v2(asked)` turns a request into pictures, (n, 28, 28), float32, 0…255.
- `to_v2(probabilities, name, version)` turns probabilities, (n, 10), into the answer: a dictionary
  like the second one above. `name` is the model's name.
"""


# %%
### BEGIN SOLUTION
def from_v2(asked):
    """A request → pictures (n, 28, 28) float32."""
    tensor = asked["inputs"][0]
    return np.array(tensor["data"], dtype="float32").reshape(tensor["shape"])


def to_v2(probabilities, name, version):
    """Probabilities (n, 10) → the answer, a dictionary for JSON."""
    tensor = {
        "name": "probabilities",
        "datatype": "FP32",
        "shape": list(probabilities.shape),
        "data": probabilities.ravel().tolist(),
    }
    return {"model_name": name, "model_version": version, "outputs": [tensor]}


### END SOLUTION


# %%
ex.second_door.check([from_v2, to_v2])

# %% tags=["nbval-ignore-output"]
from_v2, to_v2 = ex.second_door.or_reference([from_v2, to_v2])
tensor = {"name": "images", "shape": [3, 28, 28], "datatype": "UINT8"}
asked = {"inputs": [tensor | {"data": x_test[:3].ravel().tolist()}]}
answer = to_v2(ask(from_v2(asked)), "digit-reader", version)
print(answer["outputs"][0]["shape"], np.round(answer["outputs"][0]["data"][:10], 3))

# %% [markdown]
"""
### More

- **Backpressure.** If more comes than you can do, a queue only grows, until everybody waits in
  vain. Let `Batcher` refuse when `questions.qsize()` exceeds 100: status 503 with the header
  `Retry-After: 1`. Whoever is told early can go elsewhere.
- **A graceful end.** `process.terminate()` sends SIGTERM. Start `load` in a thread, terminate
  gunicorn in the middle: how many requests are lost? What does `--graceful-timeout` change?
- Which of its doors does the course's service guard better than yours? Point your `fuzz` at it.

Next: **[11 Draw a digit](11_draw.ipynb)**, where the numbers come from people's hands.
"""

# %%
show_progress("10")
