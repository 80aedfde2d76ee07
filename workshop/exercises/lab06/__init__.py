"""Lab 06, Seeing: inside the network, and at its errors. One module per idea, in lab order."""

from workshop.exercises.lab06.clusters import KmeansStep
from workshop.exercises.lab06.depth import StopAt
from workshop.exercises.lab06.gradients import Saliency
from workshop.exercises.lab06.matrix import Confusion
from workshop.exercises.lab06.ranking import MostWrong
from workshop.exercises.lab06.ratios import Rates
from workshop.exercises.lab06.rejecting import Threshold
from workshop.exercises.lab06.reliability import Calibration
from workshop.exercises.lab06.trade_off import Roc

stop_at = StopAt()
confusion = Confusion()
rates = Rates()
most_wrong = MostWrong()
roc = Roc()
threshold = Threshold()
calibration = Calibration()
saliency = Saliency()
kmeans_step = KmeansStep()
