# ---
# jupyter:
#   workshop:
#     title: Start here
#     minutes: 30
#     needs: []
#     outcome: >-
#       a room that works, your first four exercises solved, and a feel for how this course
#       talks to you.
# ---

# %% [markdown]
"""
This is a *notebook*: text and code in one page. The boxes are **cells**. A grey cell holds
Python. Click into the next one and press **Shift + Enter** to run it. The number in brackets on
its left tells you that it ran, and in which order.
"""

# %%
import numpy as np

from workshop import plots
from workshop.data import load_mnist
from workshop.doctor import doctor
from workshop.exercises import lab00 as ex
from workshop.exercises.overview import show_progress

show_progress("00")

# %% [markdown]
"""
That table is your progress. It lives in a file, so it is still there tomorrow, or after a crash.
In a terminal, `workshop progress` shows the same.

## Is the room ready?

The next cell looks at this computer. If a line says *problem*, it also says the command that
mends it.
"""

# %% tags=["nbval-ignore-output", "this-machine"]
doctor()

# %% [markdown]
"""
## Meet the digits

MNIST is a collection of 70,000 handwritten digits. Each one is a small grey picture. The course
uses it from the first lab to the last. If your computer has no network, you get a stand-in made
from other real digits, and the line below says so.
"""

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
plots.digits(x_train[:20], y_train[:20])

# %% [markdown]
"""
## Your first answer: get it wrong

Every exercise has a cell to fill and a cell that checks it. The check never just says *no*. It
says what it saw, why that is not right yet, and one thing to try.

See for yourself. A digit is a grid of 28 rows and 28 columns. How many pixels is that?

1. Run the next two cells as they are. The verdict is *not attempted*: the three dots are the
   place where your answer goes.
2. Replace the dots by a **wrong** answer, `28 + 28`. Run both cells again and read the verdict.
3. Ask for help: make a new cell (press **Esc**, then **B**) and run `ex.pixels.hint()` in it.
4. Now answer right.
"""

# %%
### BEGIN SOLUTION
pixels = 28 * 28
### END SOLUTION

# %%
ex.pixels.check(pixels)

# %% [markdown]
"""
There are four verdicts, and each has its own sign:

| sign | verdict | what it means |
| --- | --- | --- |
| ✔ | passed | right; go on |
| ✘ | not yet | wrong, in a way that is explained |
| ○ | not attempted | the dots are still there |
| ⚠ | could not check | the check itself got stuck; you did nothing wrong |

If you are stuck, `ex.pixels.hint()` gives a first hint and `ex.pixels.hint(2)` a stronger one.
`ex.pixels.solution()` shows an answer. Nobody counts how often you ask.

## Your first function

Most exercises ask for a function. The check calls it with its own input, so it can look at more
than one case.

Here is a worked example. A pixel is a number: 0 is empty paper, 255 is full ink. The function
fades a picture to half the ink. `image` is a NumPy array, and the division works on all 784
pixels at once.
"""


# %%
def fade(image):
    """Half the ink. (28, 28) uint8 → (28, 28) uint8."""
    return image // 2


plots.digits(np.stack([x_train[0], fade(x_train[0])]), ["as it is", "faded"])

# %% [markdown]
"""
Now the same move with less help. Write `invert`: paper becomes ink, and ink becomes paper. So 0
becomes 255, 255 becomes 0, and 100 becomes 155.

A function hands its value back with `return`. Try `print` instead, once, and see what the check
says.
"""


# %%
def invert(image):
    """Paper becomes ink, ink becomes paper. (28, 28) uint8 → (28, 28) uint8."""
    ### BEGIN SOLUTION
    return 255 - image
    ### END SOLUTION


# %%
ex.invert.check(invert)

# %% [markdown]
"""
The next cell uses *your* function. But you may skip an exercise and come back later. So a lab
never depends on your answer alone: `or_reference` takes yours if it passes, and the course's own
if it does not.
"""

# %%
invert = ex.invert.or_reference(invert)
plots.digits(invert(x_train[:10]), y_train[:10], title="Inverted")

# %% [markdown]
"""
## The kernel remembers

Python runs in the background, in a process called the **kernel**. It remembers every name that
a cell has made. It does not look at the page: it runs what you send, in the order in which you
send it.

Here are two cells of another notebook.

```python
# cell A
total = 10
```

```python
# cell B
total = total + 5
```

Someone runs A, then B, then B again. Then they choose **Kernel ▸ Restart Kernel and Run All
Cells…**. What is `total` before the restart, and what is it after? Predict first. Then try it in
two new cells if you like.
"""

# %%
### BEGIN SOLUTION
before_restart = 20
after_restart = 15
### END SOLUTION

# %%
ex.hidden_state.check([before_restart, after_restart])

# %% [markdown]
"""
Three things to know about the kernel:

- A star in the brackets, `[*]`, means that the cell is still running. **Kernel ▸ Interrupt
  Kernel** (the square in the toolbar) stops it and keeps everything it remembers.
- An error stops a cell, not the kernel. Read the *last* line of the red text first: it says what
  went wrong. The arrow above it says where.
- Some red or pink text is only a warning. The code went on. Warnings never cost you points.

## Luck, kept on a leash

A network starts from random numbers. So two runs give two results, unless you fix the **seed**:
the number from which a random generator starts. The same seed gives the same numbers.

Write `draw`. It takes a seed and returns five random digits. Called twice with one seed, it must
return the same five.
"""


# %%
def draw(seed):
    """Five digits, 0 to 9, that depend on the seed alone. int → (5,) integers."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    return rng.integers(0, 10, size=5)
    ### END SOLUTION


# %%
ex.same_numbers.check(draw)

# %%
draw = ex.same_numbers.or_reference(draw)
print("seed 1:", draw(1), " seed 1:", draw(1), " seed 2:", draw(2))

# %% [markdown]
"""
## Take your work along

On your own computer, your work stays where it is. On Binder and on Google Colab it is lost when
the session ends. So take it along. The next cell shows two buttons:

- **Pack my work** puts your notebooks, your progress and your models into one file. Then click
  the link that appears, to download that file.
- **Restore packed work** takes such a file and brings everything back, in a new session or on
  another computer. What is newer there stays, unless you say otherwise.

In a terminal, `workshop bundle` and `workshop restore` do the same.
"""

# %% tags=["nbval-ignore-output", "this-machine"]
from workshop.bundle import take_along

take_along()

# %% [markdown]
"""
## How the course goes on

A machine-learning project walks in a circle: understand the question, look at the data, prepare
it, build a model, judge it, put it to work, watch it, and begin again. Labs 01 to 07 cover the
first half, the later ones the second. It takes four ingredients: data, computing power, a
library such as Keras, and version control, so that nothing gets lost.

## The card

- **Shift + Enter** runs a cell. **Esc**, then **B**, makes a new one below.
- `ex.name.hint()` helps, `ex.name.hint(2)` helps more, `ex.name.solution()` shows an answer.
- The kernel remembers. Before you trust a result: *Restart Kernel and Run All Cells*.
- The same seed gives the same numbers.
- To start an exercise anew: `workshop reset 00-invert` in a terminal. Your notebook is kept as a
  copy.

## Go further

Change `draw` so that it takes a second argument, `count`, with 5 as its value if nobody says
otherwise. Does the check still pass? Why?

Next: **[01 Data](01_data.ipynb)**, from bytes to arrays that you can trust.
"""

# %%
show_progress("00")
