# ---
# jupyter:
#   workshop:
#     title: Batch inference
#     minutes: 85
#     needs: ["05"]
#     outcome: >-
#       a nightly job that reads thousands of scans into a database, and that you may start twice,
#       kill half-way and feed with rubbish: nothing is lost, nothing counts twice, and each scan
#       that it did not read is named with the reason.
#     small:
#       scans: 300
#       repeated: 10
#       chunk: 50
#       sizes: [1, 16, 256]
#       rounds: 1
# ---

# %%
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import onnxruntime
import sqlalchemy as sa
from IPython.display import display
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sqlalchemy.dialects import postgresql, sqlite

from workshop import plots
from workshop.data import load_mnist
from workshop.exercises import lab09 as ex
from workshop.exercises.overview import show_progress
from workshop.places import models_folder
from workshop.reader import digit_reader
from workshop.serving.freeze import freeze
from workshop.serving.model import FrozenModel, ModelError

show_progress("09")

# %% tags=["parameters"]
seed = 42
scans = 3000
repeated = 40
chunk = 250
sizes = [1, 4, 16, 64, 256, 1024]
rounds = 3

# %% [markdown]
"""
An office scans forms all day. At two in the morning a job reads the digits and writes them into a
database, and at eight the reports are made from it. That is **batch inference**: many pictures at
once, and nobody waits for a single answer. (In lab 10 somebody waits: online inference.)

Nobody watches, either. So such a job must survive four things. Somebody starts it twice. Somebody
kills it. It is fed with what is no digit. It meets a second copy of itself. The network is the easy
part.

`ask` is your frozen network of lab 08, if it lies in your folder `models` and reads well. Otherwise
the course's reader is frozen here. It takes pixels as they are, 0…255, and gives ten probabilities
for each picture.
"""

# %% tags=["nbval-ignore-output"]
kept = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
folder = Path(kept.name)
(x_all, y_all), _ = load_mnist()
digits, labels = x_all[-scans:], y_all[-scans:]
reader = digit_reader()


def frozen_model():
    """Lab 08's frozen network if it reads well, otherwise the reader, frozen now."""
    own = models_folder() / "08_freeze.onnx"
    try:
        model = FrozenModel.load(own)
        right = (model.probabilities(digits).argmax(axis=1) == labels).mean()
        if right >= 0.9:
            print(f"Frozen: your own of lab 08, version {model.card.version}.")
            return model
        print(f"Not used: {own.name} reads only {100 * right:.1f} % of these digits.")
    except ModelError as error:
        if own.exists():
            print(f"Not used: {error}")
    model = freeze(reader, folder / "reader.onnx", name="digit-reader")
    print(f"Frozen: the digit reader, just now, version {model.card.version}.")
    return model


model = frozen_model()
ask, version = model.probabilities, model.card.version

# %% [markdown]
"""
Here is last night's file. It is as files are: some forms were scanned twice, and a few scans are
broken. We know where; the job does not.
"""

# %%
rng = np.random.default_rng(seed)
broken = np.concatenate(
    [
        np.zeros((4, 28, 28), "uint8"),  # blank
        digits[:4] // 128,  # somebody has scaled them to 0…1 and rounded
        255 - digits[4:8],  # ink on paper: dark on light
    ]
)
everything = np.concatenate([digits, digits[:repeated], broken])
np.save(folder / "scans.npy", rng.permutation(everything))
print(f"{len(everything):,} scans, {(folder / 'scans.npy').stat().st_size:,} bytes")

# %% [markdown]
"""
## A job that counts twice

Many a first job looks like this one. It is short, it runs, and its numbers are right. Once.
"""


# %%
def naive_job(db, pictures):
    """Read all pictures and store the digits."""
    db.execute("CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, digit INTEGER)")
    answers = ask(pictures).argmax(axis=1)
    db.executemany("INSERT INTO answers (digit) VALUES (?)", [(int(digit),) for digit in answers])
    db.commit()


# %% [markdown]
"""
On Tuesday the network of the building fails for a minute. Whoever is on duty is not sure whether
the job has run, and starts it again. How many sevens will the report have? Note your guess.
"""

# %% tags=["nbval-ignore-output"]
naive = sqlite3.connect(":memory:")
for start in ("first", "second"):
    naive_job(naive, np.load(folder / "scans.npy"))
    count, sevens = naive.execute("SELECT count(*), sum(digit = 7) FROM answers").fetchone()
    print(f"after the {start} start: {count:,} answers, {sevens:,} sevens")

# %% [markdown]
"""
Twice as many, and no error. Nobody can clean it up, either: which of two equal rows is the copy?

A job is **idempotent** if running it again changes nothing. You will make it so, piece by piece.
There is more that is wrong with this one. It needs all pictures in memory. If it dies after seven
of eight hours, nothing is stored. It asks the network about blank paper. And no row says which
scan it belongs to, or which network has read it.

## A few at a time

`np.load(…, mmap_mode="r")` opens a file *without* reading it. The array knows its shape; its pixels
are read from the disk when you slice it. (`mmap` is a **memory map**.)

Now you need something that hands out slices. A function with `yield` in it is a **generator**:
it hands out one thing, sleeps, and goes on when the next is wanted. (Only the name is that of lab
07's network.)
"""


