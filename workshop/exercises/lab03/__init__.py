"""Lab 03, From scratch: what `fit` does. One module per idea, in the order of the lab."""

from workshop.exercises.lab03.chain_rule import Backward
from workshop.exercises.lab03.differences import NumericalGradient
from workshop.exercises.lab03.downhill import Descend
from workshop.exercises.lab03.layers import Forward
from workshop.exercises.lab03.losses import CrossEntropy
from workshop.exercises.lab03.moments import AdamStep
from workshop.exercises.lab03.shuffling import Batches
from workshop.exercises.lab03.training import TrainEpoch

descend = Descend()
forward = Forward()
cross_entropy = CrossEntropy()
numerical_gradient = NumericalGradient()
backward = Backward()
batches = Batches()
train_epoch = TrainEpoch()
adam_step = AdamStep()
