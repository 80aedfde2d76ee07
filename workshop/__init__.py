"""From handwritten pixels to a model in production: the package the labs lean on."""
