"""A model in another form, by the name of the form."""

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .staging import is_version, next_version

if TYPE_CHECKING:
    from .export import ExportReport
    from .tasks import TextModel

FORMATS = ("saved_model", "litert", "huggingface")
_OTHER_NAMES = {"tflite": "litert", "tf_saved_model": "saved_model", "hf": "huggingface", "transformers": "huggingface"}


def export_model(
    model: "TextModel", directory: str | Path, *, format: str = "saved_model", **options: Any
) -> "ExportReport":
    """Writes a model in one of the forms that leave the house, and makes sure that it does what the live one does.

    Args:
        model: with its tokenizer.
        directory: of "saved_model" the folder of the versions, of which the next is written, or that of a version,
            whose name is a number; of "litert" the folder of the `.tflite` file; of "huggingface" the folder itself.
        format: "saved_model" for TensorFlow and TF Serving, "litert" (or "tflite") for phones, "huggingface" (or "hf")
            for transformers.
        **options: of `export_saved_model`, `export_litert` (`quantize="int8"`, for instance) or `export_hugging_face`.

    Returns:
        What was written, and how well it agrees with the live model.

    Raises:
        UserError: an unknown format or option; and whatever the exporter raises.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers import ByteTokenizer
        >>> model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> zoo.export_model(model, "exports/lstm_tiny").path.name
        '1'
    """
    format = known_format(format)
    from .export import export_hugging_face, export_litert, export_saved_model

    exporters = {"saved_model": export_saved_model, "litert": export_litert, "huggingface": export_hugging_face}
    exporter, directory = exporters[format], Path(directory)
    if format != "litert":  # whose task says what else it takes
        own = list(inspect.signature(exporter).parameters)[2:]
        for option in options:
            if option not in own:
                raise UserError(unknown_name_message(f"option of the format {format}:", option, own))
    if format == "saved_model" and not is_version(directory):
        directory = next_version(directory)
    return exporter(model, directory, **options)


def known_format(name: str) -> str:
    """The format that a name stands for.

    Raises:
        UserError: none, with the nearest names.

    Example:
        >>> known_format("tflite")
        'litert'
    """
    name = _OTHER_NAMES.get(name, name)
    if name not in FORMATS:
        raise UserError(unknown_name_message("format", name, FORMATS))
    return name
