"""A learner's work in one file: packed here, unpacked elsewhere, nothing overwritten unasked."""

from workshop.bundle.buttons import take_along
from workshop.bundle.contents import BundleError
from workshop.bundle.packing import pack
from workshop.bundle.unpacking import Restored, restore

__all__ = ["BundleError", "Restored", "pack", "restore", "take_along"]
