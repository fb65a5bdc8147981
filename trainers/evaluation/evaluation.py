"""The result of an evaluation. Importing this loads no TensorFlow."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..data.skipped_records import SkippedRecords
from .predictions import Predictions


@dataclass(frozen=True)
class Evaluation:
    """How well a model predicts a text.

    Attributes:
        tokens: predicted tokens, end tokens included; for a masked model, those that were hidden.
        loss: mean of -log p over them, natural logarithm (nats per token). Infinite if a token was held impossible; NaN
            where an export does not tell it.
        unknown_rate: share of tokens that the vocabulary does not have. Perplexities of models with different
            vocabularies compare only where this is 0, and then by `bits_per_byte`. NaN where an export tells it not.
        num_bytes: of the text in UTF-8; None where not all of it was predicted.
        cut_tokens: tokens that were not predicted, since their text is longer than the model reads.
        cut_texts: texts, or pairs, that are longer.
        metrics: means of the objective's terms and its metrics, by name, where it has more than one; and the figures of
            the metrics over all predictions, NaN where one is not defined.
        item: what a token is called: "token", "masked token", "target token", "text".
        is_surprise: whether the loss is -log p of tokens, so that it has a perplexity.
        unit: of the loss, per item.
        skipped: records of the files that were passed over; None where there were none.
        remark: what a reader of the figures must know; "" for nothing.
        predictions: what the model said of every example; None for models that are measured by their loss alone.

    Example:
        >>> found = Evaluation(tokens=8, loss=math.log(4), unknown_rate=0.0, num_bytes=16)
        >>> round(found.perplexity, 6), round(found.bits_per_byte, 6)
        (4.0, 1.0)
    """

    tokens: int
    loss: float
    unknown_rate: float
    num_bytes: int | None
    item: str = "token"
    cut_tokens: int = 0
    cut_texts: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    is_surprise: bool = True
    skipped: SkippedRecords | None = None
    unit: str = "nats"
    remark: str = ""
    predictions: Predictions | None = field(default=None, repr=False, compare=False)

    def summary(self) -> dict[str, Any]:
        """The numbers, as JSON holds them."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "predictions"}
        skipped = None if self.skipped is None else vars(self.skipped)
        derived = {"perplexity": self.perplexity, "bits_per_byte": self.bits_per_byte}
        return {**own, "metrics": dict(self.metrics), "skipped": skipped, **derived}

    @property
    def perplexity(self) -> float | None:
        """exp(loss): among how many equally likely tokens the model would be as unsure; infinite beyond 1e308.

        None where the loss is not that of tokens.
        """
        if not self.is_surprise:
            return None
        try:
            return math.exp(self.loss)
        except OverflowError:
            return math.inf

    @property
    def bits_per_byte(self) -> float | None:
        """The loss in bits over the bytes of the text, which does not depend on how the text is cut into tokens."""
        if self.num_bytes is None:
            return None
        return self.loss * self.tokens / (math.log(2) * self.num_bytes)
