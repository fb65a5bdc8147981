"""Configuration of the back-off models."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from ...field_types import Count
from ...model_config import ModelConfig

HIGHEST_ORDER = 10


class BackoffConfig(ModelConfig):
    """An n-gram model: words given the previous n - 1, smoothed by shorter contexts.

    Args:
        vocabulary_size: the number of tokens, V.
        order: n, 1 to 10.
        smoothing: the estimation of probabilities from counts: "additive" (Lidstone), "interpolated" (Jelinek-Mercer),
            "katz", "kneser_ney" (interpolated, modified); "imported" for imported probabilities.
        prune: for the orders from 1 on, the counts up to which n-grams are left out, such as (0, 0, 1) for those of
            three words and more that occur once; the last one applies to all higher orders.
        pseudo_count: for "additive": a of p(w|h) = (count(h, w) + a) / (count(h) + a V).
        buckets: for "interpolated": the number of weights per order, by the count of the context: once, twice, four
            times...
        start_id, end_id: the tokens before and after a text, after which no history is kept; both 0 for
            none. Set from the tokenizer.
        num_ngrams: the number of n-grams of the orders from 2 on; set by fitting, empty before.
        longest_rows: for these orders, the maximum number of words after one context; set by fitting.
    """

    family: ClassVar[str] = "backoff"
    fitter: ClassVar[str] = "smoothing"
    fields_from_text: ClassVar[tuple[str, ...]] = (
        "vocabulary_size",
        "start_id",
        "end_id",
        "num_ngrams",
        "longest_rows",
    )
    body: ClassVar = "table"

    order: Annotated[int, Field(ge=1, le=HIGHEST_ORDER)] = 3
    smoothing: Literal["additive", "interpolated", "katz", "kneser_ney", "imported"] = "kneser_ney"
    prune: Annotated[tuple[Count, ...], Field(max_length=HIGHEST_ORDER)] = ()
    pseudo_count: PositiveFloat = 0.01
    buckets: Annotated[PositiveInt, Field(le=32)] = 12
    start_id: Count = 0
    end_id: Count = 0
    num_ngrams: Annotated[tuple[Count, ...], Field(max_length=HIGHEST_ORDER - 1)] = ()
    longest_rows: Annotated[tuple[Count, ...], Field(max_length=HIGHEST_ORDER - 1)] = ()

    def body_count(self):
        """The size of the table."""
        sizes = [self.vocabulary_size, *self.num_ngrams]
        # One probability each; for contexts a weight and the start of their words; and the last words of longer ones.
        return sum(sizes) + sum(2 * size + 3 for size in sizes[:-1]) + sum(sizes[1:])

    def build_backbone(self):
        """Builds the layers."""
        from .backoff_backbone import BackoffBackbone

        return BackoffBackbone(self, name="backbone")
