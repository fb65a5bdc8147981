"""Configuration of the models that back off."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from ...field_types import Count
from ...model_config import ModelConfig

HIGHEST_ORDER = 10


class BackoffConfig(ModelConfig):
    """Words after the n - 1 before, smoothed by those after fewer.

    Args:
        vocabulary_size: tokens, V.
        order: n, 1 to 10.
        smoothing: how probabilities follow from counts: "additive" (Lidstone), "interpolated" (Jelinek-Mercer), "katz",
            "kneser_ney" (interpolated, modified); "imported" for probabilities that others estimated.
        prune: of the orders from 1 on, counts up to which n-grams are left out, such as (0, 0, 1) for those of three
            words and more that occur once; the last is that of all higher orders.
        pseudo_count: of "additive": a of p(w|h) = (count(h, w) + a) / (count(h) + a V).
        buckets: of "interpolated": weights of each order, by how often the context occurs: once, twice, four times...
        start_id, end_id: what stands before a text, and what closes one, after which no history is kept; both 0 for
            none. From the tokenizer.
        num_ngrams: of the orders from 2 on, how many n-grams there are; set by fitting, none before.
        longest_rows: of these orders, the most words that follow one context; set by fitting.
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
        """The numbers that the table holds."""
        sizes = [self.vocabulary_size, *self.num_ngrams]
        # A probability each; of contexts a weight and where their words start; and the last words of longer ones.
        return sum(sizes) + sum(2 * size + 3 for size in sizes[:-1]) + sum(sizes[1:])

    def build_backbone(self):
        """The layers."""
        from .backoff_backbone import BackoffBackbone

        return BackoffBackbone(self, name="backbone")
