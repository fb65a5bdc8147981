"""Predicting masked tokens, and a property of the pair of segments that contains them."""

from abc import abstractmethod
from typing import Any, ClassVar

from ...layers.plain.errors import UserError
from .masked_token import MaskedToken, masked_items


class MaskedAndPair(MaskedToken):
    """The base class of objectives that sum the mean loss of masked tokens and that of pairs of segments.

    The accuracy on pairs is reported, too.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Attributes:
        pair: the name of the term of the pairs; its share is the setting of that name and `_share`.

    Batches are those of a `SegmentPairSource`; the model needs a next-sentence head, as BERT's masked models have.
    """

    is_default = False
    perplexity_of = "masked_token"
    pair: ClassVar[str]

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shares = {"masked_token": 1.0, self.pair: getattr(self.settings, f"{self.pair}_share")}
        self.metrics = {"masked_token_accuracy": "max", f"{self.pair}_accuracy": "max"}

    @abstractmethod
    def source_class(self, default: type) -> type[Any]:
        """See `Objective.source_class`: a `SegmentPairSource`."""

    def check(self, model):
        """See `Objective.check`."""
        if model.next_sentence_head is None:
            raise UserError(
                f"objective.name {self.settings.name or type(self).__name__}: {model.name} has no next-sentence "
                "head; use a BERT with model.next_sentence true, or the objective masked_token"
            )

    def weights(self, batch):
        """See `Objective.weights`: masked tokens, and pairs."""
        pairs = batch["pair_weights"]
        return {**super().weights(batch), self.pair: pairs, f"{self.pair}_accuracy": pairs}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        read = {name: batch[name] for name in ("token_ids", "padding_mask", "segment_ids")}
        hidden = model.encode(read, training)["hidden_states"]
        logits, labels = model.next_sentence_head(hidden), batch["pair_labels"]  # (B, 2), (B,)
        right = tf.argmax(logits, -1, output_type=tf.int32) == labels
        return {
            **masked_items(model.head, hidden, batch),
            self.pair: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits),
            f"{self.pair}_accuracy": tf.cast(right, tf.float32),
        }, {}
