"""The digits: real MNIST where it can be had, and a stand-in where not."""

from workshop.data.load import load_fashion_mnist, load_mnist, mnist_source
from workshop.data.sources import BrokenData, NoData, Source

__all__ = ["BrokenData", "NoData", "Source", "load_fashion_mnist", "load_mnist", "mnist_source"]
