"""Reconstructing the missing parts of a text."""

from abc import abstractmethod
from typing import Any

from .next_target_token import NextTargetToken


class Denoising(NextTargetToken):
    """The base of objectives that make pairs of a source and a target from plain text.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `DenoisingSource`.
    """

    is_default = False
    needs_sentinels = False

    @abstractmethod
    def source_class(self, default: type) -> type[Any]:
        """See `Objective.source_class`: a `DenoisingSource`."""

    def source_options(self, tokenizer: Any) -> dict[str, Any]:
        """Arguments of the source that belong to this objective; none by default."""
        del tokenizer
        return {}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        found, state = super().items(model, batch, state, training=training)
        return {name: found["next_target_token"] for name in self.shares}, state
