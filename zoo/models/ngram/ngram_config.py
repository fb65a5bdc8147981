"""Configuration of the count models."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat

from ...field_types import Count
from ...model_config import ModelConfig


class NgramConfig(ModelConfig):
    """Relative frequencies of words, or of words after the previous word.

    Args:
        vocabulary_size: the number of tokens, V.
        order: 1, p(w), or 2, p(w|w').
        num_bigrams: for order 2, the number of distinct pairs; set by fitting, 0 before.
        prior_strength: m of p(w|w') = (count(w', w) + m p(w)) / (count(w') + m) (MacKay & Peto 1995).
        pseudo_count: a of p(w) = (count(w) + a) / (N + a V).
    """

    family: ClassVar[str] = "ngram"
    fitter: ClassVar[str] = "counting"
    fields_from_text: ClassVar[tuple[str, ...]] = ("vocabulary_size", "num_bigrams")
    body: ClassVar = "table"

    order: Literal[1, 2] = 2
    num_bigrams: Count = 0
    prior_strength: Annotated[float, Field(ge=0)] = 150.0
    pseudo_count: PositiveFloat = 1.0

    def body_count(self):
        """The size of the tables."""
        if self.order == 1:
            return self.vocabulary_size
        # Prior, totals per context, the start of each row, and two numbers per pair.
        return 2 * self.vocabulary_size + self.vocabulary_size + 1 + 2 * self.num_bigrams

    def build_backbone(self):
        """Builds the layers."""
        from .ngram_backbone import NgramBackbone

        return NgramBackbone(self, name="backbone")
