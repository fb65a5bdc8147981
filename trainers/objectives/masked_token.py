"""Predicting masked tokens."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective


@register_objective("masked_token")
class MaskedToken(Objective):
    """Cross-entropy of the tokens at masked positions, in nats per token (Devlin et al. 2019, arXiv:1810.04805).

    Also reports the accuracy of the likeliest token.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `MaskedSource`, which masks the tokens.

    Example:
        >>> model.compile("adam", objective=MaskedToken())
        >>> model.fit(dataset)
    """

    tasks = ("masked_lm",)
    is_default = True
    shares: ClassVar = {"masked_token": 1.0}
    metrics: ClassVar = {"masked_token_accuracy": "max"}
    perplexity_of = "masked_token"

    class Config(ObjectiveConfig):
        """The settings of `MaskedToken`: which tokens its batches mask (Devlin et al. 2019: 0.15, 0.8, 0.1).

        mask_rate: share of the tokens that the model predicts.
        mask_share: share of those that are shown as the mask token.
        random_share: share of those that are shown as a random token; the rest is shown unchanged.
        unit: what is masked as a whole: "token"; "word" (whole-word masking: Devlin 2019; Cui et al. 2021 in Chinese);
            "ngram", up to `max_ngram` words in a row, n with a probability proportional to 1/n (Lan et al. 2020,
            ALBERT); or "name", the names of a list and the words between them alike (Sun et al. 2019, ERNIE). For all
            units, how a token is shown is drawn for each token separately.
        max_ngram: maximum number of words in an n-gram.
        names: for "name": a text file with one name per line.
        segmenter: segmentation of Chinese words: "characters", each a word, or "jieba", an optional library.
        """

        mask_rate: float = Field(default=0.15, gt=0, lt=1)
        mask_share: float = Field(default=0.8, ge=0, le=1)
        random_share: float = Field(default=0.1, ge=0, le=1)
        unit: Literal["token", "word", "ngram", "name"] = "token"
        max_ngram: int = Field(default=3, ge=1, le=20)
        names: str = ""
        segmenter: Literal["characters", "jieba"] = "characters"

        @model_validator(mode="after")
        def _check_names(self):
            if bool(self.names) != (self.unit == "name"):
                raise ValueError(
                    "objective.names, a file with one name per line, goes with objective.unit name: give both"
                )
            return self

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        del state
        optional = {name: batch.get(name) for name in ("padding_mask", "segment_ids")}
        hidden = model.encode({"token_ids": batch["token_ids"], **optional}, training)["hidden_states"]
        return masked_items(model.head, hidden, batch), {}

    def weights(self, batch):
        """See `Objective.weights`."""
        return {"masked_token": batch["weights"], "masked_token_accuracy": batch["weights"]}


def masked_items(head, hidden, batch):
    """The losses of masked tokens (B, P), and whether the likeliest token is the correct one."""
    import tensorflow as tf

    targets, places = batch["targets"], batch.get("masked_positions")
    # One product under XLA; the logits of the second have no gradient.
    guessed = tf.argmax(head(tf.stop_gradient(hidden), places), -1, output_type=targets.dtype)
    return {
        "masked_token": head.negative_log_likelihood(hidden, targets, places),
        "masked_token_accuracy": tf.cast(guessed == targets, tf.float32),
    }
