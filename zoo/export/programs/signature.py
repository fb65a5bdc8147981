"""One thing that can be asked of an exported model."""

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
    """A function of named tensors to named tensors, and on what an export of it is tried.

    Attributes:
        function: takes a dict of tensors and returns one; runs inside a graph.
        inputs: name -> type and shape; an open dimension is None. In a SavedModel rows come first, in outputs too: a
            server that joins requests takes nothing else.
        meaning: what is asked and what comes back, for the model card; a sentence without its full stop.
        examples: inputs as NumPy arrays, on which the exported function must answer as this one does; the first also
            warms a server up.
        decision: an output and how a user decides by it, "argmax" (over its last axis), "sign" or, where it is the
            decision, "itself": the share of equal decisions is what a quantised model is judged by. None where there is
            nothing to decide.

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
        """`inputs` with their names inside: a graph takes its input names from the specs, not from the keys."""
        return {name: tf.TensorSpec(spec.shape, spec.dtype, name=name) for name, spec in self.inputs.items()}

    @functools.cached_property
    def graph(self) -> Any:
        """The function, traced once, which takes the longest part of an export: a concrete one is not traced again."""
        return tf.function(self.function, input_signature=[self.specs], autograph=False).get_concrete_function()

    def answer(self, inputs: dict[str, Any]) -> Mapping[str, Any]:
        """The graph's outputs; whatever calls this shares the one graph."""
        return self.graph(inputs)


@functools.singledispatch
def string_signatures(model: "TextModel") -> dict[str, Signature]:
    """What an exported SavedModel can be asked, by name; `serving_default` is the task itself.

    It is registered for the class of each task, `@string_signatures.register(MyTask)`, in any package.

    Args:
        model: with its tokenizer.

    Raises:
        UserError: the model has no tokenizer, or not the tokens that the task needs; or its task is not exported.
    """
    raise UserError(f"{model.name} is a {model.task} model, which is not exported; use it from its run directory")
