"""The registry of exporters. Importing this loads no TensorFlow."""

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.registry import Registry

if TYPE_CHECKING:
    from .export_report import ExportReport

Exporter = TypeVar("Exporter", bound="Callable[..., ExportReport]")

EXPORTERS: "Registry[Callable[..., ExportReport]]" = Registry("exporter", own_package=f"{__package__}.exporters")
"""Name -> function; other packages add theirs through the entry-point group `langzoo.exporter`."""

OTHER_NAMES = {"tflite": "litert", "tf_saved_model": "saved_model", "hf": "huggingface", "transformers": "huggingface"}


def register_exporter(name: str) -> Callable[[Exporter], Exporter]:
    """Function decorator that registers an exporter for `langzoo export --format NAME` and `export_model`.

    The function takes `(model, directory, *, progress=None, **options)`: a `TextModel`, a folder that does not exist, a
    callback that gets a line at every stage, and options of its own, which `--option key=value` sets. It verifies that
    the export behaves like the live model, raises `ExportError` otherwise, and returns an `ExportReport`. It should
    import TensorFlow itself: names are checked before TensorFlow is loaded.

    Args:
        name: lower-case letters, digits, `_`.

    Raises:
        ValueError: a bad name, no docstring, or a taken name (both places are named).
    """
    return EXPORTERS.register(name)


def find_exporter(name: str) -> "tuple[str, Callable[..., ExportReport]]":
    """Finds an exporter and its registered name; "hf" and "tflite" are aliases.

    Raises:
        UserError: there is none; the message gives the nearest names and the packages that fail to load.
    """
    name = OTHER_NAMES.get(name, name)
    found = EXPORTERS.find(name)
    if found is None:
        raise UserError("; ".join([unknown_name_message("format", name, list(EXPORTERS)), *EXPORTERS.failures]))
    return name, found.value


def check_options(format: str, function: Callable[..., Any], options: Iterable[str]) -> None:
    """Refuses options that a function does not have; a function that takes `**options` checks them itself.

    Args:
        format: the name of the exporter, for the message.
        function: the function, which takes them by keyword only.
        options: the names of the options.

    Raises:
        UserError: there is no option of that name; the message gives the nearest names.
    """
    parameters = inspect.signature(function).parameters.values()
    known = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    for option in options:
        if option not in known and not any(each.kind is each.VAR_KEYWORD for each in parameters):
            raise UserError(unknown_name_message(f"option of the format {format}:", option, known))
