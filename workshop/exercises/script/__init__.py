"""The script track: three steps that turn skeleton/mnist.py into a program that learns."""

from workshop.exercises.script.model_step import Model
from workshop.exercises.script.prepare_step import Prepare
from workshop.exercises.script.training_step import Training

prepare = Prepare()
model = Model()
training = Training()
