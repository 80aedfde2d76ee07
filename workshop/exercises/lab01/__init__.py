"""Lab 01, Data: from bytes to arrays you trust. One module per idea, in the order of the lab."""

from workshop.exercises.lab01.averages import MeanImage
from workshop.exercises.lab01.axes import Shapes
from workshop.exercises.lab01.files import ParseIdx
from workshop.exercises.lab01.quartiles import Outliers
from workshop.exercises.lab01.scale import Normalise, WrapAround
from workshop.exercises.lab01.splits import Split

parse_idx = ParseIdx()
mean_image = MeanImage()
wrap_around = WrapAround()
normalise = Normalise()
outliers = Outliers()
shapes = Shapes()
split = Split()
