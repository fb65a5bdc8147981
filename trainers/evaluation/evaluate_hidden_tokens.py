"""Evaluation of a masked model on every token, masked one at a time."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...layers.plain.errors import UserError
from .metrics import METRICS, check_metrics, measure
from .predictions import Predictions

KIND = "hidden_tokens"
TEXTS = 64  # number of texts whose rows are sorted by length together


def evaluate_hidden_tokens(
    model: Any, texts: Iterable[str], *, metrics: Sequence[str] = (), progress: Callable[[int], None] | None = None
) -> tuple[dict[str, float], Predictions]:
    """Evaluates how well a masked model predicts each token of texts from all other tokens of the same text.

    Args:
        model: a `MaskedLM`, whose `score` is called.
        texts: each read by itself.
        metrics: names of metrics that are computed from hidden tokens; none for all.
        progress: called with the number of texts done.

    Returns:
        The metrics by name, and log p of every token, text by text.

    Raises:
        UserError: there is no token, or errors of `score`.

    Example:
        >>> figures, _ = evaluate_hidden_tokens(model, ["the cat sat", "a dog"])
        >>> figures["pseudo_perplexity"]
        37.4
    """
    asked = [*metrics] or metrics_of_hidden_tokens()
    check_metrics(asked, KIND)
    tokens, scores, rows = [], [], iter(texts)
    while some := list(itertools.islice(rows, TEXTS)):
        for each in model.score(some):
            tokens.append(each["tokens"])
            scores.append(each["log_probabilities"])
        if progress is not None:
            progress(len(scores))
    if not any(scores):
        raise UserError("there is no text with a token to hide")
    predictions = Predictions(KIND, tokens, scores)
    return measure(predictions, asked), predictions


def metrics_of_hidden_tokens() -> list[str]:
    """The names of the metrics that are computed from hidden tokens."""
    return [entry.name for entry in METRICS.entries() if KIND in entry.value.kinds]
