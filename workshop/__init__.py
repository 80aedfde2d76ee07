"""From handwritten pixels to a model in production: the package the labs lean on."""

from workshop.quiet import quiet_tensorflow

quiet_tensorflow()
