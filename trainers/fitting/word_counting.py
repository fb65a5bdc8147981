"""Classifiers that count the words of each class."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.probabilistic import (
    chow_liu_tree,
    class_word_counts,
    conditional_information,
    edge_counts,
    word_class_information,
    word_matrix,
)
from ...layers.text import Tokenizer
from ...zoo.model_directory import build
from ...zoo.models.bayes import BayesConfig
from ...zoo.tasks import TextClassifier
from ..data.labelled_corpus import TEXTS, LabelledCorpus
from ..prepared_run import PreparedRun
from .counting import Counting
from .fitter import register_fitter


@register_fitter("word_counting")
class WordCounting(Counting):
    """Fits in one pass over labelled texts, without optimizer steps; a tree then selects its words and edges."""

    def model(self, run: PreparedRun) -> TextClassifier:
        """See `Counting`."""
        config, corpus = run.config, run.corpus
        assert isinstance(config, BayesConfig) and isinstance(corpus, LabelledCorpus)
        objective = run.learning.settled.objective.model_dump()
        for setting in ("class_weights", "label_smoothing"):
            if objective.get(setting):
                raise UserError(
                    f"--set objective.{setting}: {run.resolved.name} counts texts as they are; leave it out"
                )
        with run.console.status("counting"):
            return bayes_model(
                config, corpus, name=run.resolved.name, tokenizer=run.tokenizer, options=run.learning.options
            )


def bayes_model(
    config: BayesConfig, corpus: LabelledCorpus, *, name: str, tokenizer: Tokenizer, options: Mapping[str, Any]
) -> TextClassifier:
    """Builds a Bayesian network with the counts of labelled texts.

    Args:
        config: configuration of the network; fields that follow from tokenizer and texts are set.
        corpus: the texts; the words of a second text count as those of the first.
        name: the name of the model.
        tokenizer: the tokenizer of the corpus.
        options: options of the classifier, including its labels.

    Raises:
        UserError: a label without a text, or texts without a word.
    """
    config, labels = config.for_tokenizer(tokenizer), options["labels"]
    given: Any = {"name": name, "task": TextClassifier.task, "tokenizer": tokenizer, "options": options}
    build(config.variant(num_words=1), **given)  # so that invalid options are reported before counting
    classes = np.asarray(corpus.targets("one", labels))
    of_class = np.bincount(classes, minlength=len(labels))
    if not of_class.all():
        raise UserError(f"--data has no text with the label {labels[of_class.argmin()]!r}: leave it out of --labels")
    words = _words(corpus, config)
    if not words.nnz:
        raise UserError("--data has no word that the tokenizer knows: use another --tokenizer")
    num_classes = {"num_classes": len(labels)}
    if config.network != "multinomial":
        words.data[:] = 1
    if config.network == "tree":
        information = word_class_information(words, classes, **num_classes)
        met = np.asarray(words.sum(axis=0)).ravel() > 0
        # The most informative first; among equals, the one with the lower id.
        chosen = np.argsort(np.where(met, -information, np.inf), kind="stable")[: min(config.num_words, met.sum())]
        config = config.variant(num_words=len(chosen))
        there = words[:, chosen]
        parents = chow_liu_tree(conditional_information(there, classes, **num_classes))
        counts = edge_counts(there, classes, parents, **num_classes)
        model = build(config, **given)
        model.head.set_tree(chosen, parents, counts, of_class)
    else:
        model = build(config, **given)
        model.head.set_counts(class_word_counts(words, classes, **num_classes), of_class)
    assert isinstance(model, TextClassifier)
    return model


def _words(corpus: LabelledCorpus, config: BayesConfig):
    """Counts of each word in each text, CSR (D, V)."""
    columns = (corpus.store.columns[name] for name in TEXTS)
    first, second = (word_matrix(each.values, each.starts, vocabulary_size=config.vocabulary_size) for each in columns)
    words = (first + second).tocsr()
    kept = ~np.isin(words.indices, config.left_out)
    words.data *= kept
    words.eliminate_zeros()
    corpus.store.release()
    return words
