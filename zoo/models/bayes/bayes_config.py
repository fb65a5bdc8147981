"""Configuration of the Bayesian networks over words."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat

from ...field_types import Count
from ...head_style import HeadStyle
from ...model_config import ModelConfig

MOST_WORDS = 4096
"""Of a tree, for which a table of all pairs is made."""


class BayesConfig(ModelConfig):
    """A class, and the words of a text that depend on it.

    Args:
        vocabulary_size: tokens, V.
        network: "multinomial" (naive Bayes over how often words occur), "bernoulli" (over whether they do) or "tree"
            (over whether the most informative ones do, each given the class and one other word).
        num_words: of "tree": words, those that tell most of the class; fewer where the text has not as many.
        pseudo_count: a, which is added to every count (1 is Laplace's rule).
        left_out: ids that are no words: special tokens and the unknown one. From the tokenizer.
    """

    family: ClassVar[str] = "bayes"
    fitter: ClassVar[str] = "word_counting"
    fields_from_text: ClassVar[tuple[str, ...]] = ("vocabulary_size", "num_words", "left_out")
    body: ClassVar = "bag"
    default_task: ClassVar[str] = "text_classifier"

    network: Literal["multinomial", "bernoulli", "tree"] = "multinomial"
    num_words: Annotated[int, Field(gt=0, le=MOST_WORDS)] = 200
    pseudo_count: PositiveFloat = 1.0
    left_out: tuple[Count, ...] = ()

    def for_tokenizer(self, tokenizer):
        """See `ModelConfig`; with the tokens that are no words."""
        marks = {tokenizer.start_id, tokenizer.end_id, tokenizer.closing_id, *tokenizer.special_ids}
        marks |= set() if tokenizer.unknown_id is None else {tokenizer.unknown_id}
        return self.variant(vocabulary_size=tokenizer.vocabulary_size, left_out=tuple(sorted(marks)))

    def body_count(self):
        """Nothing: the counts are the head's, since they are those of its classes."""
        return 0

    def head_count(self, task, **options):
        """See `ModelConfig`: the numbers that the tables hold."""
        if task != self.default_task:
            return super().head_count(task, **options)
        classes = options.get("num_classes", 2)
        if self.network == "tree":
            return self.num_words * (4 * classes + 2) + classes
        return self.vocabulary_size * classes + classes

    @property
    def output_dim(self):
        """See `ModelConfig`."""
        return 1

    @property
    def head_style(self):
        """See `ModelConfig`."""
        return HeadStyle(pooling="tokens", masked_activation=None)

    def build_backbone(self):
        """The layers."""
        from .bayes_backbone import BayesBackbone

        return BayesBackbone(self, name="backbone")
