"""A latent-variable model with given latent vectors."""

from typing import Any

import tensorflow as tf


class LatentBoundModel:
    """A `LatentLM` with given latent vectors, with the interface that `decode` needs.

    Args:
        model: a `LatentLM`.
        latents: a vector per text, (B, Z).
    """

    def __init__(self, model: Any, latents: Any):
        self._model, self._latents, self.max_sequence_length = model, latents, model.max_sequence_length
        self.step, self.step_hidden, self.head = model.step, model.step_hidden, model.head
        self.prefill, self.prefill_hidden = model.prefill, model.prefill_hidden

    def repeated(self, times: int) -> "LatentBoundModel":
        """The same with each vector repeated for several consecutive rows."""
        return LatentBoundModel(self._model, tf.repeat(self._latents, times, axis=0))

    def initial_state(self, batch_size: Any, max_length: Any) -> dict[str, Any]:
        """The state of the vectors."""
        del batch_size, max_length
        return self._model.start_state(self._latents)
