"""Tracing of recurrent layers without cuDNN, so that the graph runs on any machine."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..tasks import TextModel


@contextlib.contextmanager
def without_cudnn(model: "TextModel") -> Iterator[None]:
    """Makes recurrent layers use plain operations within the block, and restores them afterwards.

    On a machine with a GPU they would otherwise use cuDNN's kernel, and the graph would not run on a CPU. The model's
    own graphs are forgotten before and after, so that the live functions are traced the same way.
    """
    # Private: Keras has no public walk over the layers of a layer.
    layers = [layer for layer in model._flatten_layers() if hasattr(layer, "use_cudnn")]
    before = [layer.use_cudnn for layer in layers]
    try:
        for layer in layers:
            layer.use_cudnn = False
        model.forget_graphs()
        yield
    finally:
        for layer, value in zip(layers, before, strict=True):
            layer.use_cudnn = value
        model.forget_graphs()
