"""From handwritten pixels to a model in production: the package the labs lean on."""

from workshop.convolutions import fast_convolutions
from workshop.memory import keep_freed_memory
from workshop.quiet import quiet_tensorflow

keep_freed_memory()
fast_convolutions()
quiet_tensorflow()