# %%
def countdown(start):
    """start, …, 2, 1"""
    while start > 0:
        yield start
        start -= 1


for number in countdown(3):
    print(number)

# %% [markdown]
"""
Write `chunks`. Each chunk comes with the number of its first picture, so that the job can say later
which scan was broken. The last chunk may be shorter.
"""


# %%
def chunks(pictures, size):
    """Hand out pairs: the number of the first picture, and at most `size` pictures."""
    ### BEGIN SOLUTION
    for first in range(0, len(pictures), size):
        yield first, pictures[first : first + size]
    ### END SOLUTION


# %%
ex.chunks.check(chunks)

# %%
chunks = ex.chunks.or_reference(chunks)
pictures = np.load(folder / "scans.npy", mmap_mode="r")
for first, part in chunks(pictures, len(pictures) // 3):
    print(f"from scan {first:,}: {part.shape}")

# %% [markdown]
"""
## Who is it?

The table must know whether it has a prediction already. So each prediction needs an identity. What
makes two of them *the same*? Think of some candidates, and of a night on which each fails.

| candidate | fails when |
| --- | --- |
| the number of the row | the file is sorted anew, or a form is scanned twice |
| the name of the file | somebody scans again under the same name |
| the time | always: each run has another |
| the answer | the network is trained again |

What remains is the content: the same pixels are the same picture. A **fingerprint** (a hash) makes
a short text of many bytes. `hashlib` has good ones; SHA-256 is the usual one:
"""

# %%
print(hashlib.sha256(b"pixels").hexdigest())
print(hashlib.sha256(b"pixelt").hexdigest())

# %% [markdown]
"""
One letter, another fingerprint altogether. Python has a `hash` of its own, which is shorter to
write. Here two new Python processes compute it for the same bytes. What do you expect?
"""

# %% tags=["nbval-ignore-output"]
for night in ("Monday", "Tuesday"):
    command = [sys.executable, "-c", "print(hash(b'pixels'))"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    print(f"{night}: {said.strip()}")

# %% [markdown]
"""
`hash` is **salted**: each process mixes in a random number of its own. That protects servers
against people who make many texts with the same hash on purpose. It makes `hash` worthless for
anything that is stored.

Write `fingerprint`, with SHA-256. `picture.tobytes()` gives the bytes of a picture.
"""


# %%
def fingerprint(picture):
    """(28, 28) uint8 → a short text: the same for the same pixels, always and everywhere."""
    ### BEGIN SOLUTION
    return hashlib.sha256(picture.tobytes()).hexdigest()
    ### END SOLUTION


# %%
ex.fingerprint.check(fingerprint)

# %%
fingerprint = ex.fingerprint.or_reference(fingerprint)
names = {fingerprint(picture) for picture in pictures}
print(f"{len(pictures):,} scans, {len(names):,} different ones")

# %% [markdown]
"""
Forty were scanned twice, and four blank sheets are one and the same: 43 fewer. (That is with
`repeated = 40`.)

## A table that cannot hold it twice

A program may forget to be careful one night. A database forgets nothing: its **primary key** names
some columns, and no two rows may agree in all of them. It refuses the second one.

```sql
CREATE TABLE IF NOT EXISTS visits (
    person TEXT,
    day TEXT,
    minutes INTEGER,
    PRIMARY KEY (person, day)
)
```

Here the same person may come on two days, and two persons on the same day. A second row for the
same person *and* day is refused, whatever its minutes.

Now your own table. Its name is `predictions`, and it has the six columns below. Which of them are
the key? Write the whole sentence, from `CREATE TABLE IF NOT EXISTS` on, as text of several lines:
`TABLE = '''…'''`.

| column | type | meaning |
| --- | --- | --- |
| `picture` | `TEXT` | the fingerprint of the pixels |
| `model` | `TEXT` | the version of the network that read it |
| `scan` | `INTEGER` | the number of the scan in last night's file |
| `digit` | `INTEGER` | the answer |
| `confidence` | `REAL` | the largest of the ten probabilities |
| `corrected` | `INTEGER` | what a person has read instead; empty until then |
"""

# %%
### BEGIN SOLUTION
TABLE = """
CREATE TABLE IF NOT EXISTS predictions (
    picture TEXT,
    model TEXT,
    scan INTEGER,
    digit INTEGER,
    confidence REAL,
    corrected INTEGER,
    PRIMARY KEY (picture, model)
)
"""
### END SOLUTION

# %%
ex.table.check(TABLE)

# %% [markdown]
"""
Why is `model` in the key? Next month there is a new network. Its answers stand beside the old ones,
so that you can compare. And you can still say which network read a form in March. (The version is
the beginning of the file's fingerprint. If you freeze the same network again, a few bytes of the
file may differ, and so does the version. So freeze once, and keep the file.)

### Refused, and then?

The second start of the job brings the same pictures. A plain `INSERT` now stops. SQLite knows
several ways to go on. On the first night, scan 17 was read as a 1, none too surely. A person has
corrected it: a 7. On the second night the network says 7. What will stand in the row?
"""

# %%
TABLE = ex.table.or_reference(TABLE)
columns = "(picture, model, scan, digit, confidence) VALUES ('aa', 'v1', 17, ?, ?)"
for way in ("INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"):
    with closing(sqlite3.connect(":memory:")) as trial:
        trial.execute(TABLE)
        trial.execute(f"INSERT INTO predictions {columns}", [1, 0.55])
        trial.execute("UPDATE predictions SET corrected = 7")
        try:
            trial.execute(f"{way} INTO predictions {columns}", [7, 0.91])
            row = trial.execute("SELECT digit, confidence, corrected FROM predictions").fetchone()
            print(f"{way:17} → digit {row[0]}, confidence {row[1]}, corrected {row[2]}")
        except sqlite3.IntegrityError as error:
            print(f"{way:17} → {error}")

# %% [markdown]
"""
`OR IGNORE` throws the new answer away. `OR REPLACE` throws the old *row* away, and with it what the
person wrote. Neither is what we want: change some columns of the row that is there, and leave the
others. This is called an **upsert**, from update and insert. Here is one for broken scans:
"""

# %%
REJECTED = "CREATE TABLE IF NOT EXISTS rejected (scan INTEGER PRIMARY KEY, reason TEXT)"
REJECT = """
INSERT INTO rejected (scan, reason) VALUES (?, ?)
ON CONFLICT (scan) DO UPDATE SET reason = excluded.reason
"""

# %% [markdown]
"""
`ON CONFLICT (…)` names the columns of the key. `excluded` is the row that was turned away. Each `?`
is a place for a value that comes later. (Tomorrow's file has a scan 17, too. A table for more than
one file needs the file's name in this key.)

Write the upsert for `predictions`, as text again: `UPSERT = '''…'''`. Values will come in this
order: picture, model, scan, digit, confidence. If the key is there already, the last three of them
replace the old ones. `corrected` belongs to people, and stays.
"""

# %%
### BEGIN SOLUTION
UPSERT = """
INSERT INTO predictions (picture, model, scan, digit, confidence) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (picture, model) DO UPDATE
SET scan = excluded.scan, digit = excluded.digit, confidence = excluded.confidence
"""
### END SOLUTION

# %%
ex.upsert.check(UPSERT)

# %% [markdown]
"""
## What may be asked

A model answers whatever it is asked. This one is a straight line through 442 patients: from their
body mass index, centred and scaled, to the progress of their diabetes. In a demonstration, somebody
asks it about an index of 10.
"""

# %%
UPSERT = ex.upsert.or_reference(UPSERT)
index, progress = load_diabetes(return_X_y=True)
index = index[:, [2]]
line = LinearRegression().fit(index, progress)
print(f"learned: index {index.min():.2f} to {index.max():.2f}", end=", ")
print(f"progress {progress.min():.0f} to {progress.max():.0f}")
print(f"asked: index 10, answer: {line.predict([[10.0]])[0]:,.0f}")

# %% [markdown]
"""
The answer is 28 times what any patient ever had. No error, no warning: a line goes on for ever.
Such a demonstration was shown for years, and nobody noticed.

A picture can be just as far out, and it shows even less, since probabilities never leave 0…1.
What will our network make of digits that were scaled already, of dark ones on light paper, and of
none at all?
"""

# %% tags=["nbval-ignore-output"]
shown = {
    "as they are": digits,
    "scaled to 0…1": (digits / 255).astype("float32"),
    "dark on light": 255 - digits,
}
for name, images in shown.items():
    answers = ask(images)
    right = 100 * (answers.argmax(axis=1) == labels).mean()
    print(f"{name:14} {right:5.1f} % right, mean confidence {answers.max(axis=1).mean():.2f}")
blank = ask(np.zeros((1, 28, 28), "uint8"))[0]
print(f"blank paper    is a {blank.argmax()}, confidence {blank.max():.2f}")

# %% [markdown]
"""
Digits that are scaled twice are nearly black, and blank paper is black. A network names a digit for
them all the same, and may be as sure of it as of a good one. Then no alarm on the *answers* tells
you. So look at the question. The **input contract** of this network:

| rule | otherwise |
| --- | --- |
| the shape is (28, 28) | cut off, or not resized |
| the dtype is `uint8` | somebody has computed with it |
| something is brighter than 1 | blank, or scaled to 0…1 |
| the mean of the four edges is at most 127 | dark on light |

Write `fault_of`. It never stops the job: it *returns* the reason, in your words, and the empty text
`""` for a good picture.
"""


# %%
def fault_of(picture):
    """An array → why the network must not see it; "" if it may."""
    ### BEGIN SOLUTION
    if picture.shape != (28, 28):
        return f"its shape is {picture.shape}"
    if picture.dtype != "uint8":
        return f"its numbers are {picture.dtype}"
    if picture.max() <= 1:
        return "nothing in it is brighter than 1"
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    if edge.mean() > 127:
        return "it is dark on light"
    return ""
    ### END SOLUTION


# %%
ex.fault_of.check(fault_of)

# %%
fault_of = ex.fault_of.or_reference(fault_of)
found = [place for place, picture in enumerate(pictures) if fault_of(picture)]
print(len(found), "broken scans:", found)

# %% [markdown]
"""
All twelve, and no good one. How much did it cost to look? You will see below.

## Whole or not at all

What happens if the power fails while rows are being stored? A **transaction** is a group of changes
of which either all happen or none. `with db:` makes one: it *commits* at its end, and takes
everything back (*rolls back*) if an error comes.
"""

# %%
with closing(sqlite3.connect(":memory:")) as trial:
    trial.execute(REJECTED)
    try:
        with trial:
            trial.execute(REJECT, [1, "blank"])
            trial.execute(REJECT, [2, "blank"])
            raise RuntimeError("the lights went out")
    except RuntimeError as error:
        print("stopped:", error)
    print("rows:", trial.execute("SELECT count(*) FROM rejected").fetchone()[0])

# %% [markdown]
"""
One transaction for each chunk: then a chunk is in the table or it is not, and never half.

Two helpers are ready. `known` asks the table what it has. `sort_out` takes a chunk apart: what is
broken, and at which places the network is still to be asked.
"""


# %%
def known(db, keys, model):
    """Those of the fingerprints that this model has scored already."""
    marks = ", ".join("?" * len(keys))
    query = f"SELECT picture FROM predictions WHERE model = ? AND picture IN ({marks})"
    return {picture for (picture,) in db.execute(query, [model, *keys])}


def sort_out(db, first, part, model):
    """→ places in `part` to ask about; all fingerprints; pairs (scan, reason) of broken ones."""
    faults = [fault_of(picture) for picture in part]
    keys = [fingerprint(picture) for picture in part]
    have = known(db, keys, model)
    places = [place for place in range(len(part)) if not faults[place] and keys[place] not in have]
    broken = [(first + place, reason) for place, reason in enumerate(faults) if reason]
    return places, keys, broken


# %% [markdown]
"""
Now the job itself. For each chunk: sort out, ask about `part[places]`, make a row of five values
for each answer, and store rows and broken scans together. `db.executemany(UPSERT, rows)` stores a
list of rows, and `db.executemany(REJECT, broken)` the broken scans. Turn the numbers into Python's
`int` and `float` first; `sqlite3` does not know NumPy's.
"""


# %%
def nightly(db, pictures, ask, model, size):
    """Score what this model has not scored yet. → how many pictures the network was asked about."""
    ### BEGIN SOLUTION
    asked = 0
    for first, part in chunks(pictures, size):
        places, keys, broken = sort_out(db, first, part, model)
        answers = ask(part[places])
        rows = [
            (keys[place], model, first + place, int(answer.argmax()), float(answer.max()))
            for place, answer in zip(places, answers, strict=True)
        ]
        with db:
            db.executemany(UPSERT, rows)
            db.executemany(REJECT, broken)
        asked += len(rows)
    return asked
    ### END SOLUTION


# %%
ex.nightly.check(nightly)

# %% tags=["nbval-ignore-output"]
nightly = ex.nightly.or_reference(nightly)
db = sqlite3.connect(folder / "predictions.db", timeout=30)
db.execute(TABLE)
db.execute(REJECTED)


def watched(live):
    """`ask`, telling how far it is."""
    done = 0

    def asked(images):
        nonlocal done
        done += len(images)
        live.tell(f"{done:,} of {len(pictures):,} scans")
        return ask(images)

    return asked


for start in ("first", "second"):
    began = time.perf_counter()
    with plots.LiveDisplay() as live:
        asked = nightly(db, pictures, watched(live), version, chunk)
    seconds = time.perf_counter() - began
    count, sevens = db.execute("SELECT count(*), sum(digit = 7) FROM predictions").fetchone()
    print(f"{start} start: asked {asked:,} in {seconds:.2f} s; {count:,} rows, {sevens:,} sevens")
for scan, reason in db.execute("SELECT scan, reason FROM rejected ORDER BY scan LIMIT 3"):
    print(f"   scan {scan}: {reason}")

# %% [markdown]
"""
The second start changes nothing, and it is faster, because the network has nothing to do. (It still
reads, hashes and looks up every scan. What takes the time is in the section on chunks.)

Did the first start ask about a few more pictures than there are rows? Those are copies that lie in
the same chunk as their original: when the job looks, the table knows neither.

## Kill it

An exception is a polite way to die. `SIGKILL` is not: the system removes the process at once, and
no line of it runs any more, no `except`, no `finally`. A power cut is like that, and so is a
computer that runs out of memory.

A kernel that is killed takes this notebook along. So the victim is a process of its own. A nightly
job is a file anyway. Here it is: the same job in one piece. It gets your table and your upsert as
arguments, and takes the course's `fault_of` and `fingerprint`. The table of broken scans is left
out. One line is there for the murder: in the middle of each transaction it waits a moment.
"""

# %%
JOB = """
import sqlite3, sys, time
from pathlib import Path
import numpy as np
from workshop.scoring.item import fault_of, fingerprint
from workshop.serving.model import FrozenModel

scans, database, file, size, pause, table, upsert = sys.argv[1:]
pictures = np.load(scans, mmap_mode="r")
model = FrozenModel.load(Path(file))
version = model.card.version
db = sqlite3.connect(database, timeout=30)
db.execute(table)
asked = 0
for number, first in enumerate(range(0, len(pictures), int(size)), 1):
    part = pictures[first : first + int(size)]
    keys = [fingerprint(picture.tobytes()) for picture in part]
    marks = ", ".join("?" * len(keys))
    query = f"SELECT picture FROM predictions WHERE model = ? AND picture IN ({marks})"
    have = {picture for (picture,) in db.execute(query, [version, *keys])}
    places = [p for p in range(len(part)) if keys[p] not in have and not fault_of(part[p])]
    answers = model.probabilities(part[places])
    rows = [
        (keys[place], version, first + place, int(answer.argmax()), float(answer.max()))
        for place, answer in zip(places, answers)
    ]
    with db:
        db.executemany(upsert, rows[: len(rows) // 2])
        print(f"chunk {number}: half of its rows are written", flush=True)
        time.sleep(float(pause))  # here it can be caught
        db.executemany(upsert, rows[len(rows) // 2 :])
    asked += len(rows)
    print(f"chunk {number} is stored, asked about {asked} so far", flush=True)
"""
(folder / "job.py").write_text(JOB, encoding="utf-8")


def start_job(database, pause):
    """Start the job as a process of its own."""
    files = [folder / "job.py", folder / "scans.npy", folder / database, model.path]
    command = [sys.executable, *map(str, files), str(chunk), str(pause), TABLE, UPSERT]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def rows_in(database):
    """How many rows its table has, and how many different pictures."""
    with closing(sqlite3.connect(folder / database, timeout=30)) as connection:
        query = "SELECT count(*), count(DISTINCT picture) FROM predictions"
        return connection.execute(query).fetchone()


# %% [markdown]
"""
We listen to it. When it says that half of chunk 4 is written, we kill it. Those rows were handed
over to SQLite, and not committed. How many rows will be in the table?
"""

# %% tags=["nbval-ignore-output"]
with start_job("night.db", pause=0.7) as job:
    for said in job.stdout:
        print(said, end="")
        if said.startswith("chunk 4: half"):
            job.kill()
print("how the process ended:", job.returncode)
print("files:", sorted(path.name for path in folder.glob("night.db*")))
print("rows, different pictures:", rows_in("night.db"))

# %% [markdown]
"""
−9 is SIGKILL. (On Windows it is 1.) Beside the database lies a **journal**: in it SQLite had noted
what was there before chunk 4. Whoever opens the file next finds the note, and the half chunk never
was. The three chunks before it are there, whole. (That is a little less than three times `chunk`:
there were broken scans, and copies.)

Now start it again. There is no "go on from 750" to be remembered anywhere. The table knows.
"""

# %% tags=["nbval-ignore-output"]
before, _ = rows_in("night.db")
with start_job("night.db", pause=0) as job:
    print(job.stdout.read().splitlines()[-1])
rows, different = rows_in("night.db")
wanted = len({fingerprint(picture) for picture in pictures if not fault_of(picture)})
print(f"{before:,} rows were there; now {rows:,}, of {wanted:,} good pictures")
print("lost:", wanted - different, "· twice:", rows - different)

# %% [markdown]
"""
Nothing lost, nothing twice.

### Two at once

On Unix, `cron` starts what is to run every night. This line of its table says "at 2:15 each day":

```
15 2 * * *  python job.py …
```

What if a night's work takes 25 hours? Or somebody starts the job by hand at 2:16? Then two of them
work on the same table. Will there be errors? Duplicates? Start two, and count.
"""

# %% tags=["nbval-ignore-output"]
with start_job("both.db", pause=0.05) as one, start_job("both.db", pause=0.05) as other:
    for job in (one, other):
        print(job.stdout.read().splitlines()[-1], "· ended with", job.wait())
rows, different = rows_in("both.db")
print(f"{rows:,} rows; lost: {wanted - different} · twice: {rows - different}")

# %% [markdown]
"""
The table is right, and there was no error: one waits while the other writes (`timeout=30`: up to
thirty seconds). But add up what they asked. Each saw a chunk that was not there *yet*, and both
worked on it. Idempotent means safe; it does not mean cheap. To keep the second one out, take a
lock: `flock` starts the job only if nobody holds the file.

```
15 2 * * *  flock --nonblock score.lock python job.py …
```

The system gives the lock back when the process ends, even by SIGKILL. A file "running.txt" that the
job makes and deletes would stay behind, and block every night after. (In lab 14 Kubernetes starts
the job; there the line is `concurrencyPolicy: Forbid`.)

## The report

For eight o'clock, somebody wants the digits counted. That is work for **DuckDB**: a database inside
your Python process, as SQLite is, but made for adding up columns, and not for storing rows.
**Parquet** is a file format to match: column by column, compressed, and read by nearly everything.

First a second opinion. The ten average digits of lab 01 are a model, too: the nearest average wins.
Your job takes it as it is.
"""

# %% tags=["nbval-ignore-output"]
averages = np.array([x_all[y_all == digit].mean(axis=0) for digit in range(10)]).reshape(10, -1)


def ask_averages(images):
    """(n, 28, 28) 0…255 → (n, 10): the nearer an average, the more of the probability it gets."""
    flat = np.asarray(images).reshape(-1, 1, 784)
    distances = (((flat - averages) / 255) ** 2).sum(axis=2)
    powers = np.exp(distances.min(axis=1, keepdims=True) - distances)
    return powers / powers.sum(axis=1, keepdims=True)


asked = nightly(db, pictures, ask_averages, "averages-1", chunk)
print(f"asked about {asked:,}; rows:", db.execute("SELECT count(*) FROM predictions").fetchone()[0])

# %% [markdown]
"""
Now from SQLite to Parquet. DuckDB takes a dictionary of NumPy arrays for a table. (It can read
SQLite's file itself, with an extension that it fetches from the internet. We do without.)
`coalesce(corrected, digit)` is the first of the two that is not empty: a person has the last word.
"""

# %% tags=["nbval-ignore-output"]
query = "SELECT picture, model, scan, coalesce(corrected, digit), confidence FROM predictions"
named = ("picture", "model", "scan", "digit", "confidence")
columns = {
    name: np.array(values, dtype=object if isinstance(values[0], str) else None)
    for name, values in zip(named, zip(*db.execute(query), strict=True), strict=True)
}
report = duckdb.connect()
report.register("stored", columns)
parquet = folder / "predictions.parquet"
report.sql("SELECT * FROM stored ORDER BY model, scan").write_parquet(str(parquet))
report.read_parquet(str(parquet)).create_view("predictions")
for file in ("predictions.db", parquet.name):
    print(f"{file:20} {(folder / file).stat().st_size:>9,} bytes")
print(report.sql("SELECT model, count(*) AS rows FROM predictions GROUP BY model ORDER BY model"))

# %% [markdown]
"""
Write the report as a query: for one model, each digit, how many there are, and the mean confidence,
in the order of the digits. The model comes later, so a `?` keeps its place. The query above shows
how `GROUP BY` makes one row for each value; `avg(…)` is a mean, and `WHERE … = ?` chooses rows.
"""

# %%
### BEGIN SOLUTION
PER_DIGIT = """
SELECT digit, count(*), avg(confidence)
FROM predictions
WHERE model = ?
GROUP BY digit
ORDER BY digit
"""
### END SOLUTION

# %%
ex.per_digit.check(PER_DIGIT)

# %% tags=["nbval-ignore-output"]
PER_DIGIT = ex.per_digit.or_reference(PER_DIGIT)
print(f"{'digit':>5} {'network':>9} {'sure':>6} {'averages':>10} {'sure':>6}")
pairs = [report.execute(PER_DIGIT, [name]).fetchall() for name in (version, "averages-1")]
for (digit, count, sure), (_, other_count, other_sure) in zip(*pairs, strict=False):
    print(f"{digit:>5} {count:>9,} {sure:>6.3f} {other_count:>10,} {other_sure:>6.3f}")
differ = report.execute(
    "SELECT count(*) FROM predictions one JOIN predictions other USING (picture) "
    "WHERE one.model = ? AND other.model = ? AND one.digit <> other.digit",
    [version, "averages-1"],
).fetchone()[0]
print(f"The two disagree about {differ:,} of {wanted:,} pictures.")

# %% [markdown]
"""
Nobody needed a label for that. If a new network disagrees with the old one more than you expected,
look before you switch. (The averages are wrong about one in seven, and 96 % sure in the mean.
Confidence is not accuracy; lab 06 measured it.) And these are for a person to read first:
"""

# %% tags=["nbval-ignore-output"]
doubts = report.execute(
    "SELECT scan, digit, confidence FROM predictions WHERE model = ? "
    "ORDER BY confidence, scan LIMIT 6",
    [version],
).fetchall()
captions = [f"scan {scan}\n{digit}? {100 * sure:.0f} %" for scan, digit, sure in doubts]
plots.digits(pictures[[scan for scan, _, _ in doubts]], captions, columns=6)

# %% [markdown]
"""
## How large a chunk?

We took 250. Would 1 be worse? Would everything at once be better? Measure the whole job, and within
it the network alone. Guess the factor between a chunk of 1 and one of 256 first.
"""

# %% tags=["nbval-ignore-output"]


def timed(size):
    """Seconds for one picture, in chunks of `size`: the whole job, and the network's part of it."""
    some = pictures[: max(64, 24 * size)]
    spent = 0.0

    def clocked(images):
        nonlocal spent
        began = time.perf_counter()
        answers = ask(images)
        spent += time.perf_counter() - began
        return answers

    (folder / "clock.db").unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / "clock.db")) as fresh:
        fresh.execute(TABLE)
        fresh.execute(REJECTED)
        began = time.perf_counter()
        nightly(fresh, some, clocked, version, size)
        whole = time.perf_counter() - began
    return whole / len(some), spent / len(some)


