"""Configuration of the Bayesian networks over words."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat

from ...field_types import Count
from ...head_style import HeadStyle
from ...model_config import ModelConfig

MOST_WORDS = 4096
"""The maximum number of words of a tree, which needs a table of all pairs."""


class BayesConfig(ModelConfig):
    """A Bayesian network of a class and the words of a text that depend on it.

    Args:
        vocabulary_size: the number of tokens, V.
        network: "multinomial" (naive Bayes over the counts of words), "bernoulli" (over their occurrence) or "tree"
            (over the occurrence of the most informative words, each given the class and one other word).
        num_words: for "tree", the number of words, the most informative ones about the class; fewer if the text has
            fewer.
        pseudo_count: a number that is added to every count (1 is Laplace's rule).
        left_out: the ids of tokens that are not words: special tokens and the unknown token. Set from the tokenizer.
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
        """See `ModelConfig`; with the tokens that are not words."""
        marks = {tokenizer.start_id, tokenizer.end_id, tokenizer.closing_id, *tokenizer.special_ids}
        marks |= set() if tokenizer.unknown_id is None else {tokenizer.unknown_id}
        return self.variant(vocabulary_size=tokenizer.vocabulary_size, left_out=tuple(sorted(marks)))

    def body_count(self):
        """None: the counts belong to the head, since they depend on its classes."""
        return 0

    def head_count(self, task, **options):
        """See `ModelConfig`: the size of the tables."""
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
        """Builds the layers."""
        from .bayes_backbone import BayesBackbone

        return BayesBackbone(self, name="backbone")
