"""Signatures of exported models."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import tensorflow as tf

from ....layers.plain.errors import UserError

if TYPE_CHECKING:
    from ...tasks import TextModel

Decision = tuple[str, Literal["argmax", "sign", "itself"]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Signature:
    """A function from named tensors to named tensors, with examples to test its export on.

    Attributes:
        function: takes a dict of tensors and returns one; runs inside a graph.
        inputs: name -> type and shape; an open dimension is None. In a SavedModel rows come first, also in outputs: a
            server that batches requests requires it.
        meaning: a description of the results, for the model card; a sentence without its full stop.
        examples: inputs as NumPy arrays, on which the exported function must answer as this one does; the first one
            also warms up a server.
        decision: an output and how a user decides by it, "argmax" (over its last axis), "sign" or, if the output is the
            decision, "itself": a quantised model is judged by the share of equal decisions. None if there is nothing to
            decide.

    Example:
        >>> double = Signature(function=lambda x: {"y": 2 * x["x"]}, inputs={"x": tf.TensorSpec((None,), tf.int32)})
        >>> double.answer({"x": tf.constant([1, 2])})["y"].numpy()
        array([2, 4], dtype=int32)
    """

    function: Callable[[dict[str, Any]], Mapping[str, Any]]
    inputs: Mapping[str, tf.TensorSpec]
    meaning: str = ""
    examples: Sequence[Mapping[str, Any]] = ()
    decision: Decision | None = None

    @property
    def specs(self) -> dict[str, tf.TensorSpec]:
        """`inputs` as named specs: a graph takes its input names from the specs, not from the keys."""
        return {name: tf.TensorSpec(spec.shape, spec.dtype, name=name) for name, spec in self.inputs.items()}

    @functools.cached_property
    def graph(self) -> Any:
        """The function, traced once, which is the slowest part of an export: a concrete one is not traced again."""
        return tf.function(self.function, input_signature=[self.specs], autograph=False).get_concrete_function()

    def answer(self, inputs: dict[str, Any]) -> Mapping[str, Any]:
        """Calls the graph; all callers share it."""
        return self.graph(inputs)


@functools.singledispatch
def string_signatures(model: "TextModel") -> dict[str, Signature]:
    """The signatures of an exported SavedModel, by name; `serving_default` is the task itself.

    It is registered for the class of each task, `@string_signatures.register(MyTask)`, in any package.

    Args:
        model: a model with its tokenizer.

    Raises:
        UserError: the model has no tokenizer, or lacks tokens that the task needs; or its task is not exported.
    """
    raise UserError(f"{model.name} is a {model.task} model, which is not exported; use it from its run directory")
