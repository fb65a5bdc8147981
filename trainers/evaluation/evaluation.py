"""The result of an evaluation. Importing this loads no TensorFlow."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..data.skipped_records import SkippedRecords
from .predictions import Predictions


@dataclass(frozen=True)
class Evaluation:
    """The result of evaluating a model on text.

    Attributes:
        tokens: number of predicted tokens, including end tokens; for a masked model, of masked tokens.
        loss: mean of -log p over them, natural logarithm (nats per token). Infinite if a token has probability 0; NaN
            if an export does not report it.
        unknown_rate: share of tokens that are not in the vocabulary. Perplexities of models with different
            vocabularies are comparable only if this is 0, and then by `bits_per_byte`. NaN if an export does not report
            it.
        num_bytes: number of bytes of the text in UTF-8; None if not all of it was predicted.
        cut_tokens: number of tokens that were not predicted, since their text is longer than the model reads.
        cut_texts: number of texts, or pairs, that are longer.
        metrics: means of the objective's terms and its metrics, by name, if it has more than one; and the metrics
            over all predictions, NaN if undefined.
        item: what the predicted items are called: "token", "masked token", "target token", "text".
        is_surprise: whether the loss is -log p of tokens, so that it has a perplexity.
        unit: unit of the loss, per item.
        skipped: records of the files that were skipped; None if there were none.
        remark: a remark on the figures for the reader; "" for none.
        predictions: predictions for every example; None for models that are evaluated only by their loss.

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
        """The figures, as JSON data."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "predictions"}
        skipped = None if self.skipped is None else vars(self.skipped)
        derived = {"perplexity": self.perplexity, "bits_per_byte": self.bits_per_byte}
        return {**own, "metrics": dict(self.metrics), "skipped": skipped, **derived}

    @property
    def perplexity(self) -> float | None:
        """exp(loss): the number of equally likely tokens with the same uncertainty; infinite beyond 1e308.

        None if the loss is not that of tokens.
        """
        if not self.is_surprise:
            return None
        try:
            return math.exp(self.loss)
        except OverflowError:
            return math.inf

    @property
    def bits_per_byte(self) -> float | None:
        """The loss in bits over the bytes of the text, which does not depend on the tokenization."""
        if self.num_bytes is None:
            return None
        return self.loss * self.tokens / (math.log(2) * self.num_bytes)