measured = {}
with plots.LiveDisplay() as live:
    for size in [*sizes, len(pictures)]:
        live.tell(f"chunks of {size:,} …")
        tries = [timed(size) for _ in range(rounds)]
        measured[size] = np.min(tries, axis=0)
inputs = (digits / 255).astype("float32")[..., None]
reader.predict(inputs[:64], verbose=0)  # the first call prepares the others
tries = []
for _ in range(rounds):
    began = time.perf_counter()
    reader.predict(inputs, batch_size=256, verbose=0)
    tries.append(time.perf_counter() - began)
predict = min(tries) / len(inputs)
for size, (whole, network) in measured.items():
    share = 100 * network / whole
    print(f"chunks of {size:>5,}: {1 / whole:>7,.0f} digits/s, network {share:.0f} % of the time")
print(f"model.predict, all in one call, nothing stored: {1 / predict:,.0f} digits/s")

# %% [markdown]
"""
Each chunk costs something however small it is: a call of the network, a query, and above all a
**commit**. It returns only when the disk says that the rows are safe. Each picture costs
something, too. So

```
seconds for a chunk = a + b · size
digits per second   = size / (a + b · size)
```

With small chunks, `a` rules: twice the size, twice the speed. With large ones `b` rules, and the
speed stays below 1 / b, whatever you do. Two measurements give both numbers. Does the curve through
them meet the others?
"""

