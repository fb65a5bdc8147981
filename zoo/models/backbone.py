"""The base class of all bodies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import keras

EMBEDDINGS = "embeddings"
"""The name of the lowest layer."""


class Backbone(keras.layers.Layer):
    """A layer that is fully described by a configuration: built immediately, and serialized as the configuration.

    A subclass sets its `family` and creates its layers in its constructor; their shapes follow from the configuration.

    Args:
        config: the configuration of the family.
        hidden_dim: the width of the hidden states; None for the configuration's.
        **kwargs: arguments of `keras.layers.Layer`.
    """

    family: ClassVar[str]
    has_attention: ClassVar[bool] = False
    """Whether a call accepts `return_attention_weights`."""

    def __init__(self, config: Any, *, hidden_dim: int | None = None, **kwargs):
        super().__init__(**kwargs)
        self.config = config
        self.hidden_dim: int = config.hidden_dim if hidden_dim is None else hidden_dim

    def build(self, input_shape=None):
        """Builds all layers."""
        del input_shape
        # Private: Keras has no public list of the direct sublayers of a layer.
        for layer in self._flatten_layers(include_self=False, recursive=False):
            if not layer.built:
                layer.build((None, None, self.input_dim_of(layer)))
        self.built = True

    def read_tokenizer(self, tokenizer: Any) -> None:
        """Takes the information that it needs from the tokenizer, before any weights are read; here nothing."""

    def build_classifier(self, num_classes: int) -> Any:
        """Builds a classifier's head, for bodies with their own; here None: it is made according to `head_style`.

        Args:
            num_classes: the number of labels, C.
        """
        del num_classes

    def input_dim_of(self, layer) -> int:
        """The input width of a layer of this body."""
        del layer
        return self.hidden_dim

    def layer_states(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The vectors of the tokens after every layer, by its name: (B, T, D), starting with the embeddings.

        Args:
            inputs: inputs of the body, whole texts.
        """
        embedding = getattr(self, "token_embedding", None)
        below = {} if embedding is None else {EMBEDDINGS: embedding(inputs["token_ids"])}
        return {**below, "top": self(inputs)["hidden_states"]}

    def rewound(self, before: Mapping[str, Any], after: Mapping[str, Any], counts: Any) -> dict[str, Any] | None:
        """The state after only the first of the tokens that were read, if that is known without reading them again.

        Args:
            before, after: the states before and after some tokens.
            counts: int32 (B,), how many of these tokens count in each row.

        Returns:
            A state, or None for bodies that keep no earlier state, such as recurrent ones.
        """
        del before, after, counts
        return None

    def initializer(self) -> Any:
        """Creates an initializer of matrices."""
        return keras.initializers.GlorotUniform()

    def card_sections(self, tokens: Sequence[str]) -> dict[str, str]:
        """Sections of the model card about the weights, Markdown by heading; here none.

        Args:
            tokens: the tokens of the tokenizer, by id.
        """
        del tokens
        return {}

    def pictures(self, tokens: Sequence[str], *, title: str) -> dict[str, bytes]:
        """Images of the weights for TensorBoard, PNG files by name; here none.

        Args:
            tokens: the tokens of the tokenizer, by id.
            title: the title of the images.
        """
        del tokens, title
        return {}

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The shape of the hidden states, for `summary`."""
        return (None, None, self.hidden_dim)

    def get_config(self):
        """Returns the configuration as plain values."""
        return {**super().get_config(), "config": self.config.to_dict()}

    @classmethod
    def from_config(cls, config):
        """Rebuilds the layer from plain values."""
        from ..registry import config_class

        config = dict(config)
        return cls(config_class(cls.family).from_dict(config.pop("config")), **config)


def collected(name: str, results: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """The outputs of the blocks under a name, as a tuple; empty if they were not requested."""
    return {name: tuple(out[name] for out in results)} if results and name in results[0] else {}
