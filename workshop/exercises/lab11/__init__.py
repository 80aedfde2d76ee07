"""Lab 11, Draw a digit: from strokes to what a network was trained on. One module per idea."""

from workshop.exercises.lab11.agreeing import Agree
from workshop.exercises.lab11.centring import Centre
from workshop.exercises.lab11.fitting import Fit
from workshop.exercises.lab11.keeping import Keep
from workshop.exercises.lab11.painting import Paint
from workshop.exercises.lab11.replaying import Culprit
from workshop.exercises.lab11.splitting import HeldOut
from workshop.exercises.lab11.typing_keys import ByKeys

paint = Paint()
fit = Fit()
centre = Centre()
agree = Agree()
culprit = Culprit()
keep = Keep()
held_out = HeldOut()
by_keys = ByKeys()
