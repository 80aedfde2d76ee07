"""A drawing becomes a digit such as MNIST's: the one implementation, for labs, app and widget.

A network reads what looks like its training data. MNIST's pictures were made in three steps
(Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits",
http://yann.lecun.com/exdb/mnist/): the digit is scaled, as wide as high, until it fits into a
square of 20×20 pixels; edges come out grey, by anti-aliasing; then it is laid into 28×28 pixels
such that its centre of mass lies in the middle. Whatever a person draws takes the same road here:

    strokes ─┐
             ├─→ ink in a box whose longer side is 20 pixels ─→ placed in 28×28
    picture ─┘
"""

from workshop.drawing.form import BOX, DrawingError
from workshop.drawing.pictures import digit_from_picture
from workshop.drawing.strokes import digit_from_strokes

__all__ = ["BOX", "DrawingError", "digit_from_picture", "digit_from_strokes"]