# %% tags=["nbval-ignore-output"]
counts = np.array([*measured])
speed, alone = 1 / np.array([*measured.values()]).T
b = 1 / speed.max()
a = 1 / speed[0] - b
ends = np.geomspace(1, counts[-1], 50)
blue, red = plots.style.COLOURS[:2]
with plots.style.figure(8, 4.4) as figure:
    axes = figure.subplots()
    axes.loglog(counts, alone, "s--", color=red, label="the network alone")
    axes.loglog(counts, speed, "o", color=blue, label="the whole job")
    axes.loglog(ends, ends / (a + b * ends), color=blue, label="size / (a + b · size)")
    axes.axhline(1 / predict, color="black", linestyle=":", label="model.predict, one call")
    axes.set(xlabel="pictures in a chunk", ylabel="digits per second", title="Larger chunks")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend()
    words = f"The whole job: {speed[0]:,.0f} digits a second with chunks of 1, at best "
    words += f"{speed.max():,.0f}; the network alone at best {alone.max():,.0f}."
    chart = plots.picture(figure, words)
print(f"a = {1000 * a:.2f} ms for a chunk, b = {1000 * b:.3f} ms for a picture")
print(f"nine tenths of the best speed from chunks of {9 * a / b:,.0f}")
display(chart)

# %% [markdown]
"""
The curve flattens because `a` is shared by more and more pictures, until it no longer matters. At
9 · a / b, nine tenths of the best are reached. Beyond that, larger chunks gain next to nothing.
They cost memory, and a kill throws away more work. That is how to choose one.

`model.predict` in one call has all pictures in memory, may use all cores and stores nothing. The
job's network runs on one thread. Yet the job may well be the faster one: its frozen network is made
for nothing but answers.

And look at the network's share of the time. The rest goes into looking at each picture,
fingerprints, rows and the disk. Before you buy a graphics card for such a job, measure which part
it would make faster.

## The course's own

`workshop score` does the same. Run it twice on last night's scans:
"""

