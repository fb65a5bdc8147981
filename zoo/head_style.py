"""The style of a family's heads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadStyle:
    """What differs between the heads that tasks put on the bodies of families.

    Attributes:
        classifier_activation: of the product before a classifier's last one; None leaves that product out.
        pooling: what a classifier reads: "first_token", "last_token", "both_ends", "mean", "max", "attention" (a mean
            with learned weights) or "tokens" (all of them, by the body's own head); None for the first token of an
            encoder and the last of a causal body.
        classifier_input_dropout: whether a classifier drops of its input too.
        masked_activation: of the masked-language-model head; None for bodies that are not trained on hidden or replaced
            tokens.
        pooler: whether published bodies bring a pooler, a dense layer and tanh over the first token.
        next_sentence: whether a masked language model also says if the second segment follows the first.

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
