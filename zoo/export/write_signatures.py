"""Writing of functions and weights as a SavedModel."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from .programs import Signature


def write_signatures(
    signatures: Mapping[str, Signature], directory: Path | str, *, track: Any = None, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Writes a SavedModel of signatures and only the variables that they use.

    Args:
        signatures: the signatures by name; one with two names is traced once.
        directory: the folder to write to.
        track: a layer with look-up tables, which the functions do not reference themselves.
        progress: called with a line at every stage.

    Returns:
        The signatures as a manifest describes them.
    """
    archive, described = keras.export.ExportArchive(), {}
    if track is not None:
        archive.track(track)
    for name, signature in signatures.items():
        progress(f"tracing {name}")
        archive.add_endpoint(name, signature.answer, input_signature=[signature.specs])
        outputs = signature.graph.structured_outputs
        described[name] = {"inputs": _described(signature.specs), "outputs": _described(outputs)}
    progress("writing the SavedModel")
    # (pyright takes other backends' archives into account.)
    archive.write_out(str(directory), verbose=False)  # pyright: ignore[reportAttributeAccessIssue]
    return described


def _described(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Names, types and shapes; an open dimension is null."""
    return {
        name: {"dtype": tensor.dtype.name, "shape": tensor.shape.as_list()} for name, tensor in sorted(tensors.items())
    }
