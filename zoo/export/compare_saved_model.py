"""Whether a SavedModel does what the live model does."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf

from ..signatures import Signature
from . import check_saved_model
from .export_error import ExportError
from .run_alone import run_alone

TOLERANCE = 1e-5


def compare_saved_model(
    signatures: Mapping[str, Signature], directory: Path | str, *, tensorflow_text: bool = False
) -> float:
    """Calls every signature in a process without langzoo and compares the answers with those of the functions here.

    Args:
        signatures: with their examples, over the live model.
        directory: the SavedModel.
        tensorflow_text: whether that process may import it; otherwise it has TensorFlow alone.

    Returns:
        The largest difference found in a number that is no integer: a log-probability, a logit, a vector.

    Raises:
        ExportError: such a number differs by more than 1e-5 (times its own size, if that is above 1); a text, a token
            or another whole number differs at all; or the model does not run.
    """
    calls = [(name, example) for name, signature in signatures.items() for example in signature.examples]
    request = {
        "directory": str(directory),
        "tensorflow_text": tensorflow_text,
        "calls": [
            {"signature": name, "inputs": {key: check_saved_model.to_json(value) for key, value in inputs.items()}}
            for name, inputs in calls
        ],
    }
    with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
        pending = pool.submit(run_alone, check_saved_model.__file__, request)
        live = [_answer(signatures[name], inputs) for name, inputs in calls]
        answers = pending.result()
    largest = 0.0
    for (name, _), answer, expected in zip(calls, answers, live, strict=True):
        found = {key: check_saved_model.from_json(tensor) for key, tensor in answer.items()}
        _same(f"{name}: names of outputs", sorted(found), sorted(expected))
        # Whole numbers first: another token explains another log-probability, not the other way round.
        for key, array in sorted(expected.items(), key=lambda item: item[1].dtype.kind == "f"):
            if array.dtype.kind == "f":
                largest = max(largest, largest_difference(f"{name}: {key}", found[key], array, tolerance=TOLERANCE))
            else:
                _same(f"{name}: {key}", found[key].tolist(), array.tolist())
    return largest


def _answer(signature: Signature, inputs: Mapping) -> dict[str, np.ndarray]:
    outputs = signature.answer({name: tf.constant(value) for name, value in inputs.items()})
    return {name: np.asarray(value) for name, value in outputs.items()}


def largest_difference(what: str, exported, live, *, tolerance: float) -> float:
    """The largest difference of two arrays.

    Raises:
        ExportError: the shapes differ, or a number does by more than the tolerance, absolute for numbers up to 1 and
            relative above; -inf equals -inf, and NaN equals nothing.

    Example:
        >>> largest_difference("logits", [1.0, 2.0], [1.0, 2.25], tolerance=0.5)
        0.25
    """
    exported, live = np.asarray(exported, np.float64), np.asarray(live, np.float64)
    if exported.shape != live.shape:
        raise ExportError(f"{what}: shape {exported.shape} exported, {live.shape} live")
    with np.errstate(invalid="ignore"):  # inf - inf, where both are equal
        difference = np.where(exported == live, 0.0, np.abs(exported - live))
    largest = float(difference.max(initial=0.0))
    allowed = tolerance * np.where(np.isfinite(live), np.maximum(1.0, np.abs(live)), 0.0)
    if not (difference <= allowed).all():
        raise ExportError(f"{what} differ from the live model's by up to {largest:.3g}; {tolerance:g} is allowed")
    return largest


def _same(what: str, exported, live) -> None:
    if exported != live:
        raise ExportError(f"{what} differ: {_short(exported)} exported, {_short(live)} live")


def _short(values) -> str:
    text = repr(values)
    return text if len(text) <= 200 else text[:200] + "..."
