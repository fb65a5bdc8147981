"""Export of a model to a format given by name."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .exporter import check_options, find_exporter
from .staging import is_version, next_version

if TYPE_CHECKING:
    from .export_report import ExportReport
    from .tasks import TextModel


def export_model(
    model: "TextModel", directory: str | Path, *, format: str = "saved_model", **options: Any
) -> "ExportReport":
    """Exports a model to a format given by name, and verifies that it behaves like the live model.

    Args:
        model: a model with its tokenizer; for a model of several tasks, the head of one, `model.head(name)`.
        directory: for "saved_model", the folder of the versions, of which the next is written, or the folder of one
            version, whose name is a number; for "litert", the folder of the `.tflite` file; for "huggingface", the
            folder itself.
        format: "saved_model" for TensorFlow and TF Serving, "litert" (or "tflite") for phones, "huggingface" (or "hf")
            for transformers; or the name of any other exporter (`register_exporter`).
        **options: those of `export_saved_model`, `export_litert` (e.g. `quantize="int8"`) or `export_hugging_face`.

    Returns:
        A report of what was written and how well it agrees with the live model.

    Raises:
        UserError: an unknown format or option; and whatever the exporter raises.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers import ByteTokenizer
        >>> model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> zoo.export_model(model, "exports/lstm_tiny").path.name
        '1'
    """
    from .tasks import MultiTask

    if isinstance(model, MultiTask):
        model = model.head(None)
    format, exporter = find_exporter(format)
    check_options(format, exporter, options)
    directory = Path(directory)
    if format == "saved_model" and not is_version(directory):
        directory = next_version(directory)
    return exporter(model, directory, **options)
