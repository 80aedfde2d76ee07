"""What a network may be made of: a list of what is allowed, because nobody can list all tricks.

Everything in a `config.json` that becomes a Python object is a dictionary with a `class_name`. We
look at every one of them. What is on the list computes with numbers in memory. What is not on it
is refused: layers that carry code (`Lambda`), that load another program (`TFSMLayer`), that read a
file (`StringLookup` and other vocabularies), and classes that only the learner's notebook knows.

Keras's own safe mode is not enough by itself. Layers and functions that it let through have run
code before: CVE-2025-1550, CVE-2025-8747, CVE-2025-9906. The `.h5` format has no safe mode at all
(CVE-2025-9905).
"""

from collections.abc import Iterator
from typing import Any, Final

from workshop.untrusted.refusal import RefusedModel


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


LAYERS: Final = _names("""
    InputLayer Dense EinsumDense Activation ReLU LeakyReLU PReLU ELU Softmax Identity Flatten
    Reshape Permute RepeatVector Rescaling Normalization Resizing CenterCrop
    Conv1D Conv2D Conv2DTranspose DepthwiseConv2D SeparableConv1D SeparableConv2D
    MaxPooling1D MaxPooling2D AveragePooling1D AveragePooling2D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalAveragePooling1D GlobalAveragePooling2D
    Cropping1D Cropping2D ZeroPadding1D ZeroPadding2D UpSampling1D UpSampling2D
    BatchNormalization LayerNormalization GroupNormalization RMSNormalization UnitNormalization
    Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
    ActivityRegularization
    RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomShear
    RandomTranslation RandomZoom
    Add Subtract Multiply Average Maximum Minimum Concatenate Dot
    Embedding Attention AdditiveAttention MultiHeadAttention GroupQueryAttention
    SimpleRNN LSTM GRU Bidirectional TimeDistributed ConvLSTM2D
""")

INITIALIZERS: Final = _names("""
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones
    Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling
    Zeros
""")

ARITHMETIC: Final = _names(
    "Absolute Add Divide Maximum Minimum Multiply Negative Subtract TrueDivide"
)

PRECISIONS: Final = _names("""
    float16 bfloat16 float32 float64 mixed_float16 mixed_bfloat16 uint8 int32 int64 bool
""")
"""Types of numbers. Those that pack two weights into one, such as int4, would be counted wrong."""

ALLOWED: Final = frozenset(
    {
        ("keras", "Sequential"),
        ("keras", "DTypePolicy"),
        ("keras", "Functional"),
        ("keras.models", "Sequential"),
        ("keras.src.models.functional", "Functional"),
    }
    | {("keras.layers", name) for name in LAYERS}
    | {("keras.initializers", name) for name in INITIALIZERS}
    | {("keras.regularizers", name) for name in ("L1", "L2", "L1L2", "OrthogonalRegularizer")}
    | {("keras.constraints", name) for name in ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")}
    | {("keras.src.ops.numpy", name) for name in ARITHMETIC}
)

FUNCTIONS: Final = _names("""
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
    leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax
    softplus softsign sparse_plus squareplus swish tanh tanh_shrink threshold
""")

LONGEST_LIST: Final = 16
"""Numbers in one list of the description. More would be weights that nobody counts."""

DEEPEST: Final = 100

WHY: Final = {
    "Lambda": "It carries Python code of its own, and the board runs nobody's code.",
    "__lambda__": "It carries Python code of its own, and the board runs nobody's code.",
    "TFSMLayer": "It loads another program from the disk.",
    "StringLookup": "It can read files, and there are no words in these pictures.",
    "IntegerLookup": "It can read files.",
    "TextVectorization": "It can read files, and there are no words in these pictures.",
    "__numpy__": "It hides numbers in the description, where they would not be counted.",
    "__tensor__": "It hides numbers in the description, where they would not be counted.",
}


def check_architecture(config: dict[str, Any]) -> None:
    """Look at everything in a `config.json` that would become a Python object.

    Raises:
        RefusedModel: at the first thing that is not on the list.
    """
    if config.get("class_name") not in ("Sequential", "Functional"):
        raise _refused(config.get("class_name"), "The outermost part has to be a network.")
    for part in _dictionaries(config):
        if "class_name" in part:
            _check_object(part)
        if isinstance(part.get("dtype"), str):
            _check_precision(part["dtype"])


def _check_object(part: dict[str, Any]) -> None:
    name, module, config = part["class_name"], part.get("module"), part.get("config")
    if name == "__keras_tensor__":
        return  # the name of a connection between two layers
    own = part.get("registered_name") not in (None, name)
    if name == "function" and module == "builtins" and not own:
        if not (isinstance(config, str) and config in FUNCTIONS):
            raise _refused(config, "It is no activation of Keras.")
        return
    texts = isinstance(name, str) and isinstance(module, str)
    if own or not texts or (module, name) not in ALLOWED:
        raise _refused(name, WHY.get(str(name), "It is not on the list of accepted layers."))
    if name == "DTypePolicy":
        _check_precision(config.get("name") if isinstance(config, dict) else config)


def _check_precision(name: Any) -> None:
    if not (isinstance(name, str) and name in PRECISIONS):
        raise _refused(name, "Its numbers have a type that is not accepted.")


def _dictionaries(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every dictionary in a JSON value, the outermost first.

    Raises:
        RefusedModel: if it is nested too deeply, or holds a long list of numbers.
    """
    if depth > DEEPEST:
        raise _too_much("is nested more than a hundred times")
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _dictionaries(inner, depth + 1)
    elif isinstance(value, list):
        if sum(isinstance(inner, (int, float)) for inner in value) > LONGEST_LIST:
            raise _too_much(f"holds a list of {len(value)} numbers, which nobody would count")
        for inner in value:
            yield from _dictionaries(inner, depth + 1)


def _too_much(what: str) -> RefusedModel:
    return RefusedModel(
        f"The description of this network (config.json) {what}. Numbers belong into the weights. "
        "Build the network from Keras's own layers and save it again.",
        "content",
    )


def _refused(name: Any, why: str) -> RefusedModel:
    return RefusedModel(
        f"This network holds `{str(name)[:60]}`, which is not accepted. {why} "
        "Build it from Keras's own layers (Dense, Conv2D, …) and save it again.",
        "content",
    )
