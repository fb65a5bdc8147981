"""Sampling from a Bayesian network."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .word_explanation import need_counts

if TYPE_CHECKING:
    from .tasks import TextClassifier


def sample_words(
    model: "TextClassifier", num_samples: int = 1, *, length: int = 10, label: str | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """Draws texts as bags of words from the joint distribution: first the label, then the words given the label.

    Args:
        model: a classifier whose head is a table of counts.
        num_samples: the number of samples, at least 1.
        length: the number of words per text, at least 1, for the multinomial naive Bayes; the other networks draw
            whether each word occurs, a tree from its root down.
        label: the label of all samples; None to draw it.
        seed: the random seed, at least 0.

    Returns:
        A dict per sample, with `label` and `words`.

    Raises:
        UserError: the model is of another kind, has no such label, or a number is out of range.

    Example:
        >>> sample_words(model, 2, length=3, label="good")
        [{'label': 'good', 'words': ['a', 'fine', 'cat']}, {'label': 'good', 'words': ['cat', 'the', 'the']}]
    """
    head = need_counts(model)
    for name, value, least in (("num_samples", num_samples, 1), ("length", length, 1), ("seed", seed, 0)):
        if value < least:
            raise UserError(f"{name} must be at least {least}, not {value}")
    if label is not None and label not in model.labels:
        raise UserError(unknown_name_message(f"label of {model.name}:", label, model.labels))
    tokens, random = model.need_tokenizer().tokens, np.random.default_rng(seed)
    drawn = random.choice(len(model.labels), num_samples, p=head.prior())
    classes = drawn if label is None else np.full(num_samples, model.labels.index(label))
    rows = head.sample(random, classes, length)
    return [
        {"label": model.labels[of_class], "words": [tokens[word] for word in words]}
        for of_class, words in zip(classes.tolist(), rows, strict=True)
    ]
