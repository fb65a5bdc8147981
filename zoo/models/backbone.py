"""The base of all bodies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import keras

EMBEDDINGS = "embeddings"
"""What the layer below all others is called."""


class Backbone(keras.layers.Layer):
    """A layer that a configuration describes completely: built at once, written as that configuration and read back.

    A subclass names its `family` and makes its layers in its constructor; their shapes follow from the configuration.

    Args:
        config: of the family.
        hidden_dim: width of the hidden states; None for the configuration's.
        **kwargs: of `keras.layers.Layer`.
    """

    family: ClassVar[str]
    has_attention: ClassVar[bool] = False
    """Whether a call takes `return_attention_weights`."""

    def __init__(self, config: Any, *, hidden_dim: int | None = None, **kwargs):
        super().__init__(**kwargs)
        self.config = config
        self.hidden_dim: int = config.hidden_dim if hidden_dim is None else hidden_dim

    def build(self, input_shape=None):
        """Builds all layers."""
        del input_shape
        # Private: Keras has no public list of the layers directly inside one.
        for layer in self._flatten_layers(include_self=False, recursive=False):
            if not layer.built:
                layer.build((None, None, self.input_dim_of(layer)))
        self.built = True

    def read_tokenizer(self, tokenizer: Any) -> None:
        """Takes what it needs to know of the tokens, before any weights are read; here nothing."""

    def build_classifier(self, num_classes: int) -> Any:
        """A classifier's head, of bodies that bring their own; here None: it is made as `head_style` says.

        Args:
            num_classes: labels, C.
        """
        del num_classes

    def input_dim_of(self, layer) -> int:
        """The width that a layer of this body is built on."""
        del layer
        return self.hidden_dim

    def layer_states(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The vectors of the tokens after every layer, by its name: (B, T, D), those of the embeddings first.

        Args:
            inputs: that the body is called with, texts that begin and end here.
        """
        embedding = getattr(self, "token_embedding", None)
        below = {} if embedding is None else {EMBEDDINGS: embedding(inputs["token_ids"])}
        return {**below, "top": self(inputs)["hidden_states"]}

    def initializer(self) -> Any:
        """A new initializer of matrices."""
        return keras.initializers.GlorotUniform()

    def card_sections(self, tokens: Sequence[str]) -> dict[str, str]:
        """What the model card tells of the weights, Markdown by heading; here nothing.

        Args:
            tokens: of the tokenizer, by id.
        """
        del tokens
        return {}

    def pictures(self, tokens: Sequence[str], *, title: str) -> dict[str, bytes]:
        """What TensorBoard shows of the weights, PNG files by name; here nothing.

        Args:
            tokens: of the tokenizer, by id.
            title: of the pictures.
        """
        del tokens, title
        return {}

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Of the hidden states, for `summary`."""
        return (None, None, self.hidden_dim)

    def get_config(self):
        """The configuration as plain values."""
        return {**super().get_config(), "config": self.config.to_dict()}

    @classmethod
    def from_config(cls, config):
        """Rebuilds the layer from plain values."""
        from ..registry import config_class

        config = dict(config)
        return cls(config_class(cls.family).from_dict(config.pop("config")), **config)


def collected(name: str, results: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """What blocks gave by that name, in a tuple under it; nothing where it was not requested."""
    return {name: tuple(out[name] for out in results)} if results and name in results[0] else {}
