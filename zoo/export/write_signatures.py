"""Functions and weights as a SavedModel."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from .manifest import describe_signature
from .programs import Signature


def write_signatures(
    signatures: Mapping[str, Signature], directory: Path | str, *, track: Any = None, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Writes a SavedModel of these signatures and of the variables that they use, and of no others.

    Args:
        signatures: by name; one that has two names is traced once.
        directory: where to.
        track: a layer with look-up tables, which the functions do not name themselves.
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
        described[name] = describe_signature(signature.graph)
    progress("writing the SavedModel")
    # (pyright takes other backends' archives into account.)
    archive.write_out(str(directory), verbose=False)  # pyright: ignore[reportAttributeAccessIssue]
    return described
