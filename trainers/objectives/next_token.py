"""Predicting the next token."""

from typing import ClassVar

from ...zoo.objective import Objective
from .register_objective import register_objective


@register_objective("next_token")
class NextToken(Objective):
    """Cross-entropy of each next token, in nats per token.

    Args:
        **kwargs: arguments of `Objective`.

    Batches are those of a `BatchSource`.

    Example:
        >>> model.compile("adam", objective=NextToken())
        >>> model.fit(dataset)
    """

    tasks = ("causal_lm",)
    is_default = True
    shares: ClassVar = {"next_token": 1.0}
    perplexity_of = "next_token"

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        documents = {"document_ids": batch["document_ids"]} if "document_ids" in batch else {}
        inputs = {"token_ids": batch["token_ids"], **documents}
        losses, new_state = model.negative_log_likelihood(
            inputs, batch["targets"], state=state or None, training=training
        )
        return {"next_token": losses}, new_state if state else {}
