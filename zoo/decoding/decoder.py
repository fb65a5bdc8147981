"""How the next token is chosen, as the decoding loop sees it."""

import abc
import dataclasses
from typing import ClassVar

import tensorflow as tf


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decoder(abc.ABC):
    """Chooses tokens from logits; `decode` does everything else.

    A subclass is a frozen dataclass. Fields named in `dynamic` may be tensors inside a graph, so that another
    temperature does not trace another graph; the others are part of the graph.

    Attributes:
        dynamic: names of fields that may be tensors.
    """

    dynamic: ClassVar[tuple[str, ...]] = ()

    @property
    def beams(self):
        """Hypotheses kept for each prompt, R."""
        return 1

    def start(self, batch_size):
        """The decoder's own state before the first token: dict of tensors, rows first; (B·R, ...)."""
        del batch_size
        return {}

    @abc.abstractmethod
    def choose(self, logits, log_probabilities, state, *, step, finished, seeds):
        """Chooses one token for every hypothesis.

        What looks at one step alone takes the logits: where the log-probabilities of two tokens are rounded to the same
        number, their logits still differ.

        Args:
            logits: float32 (B·R, V), as the model gives them; -inf of a token that is never written.
            log_probabilities: float32 (B·R, V), the model's own; -inf of a token that is never written.
            state: what `start` or the last `choose` returned.
            step: int32 scalar, 0 for the first new token.
            finished: bool (B·R,); what is chosen for these rows is not used.
            seeds: int32 (B·R,), one a row, for decoders that draw.

        Returns:
            tokens int32 (B·R,); parents int32 (B·R,), the row each hypothesis goes on from, or None for its own; state.
        """

    def best(self, state, batch_size):
        """The row of each prompt's best hypothesis: int32 (B,)."""
        del state
        return tf.range(batch_size) * self.beams

    def parameters(self):
        """The dynamic fields as tensors, to be passed into a graph."""
        return {name: tf.convert_to_tensor(getattr(self, name)) for name in self.dynamic}

    def with_parameters(self, parameters):
        """The same decoder on other dynamic fields, tensors mostly."""
        return dataclasses.replace(self, **parameters)

    def graph_key(self):
        """What two decoders must share to share a graph."""
        fixed = (f.name for f in dataclasses.fields(self) if f.name not in self.dynamic)
        return (type(self), *((name, getattr(self, name)) for name in fixed))
