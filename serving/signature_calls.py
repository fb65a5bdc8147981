"""Calling a SavedModel's signatures, with TensorFlow's errors turned into messages that a user can act on."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..layers.plain.errors import UserError
from .export_folder import AGAIN

# TensorFlow's message for a failed assertion of the graph, followed by the assertion's own message.
BROKEN_RULE = re.compile(r"assertion failed: \[(?P<rule>.+?)\]")
LONGEST_REASON = 200  # characters


def load_saved_model(folder: Path) -> Any:
    """Loads a SavedModel.

    Raises:
        UserError: TensorFlow cannot load it.
    """
    try:
        return tf.saved_model.load(str(folder))
    except tf.errors.ResourceExhaustedError:  # of memory
        raise
    except Exception as error:  # a damaged one may make TensorFlow raise anything
        raise UserError(f"{folder} is damaged, TensorFlow cannot load it ({_reason(error)}): {AGAIN}") from error


def call_signature(
    model: Any, signature: str, inputs: Mapping[str, tf.Tensor], *, described: Mapping[str, Any], place: Path | str
) -> dict[str, np.ndarray]:
    """Calls a signature and checks that its outputs are those that the manifest describes.

    Args:
        model: the result of `load_saved_model`.
        signature: its name.
        inputs: tensors by name.
        described: the manifest's description of the signature.
        place: the folder, for messages.

    Returns:
        The outputs by name.

    Raises:
        UserError: an input breaks a rule of the model, or the SavedModel is damaged.
    """
    try:
        outputs = model.signatures[signature](**inputs)
    except tf.errors.ResourceExhaustedError:  # of memory
        raise
    except (tf.errors.OpError, TypeError, ValueError, KeyError) as error:
        broken = BROKEN_RULE.search(str(error))
        if broken is not None:
            raise UserError(broken["rule"]) from None
        raise UserError(f"{place} is damaged ({signature}: {_reason(error)}): {AGAIN}") from error
    for name, entry in described["outputs"].items():
        found = outputs.get(name)
        if found is None or found.dtype.name != entry["dtype"] or not found.shape.is_compatible_with(entry["shape"]):
            raise UserError(f"{place} is damaged ({signature}: not the output {name} that it describes): {AGAIN}")
    return {name: value.numpy() for name, value in outputs.items()}


def _reason(error: Exception) -> str:
    """Returns the first line of a message, printable and short."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return "".join(character if character.isprintable() else "?" for character in line)[:LONGEST_REASON]
