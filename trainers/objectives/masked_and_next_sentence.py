"""Guessing masked tokens, and whether the second segment follows the first."""

from typing import ClassVar

from pydantic import Field

from ...layers.plain.errors import UserError
from .masked_token import MaskedToken
from .register_objective import register_objective


@register_objective("masked_and_next_sentence")
class MaskedAndNextSentence(MaskedToken):
    """BERT's pre-training: masked tokens and next-sentence prediction (Devlin et al. 2019, section 3.1).

    The loss is the sum of two means: that of the masked tokens, and that of the pairs, of which half are segments that
    follow each other and half are not. The share of pairs that are told right is reported beside them.

    Args:
        **kwargs: of `Objective`; the settings are those of `Config`.

    Batches are those of a `NextSentenceSource`; the model needs a next-sentence head, as BERT's masked models have.

    Example:
        >>> model.compile("adam", objective=MaskedAndNextSentence())
        >>> model.fit(dataset)
    """

    is_default = False
    metrics: ClassVar = {"next_sentence_accuracy": "max"}
    perplexity_of = "masked_token"

    class Config(MaskedToken.Config):
        """The settings of `MaskedAndNextSentence`, beside those of `MaskedToken`.

        next_sentence_share: what the mean loss of the pairs is multiplied by in the sum (Devlin et al. 2019: 1).
        """

        next_sentence_share: float = Field(default=1.0, gt=0)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shares = {"masked_token": 1.0, "next_sentence": self.settings.next_sentence_share}

    def check(self, model):
        """See `Objective.check`."""
        if model.next_sentence_head is None:
            raise UserError(
                f"objective.name {self.settings.name or 'masked_and_next_sentence'}: {model.name} has no next-sentence "
                "head; take a BERT with model.next_sentence true, or the objective masked_token"
            )

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data import NextSentenceSource

        return NextSentenceSource

    def weights(self, batch):
        """See `Objective.weights`: masked tokens, and pairs."""
        pairs = batch["pair_weights"]
        return {"masked_token": batch["weights"], "next_sentence": pairs, "next_sentence_accuracy": pairs}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        read = {name: batch[name] for name in ("token_ids", "padding_mask", "segment_ids")}
        hidden = model.encode(read, training)["hidden_states"]
        logits = model.next_sentence_head(hidden)  # (B, 2)
        replaced = batch["replaced"]  # (B,): class 0 is "follows"
        right = tf.argmax(logits, -1, output_type=tf.int32) == replaced
        return {
            "masked_token": model.head.negative_log_likelihood(hidden, batch["targets"], batch["masked_positions"]),
            "next_sentence": tf.nn.sparse_softmax_cross_entropy_with_logits(labels=replaced, logits=logits),
            "next_sentence_accuracy": tf.cast(right, tf.float32),
        }, {}