# %% tags=["nbval-ignore-output"]
np.savez(folder / "scans.npz", images=pictures)
command = [sys.executable, "-m", "workshop", "score", "scans.npz", str(model.path)]
for _ in range(2):
    said = subprocess.run(
        [*command, "--to", "sqlite:///score.db"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    print("\n".join(line for line in said.stdout.splitlines() if line.startswith("Run ")))
rejected = [line for line in said.stderr.splitlines() if line.startswith("  ") and ": it" in line]
print("\n".join(rejected[:3]))

# %% [markdown]
"""
Look into `workshop/scoring/`; you know every part of it now. It does some things more:

- It reads folders of PNG and JPEG files of any size, `.npz` and Parquet.
- Its key is the source, the *item* (a file or row) and the model, with the fingerprint beside. So
  each file has a row of its own, also a copy, and a file that was changed is scored again. Ours
  scores a copy once. Which is better depends on what your report counts.
- A third table notes each run and how far it has come, in the same transaction as the rows. So two
  processes at the same job notice each other, and one stops.
- A scan that was mended leaves the table of the rejected.
- The same code writes to PostgreSQL. Only the address changes.

## The card

- Batch: many pictures, nobody waits, the answers are stored.
- Idempotent: running it again changes nothing. Let the table's key see to that.
- A prediction is one picture (by its content) and one model.
- `hash` is salted; `hashlib.sha256` is for ever.
- Upsert: `ON CONFLICT … DO UPDATE`. `OR REPLACE` deletes what others wrote.
- One transaction for each chunk: whole or not at all, also under SIGKILL.
- A model answers everything. Look at the question, and name what you refuse.
- Two at once: safe, and twice the work. Take a lock that dies with its owner.
- A chunk takes a + b · size: choose a size near 9 · a / b.

## Go further

### PostgreSQL is another address

SQLite is a file on one computer. When several computers write, a server is needed, such as
PostgreSQL. Its SQL differs in details. **SQLAlchemy** describes tables and statements in Python,
and puts them into each database's own words:
"""

# %%
kinds = (sa.String, sa.String, sa.Integer, sa.Integer, sa.REAL, sa.Integer)
named = ("picture", "model", "scan", "digit", "confidence", "corrected")
predictions = sa.Table(
    "predictions",
    sa.MetaData(),
    *(
        sa.Column(name, kind, primary_key=name in ("picture", "model"))
        for name, kind in zip(named, kinds, strict=True)
    ),
)
print(sqlite.insert(predictions).on_conflict_do_nothing())

# %% [markdown]
"""
The insert has two methods: `on_conflict_do_nothing()`, which you have just seen, and
`on_conflict_do_update(index_elements=[…], set_={…})`. The first argument names the columns of the
key. The second is a dictionary: a column's name, and what goes into it. `insert.excluded["digit"]`
is SQL's `excluded.digit`. Write your upsert once more, now for both databases.
"""


# %%
def upsert(insert):
    """An insert into `predictions` → the same, which updates where the key is there already."""
    ### BEGIN SOLUTION
    new = {name: insert.excluded[name] for name in ("scan", "digit", "confidence")}
    return insert.on_conflict_do_update(index_elements=["picture", "model"], set_=new)
    ### END SOLUTION


# %%
ex.statement.check(upsert)

# %% [markdown]
"""
`engine.begin()` is one transaction. If you have a PostgreSQL server, put its address, such as
`postgresql+psycopg://me@localhost/digits`, into the environment variable `DIGITS_URL` and restart
the kernel. Kill the job there, and go on. Nothing else changes.
"""

# %% tags=["nbval-ignore-output"]
upsert = ex.statement.or_reference(upsert)
inserts = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def save(engine, rows):
    """Store rows, given as dictionaries, in one transaction."""
    insert = inserts[engine.dialect.name](predictions)
    with engine.begin() as connection:
        connection.execute(upsert(insert), rows)


engine = sa.create_engine(os.environ.get("DIGITS_URL", f"sqlite:///{folder / 'alchemy.db'}"))
predictions.metadata.create_all(engine)
query = "SELECT picture, model, scan, digit, confidence FROM predictions WHERE model = ?"
rows = [dict(zip(named[:5], row, strict=True)) for row in db.execute(query, [version])]
for _ in range(2):
    save(engine, rows)
    with engine.connect() as connection:
        counted = sa.select(sa.func.count()).where(predictions.c.model == version)
        print(engine.dialect.name, connection.execute(counted).scalar_one())
engine.dispose()

# %% [markdown]
"""
### The model inside the database

Bring the pictures to the model, or the model to the pictures? A database can hold both: bytes in a
column of the type `BLOB`. And SQLite lets you add a function of your own to its SQL.
"""

# %% tags=["nbval-ignore-output"]
with db:
    db.execute("CREATE TABLE IF NOT EXISTS models (version TEXT PRIMARY KEY, onnx BLOB)")
    db.execute("CREATE TABLE IF NOT EXISTS pixels (scan INTEGER PRIMARY KEY, bytes BLOB)")
    db.execute("INSERT OR IGNORE INTO models VALUES (?, ?)", [version, model.path.read_bytes()])
    some = [(scan, picture.tobytes()) for scan, picture in enumerate(pictures[:200])]
    db.executemany("INSERT OR IGNORE INTO pixels VALUES (?, ?)", some)
(stored,) = db.execute("SELECT onnx FROM models WHERE version = ?", [version]).fetchone()
session = onnxruntime.InferenceSession(stored, providers=["CPUExecutionProvider"])
entry = session.get_inputs()[0].name


def read_digit(blob):
    """784 bytes → the digit."""
    picture = np.frombuffer(blob, "uint8").reshape(1, 28, 28).astype("float32")
    return int(session.run(None, {entry: picture})[0].argmax())


db.create_function("read_digit", 1, read_digit, deterministic=True)
began = time.perf_counter()
counts = db.execute("SELECT read_digit(bytes) AS digit, count(*) FROM pixels GROUP BY digit")
print(dict(counts.fetchall()))
each = (time.perf_counter() - began) / len(some)
print(f"{1000 * each:.2f} ms for a digit; in chunks, the network takes {1000 / alone.max():.2f} ms")

# %% [markdown]
"""
A new row is scored by whoever asks for it, with the model that lies beside it: nobody can forget to
copy the file. But the function sees one row at a time, the database waits for the network, and
blank paper has a digit again. For a few rows it is handy; for a night's work, chunks.

### Two more to write

- `fault_of` in SQL: let `read_digit` give `NULL` (in Python, `None`) for what breaks the contract.
- A picture that many networks disagree about is worth a label. Find the ten most disputed scans
  with one query.

Next: **[10 Online inference](10_online.ipynb)**, where somebody waits for the answer.
"""

# %%
db.close()
show_progress("09")
