"""Lab 07, GAN: two networks play against each other. One module per idea, in the lab's order."""

from workshop.exercises.lab07.aims import Losses
from workshop.exercises.lab07.asking import ConditionalGenerator
from workshop.exercises.lab07.covering import Alarm
from workshop.exercises.lab07.distance import FrechetDistance
from workshop.exercises.lab07.drawing import Generator
from workshop.exercises.lab07.neighbours import Nearest
from workshop.exercises.lab07.steps import DiscriminatorStep, GeneratorStep
from workshop.exercises.lab07.telling import Discriminator
from workshop.exercises.lab07.walking import Between

generator = Generator()
discriminator = Discriminator()
losses = Losses()
discriminator_step = DiscriminatorStep()
generator_step = GeneratorStep()
alarm = Alarm()
frechet_distance = FrechetDistance()
nearest = Nearest()
between = Between()
conditional_generator = ConditionalGenerator()
