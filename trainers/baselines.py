"""Baselines from word counts for labelled texts: the figures that a network must beat."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ..layers.plain.search.terms import are_unspaced, characters, words
from .evaluation.predictions import Predictions

Units = Literal["auto", "words", "characters"]
FEWEST = 2  # for the regression: number of texts that a term must occur in, where there are many texts
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
    """Trains multinomial naive Bayes and logistic regression on TF-IDF with scikit-learn, on unigrams and bigrams.

    Naive Bayes counts units with Laplace smoothing of 1; the regression (C = 1) weights them by 1 + log of their count
    and by inverse document frequency.

    Args:
        texts, labels: the training data.
        valid_texts, valid_labels: the validation data.
        names: the labels, in order.
        units: what is counted: "words", "characters", or "auto" for characters if most letters of `texts` belong to a
            script without spaces, such as Chinese.
        progress: called with the number of models trained so far.

    Returns:
        "naive_bayes" and "tfidf_logistic_regression" -> predictions for the validation texts.

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
