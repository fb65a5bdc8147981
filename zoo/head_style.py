"""The style of a family's heads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadStyle:
    """The family-specific properties of the heads that tasks add to a body.

    Attributes:
        classifier_activation: the activation of the dense layer before a classifier's last one; None for no such layer.
        pooling: what a classifier reads: "first_token", "last_token", "both_ends", "mean", "max", "attention" (a mean
            with learned weights) or "tokens" (all of them, by the body's own head); None for the first token of an
            encoder and the last of a causal body.
        classifier_input_dropout: whether a classifier also applies dropout to its input.
        masked_activation: the activation of the masked-language-model head; None for bodies that are not trained on
            masked or replaced tokens.
        pooler: whether published bodies have a pooler, a dense layer and tanh over the first token.
        next_sentence: whether a masked language model also predicts if the second segment follows the first.

    Example:
        >>> HeadStyle(classifier_activation="tanh").pooler
        False
    """

    classifier_activation: str | None = None
    pooling: str | None = None
    classifier_input_dropout: bool = False
    masked_activation: str | None = "gelu"
    pooler: bool = False
    next_sentence: bool = False
