"""What plain counting makes of labelled texts: the figures that a network must be better than."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ..layers.plain.search.terms import are_unspaced, characters, words
from .evaluation.predictions import Predictions

Units = Literal["auto", "words", "characters"]
FEWEST = 2  # texts that a term must be in to count for the regression, where there are many texts
MANY_TEXTS = 1000
ROUNDS = 1000


def baselines(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    valid_texts: Sequence[str],
    valid_labels: Sequence[str],
    names: Sequence[str],
    units: Units = "auto",
    progress: Callable[[int], None] | None = None,
) -> Mapping[str, Predictions]:
    """Multinomial naive Bayes, and logistic regression on TF-IDF, both by scikit-learn, on one and two units in turn.

    Naive Bayes counts units, Laplace's smoothing 1; the regression (C 1) weighs them by 1 + log of their count and by
    their rarity.

    Args:
        texts, labels: what is learnt from.
        valid_texts, valid_labels: what is predicted.
        names: of the labels, in their order.
        units: of counting: "words", "characters", or "auto" for characters where most letters of `texts` are of a
            writing without spaces, such as Chinese.
        progress: called with the number of models that are done.

    Returns:
        "naive_bayes" and "tfidf_logistic_regression" -> what they say of the validation texts.

    Example:
        >>> found = baselines(["good cat", "bad dog"], ["+", "-"], valid_texts=["a good dog", "a bad, bad cat"],
        ...     valid_labels=["+", "-"], names=["+", "-"])
        >>> found["naive_bayes"].best.tolist()
        [0, 1]
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    counted = characters if units == "characters" or (units == "auto" and are_unspaced(texts)) else words
    terms: dict[str, Any] = {"tokenizer": counted, "token_pattern": None, "ngram_range": (1, 2), "lowercase": False}
    fewest = FEWEST if len(texts) >= MANY_TEXTS else 1
    models = {
        "naive_bayes": make_pipeline(CountVectorizer(**terms), MultinomialNB()),
        "tfidf_logistic_regression": make_pipeline(
            TfidfVectorizer(**terms, sublinear_tf=True, min_df=fewest), LogisticRegression(max_iter=ROUNDS)
        ),
    }
    places = {name: place for place, name in enumerate(names)}
    targets = np.array([places[label] for label in labels])
    references = np.array([places[label] for label in valid_labels], np.int32)
    found = {}
    for done, (name, model) in enumerate(models.items(), start=1):
        model.fit(texts, targets)
        probabilities = np.zeros((len(valid_texts), len(names)), np.float64)  # 0 for labels without a text
        probabilities[:, model.classes_] = model.predict_proba(valid_texts)
        found[name] = Predictions("label", references, probabilities, tuple(names))
        if progress is not None:
            progress(done)
    return found
