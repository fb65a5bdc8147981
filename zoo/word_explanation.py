"""Explanation of the labels that a Bayesian network predicts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError

if TYPE_CHECKING:
    from .tasks import TextClassifier


def explain_labels(
    model: "TextClassifier", texts: Sequence[str], pairs: Sequence[str] | None = None, *, against: str | None = None
) -> list[dict[str, Any]]:
    """Predicts the label of each text, with the contribution of every word to its log-odds.

    Args:
        model: a classifier whose head is a table of counts.
        texts: list of strings.
        pairs: the second text of each, or None.
        against: the label to compare the predicted one with; None for the second most likely.

    Returns:
        For each text the result of `classify`, and `against`; `log_odds`, log p(label | text) / p(against | text),
        natural logarithm; `prior`, the log-odds of the labels in the training data; and `contributions`, the strongest
        first, with `word`, `count` and `log_odds` of each word, and in a tree also `given`, the word that it depends
        on, and `given_count`. `word` is None for all words that the text does not contain. The prior and the
        contributions sum to the log-odds.

    Raises:
        UserError: the model is of another kind, or has no such label.

    Example:
        >>> (found,) = explain_labels(model, ["a good cat"])
        >>> found["contributions"][0]
        {'word': 'good', 'count': 1, 'log_odds': 1.95}
    """
    head: Any = need_counts(model)
    if against is not None and against not in model.labels:
        raise UserError(unknown_name_message(f"label of {model.name}:", against, model.labels))
    from .tasks.text_model import batch_of_text

    answers = model.classify(texts, pairs)
    if not answers:
        return []
    given = [batch_of_text(each, "texts") for each in (texts, pairs) if each is not None]
    packed = model.pack(*given)
    words, mask = packed["token_ids"].numpy(), packed["padding_mask"].numpy()
    return [
        {**answer, **_explained(model, head, row[kept].tolist(), answer, against)}
        for answer, row, kept in zip(answers, words, mask, strict=True)
    ]


def need_counts(model: "TextClassifier") -> Any:
    """The head of a Bayesian network; `UserError` for other models."""
    if not hasattr(model.head, "evidence"):
        raise UserError(
            f"{model.name} is a {model.config.family} model: only Bayesian networks (naive_bayes, chow_liu) show what "
            "every word adds and draw texts for a label"
        )
    return model.head


def _explained(
    model: "TextClassifier", head: Any, words: list[int], answer: dict[str, Any], against: str | None
) -> dict[str, Any]:
    """The explanation of one text."""
    label, shares = answer["label"], answer["probabilities"]
    if against is None or against == label:
        against = max((name for name in model.labels if name != label), key=shares.__getitem__)
    places = [model.labels.index(label), model.labels.index(against)]
    tokens = model.need_tokenizer().tokens
    contributions = []
    for word, count, values, given, given_count in head.evidence(words):
        part = {"word": None if word is None else tokens[word], "count": count}
        if model.config.network == "tree":
            part |= {"given": None if given is None else tokens[given], "given_count": given_count}
        contributions.append({**part, "log_odds": float(values[places[0]] - values[places[1]])})
    contributions.sort(key=lambda part: -abs(part["log_odds"]))
    counts = head.prior()[places]
    prior = float(np.log(counts[0]) - np.log(counts[1]))
    log_odds = prior + sum(part["log_odds"] for part in contributions)
    return {"against": against, "log_odds": log_odds, "prior": prior, "contributions": contributions}
