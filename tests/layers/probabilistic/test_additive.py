import pytest
from langzoo.trainers.fitting.smoothing import fit_ngrams
from langzoo.zoo.models.ngram import BackoffConfig

from tests.checks.sentences import START, WORDS, corpus_of, counted, probabilities_of, sentences

A = 0.25
LINES = sentences()


@pytest.mark.parametrize("order", [1, 2, 3])
def test_after_every_whole_context(order, tmp_path):
    """(count + a) / (count of the context + a V); after what never occurred, 1 / V."""
    corpus, tokenizer = corpus_of(LINES, tmp_path)
    config = BackoffConfig(vocabulary_size=9, order=order, smoothing="additive", pseudo_count=A)
    model, raw = fit_ngrams(config, corpus, name="n", tokenizer=tokenizer), counted(LINES, order)
    contexts = [()] if order == 1 else [(START,), *((first, "b", "c")[: order - 1] for first in [START, *WORDS[2:]])]
    for context in contexts:
        following = {ngram[-1]: n for ngram, n in raw[len(context)].items() if ngram[:-1] == context}
        total = sum(following.values())
        expected = {word: (following.get(word, 0) + A) / (total + 9 * A) for word in WORDS}
        assert probabilities_of(model, context) == pytest.approx(expected, rel=1e-5), context
