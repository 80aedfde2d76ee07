"""Lab 04, Improve: tuning without fooling yourself. One module per idea, in the lab's order."""

from workshop.exercises.lab04.certainty import ConfidenceInterval
from workshop.exercises.lab04.factors import OneFactor
from workshop.exercises.lab04.front import ParetoFront
from workshop.exercises.lab04.history import Leak
from workshop.exercises.lab04.jitter import Augment
from workshop.exercises.lab04.log_scale import LearningRates
from workshop.exercises.lab04.patience import StopEpoch
from workshop.exercises.lab04.sealed import Small
from workshop.exercises.lab04.searching import Objective

one_factor = OneFactor()
learning_rates = LearningRates()
confidence_interval = ConfidenceInterval()
stop_epoch = StopEpoch()
augment = Augment()
objective = Objective()
pareto_front = ParetoFront()
small = Small()
leak = Leak()
