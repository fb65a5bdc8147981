"""An encoder-decoder with given sources."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf


class SourceBoundModel:
    """An encoder-decoder with given sources, with the interface that `decode` needs.

    Args:
        model: a `Seq2SeqLM`.
        source: `token_ids` and `padding_mask` (B, S).
    """

    def __init__(self, model: Any, source: Any):
        self._model, self._source, self.max_sequence_length = model, source, model.max_sequence_length
        self.step, self.step_hidden, self.head = model.step, model.step_hidden, model.head
        self.step_attention = model.step_attention

    def repeated(self, times: int) -> "SourceBoundModel":
        """The same with each source repeated for several consecutive rows."""
        source = {name: tf.repeat(rows, times, axis=0) for name, rows in self._source.items()}
        return SourceBoundModel(self._model, source)

    def initial_state(self, batch_size: Any, max_length: Any) -> dict[str, Any]:
        """The encoded sources, and an empty cache."""
        del batch_size
        return self._model.start_state(self._source, max_length)

    def prefill(self, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Reads the start token alone."""
        return self.step(inputs["token_ids"][:, 0], state)

    def prefill_hidden(self, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        """Reads the start token alone; returns the input of the head."""
        return self.step_hidden(inputs["token_ids"][:, 0], state)

    def prefill_attention(self, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Reads the start token alone; see `Seq2SeqLM.step_attention`."""
        return self.step_attention(inputs["token_ids"][:, 0], state)
