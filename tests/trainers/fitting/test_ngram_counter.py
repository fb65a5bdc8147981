import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.fitting import ngram_counter
from langzoo.trainers.fitting.ngram_counter import NgramCounter

from tests.checks.sentences import START, WORDS, corpus_of, counted, sentences

LINES = sentences()


def counter(corpus, *, by_lines=False, memory=10**8):
    return NgramCounter(corpus, len(WORDS), start_id=1, end_id=1, by_lines=by_lines, memory=memory)


def as_words(counts):
    """Of each order, the n-grams as words and how often they occur."""
    paths, found = [(word,) for word in WORDS], []
    for order, numbers in enumerate(counts.counts, start=1):
        if order > 1:
            pairs = zip(counts.trie.contexts[order - 2], counts.trie.words[order - 2], strict=True)
            paths = [(*paths[context], WORDS[word]) for context, word in pairs]
        # What stands first before others is the start of a text.
        named = [(START, *path[1:]) if order > 1 and path[0] == "<eos>" else path for path in paths]
        found.append({name: int(number) for name, number in zip(named, numbers, strict=True) if number})
    return found


@pytest.mark.parametrize("by_lines", [False, True])
@pytest.mark.parametrize("memory", [10**8, 20_000], ids=["in memory", "on the disk"])
def test_counts_are_those_of_plain_python(by_lines, memory, tmp_path, monkeypatch):
    monkeypatch.setattr(ngram_counter, "BYTES_PER_NGRAM", 1)
    corpus, _ = corpus_of(LINES, tmp_path, by_lines=by_lines)
    counts = counter(corpus, by_lines=by_lines, memory=memory).count(4, folder=tmp_path)
    assert as_words(counts) == counted(LINES, 4)
    assert counts.begins(2).sum() == len({ngram for ngram in counted(LINES, 2)[1] if ngram[0] == START})


def test_an_order_that_was_counted_is_not_counted_again(tmp_path, monkeypatch):
    corpus, _ = corpus_of(LINES, tmp_path)
    whole = as_words(counter(corpus).count(3, folder=tmp_path))
    (place,) = tmp_path.glob("ngrams-*")
    assert sorted(path.name for path in place.iterdir()) == ["order-2", "order-3"]
    count, again = NgramCounter._count, []

    def noted(self, order, *rest):
        again.append(order)
        count(self, order, *rest)

    monkeypatch.setattr(NgramCounter, "_count", noted)
    assert as_words(counter(corpus).count(4, folder=tmp_path))[:3] == whole
    assert again == [4]
    counter(corpus).remove(tmp_path)
    assert not place.exists()


def test_a_kill_leaves_no_half_of_an_order(tmp_path, monkeypatch):
    corpus, _ = corpus_of(LINES, tmp_path)
    monkeypatch.setattr(ngram_counter.SortedRuns, "merged", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        counter(corpus).count(2, folder=tmp_path)
    monkeypatch.undo()
    assert as_words(counter(corpus).count(2, folder=tmp_path)) == counted(LINES, 2)


def test_an_order_larger_than_the_text(tmp_path):
    corpus, _ = corpus_of([["a", "b"], ["c"]], tmp_path)
    assert as_words(counter(corpus).count(4, folder=tmp_path))[3] == {(START, "a", "b", "<eos>"): 1}
    with pytest.raises(UserError, match="order 5 is larger than the text: no line or text has 4 tokens or more"):
        counter(corpus).count(5, folder=tmp_path)


def test_more_ngrams_than_memory(tmp_path):
    corpus, _ = corpus_of(LINES, tmp_path)
    with pytest.raises(UserError, match=r"the text has \d+ n-grams up to order 3, whose .* give --memory more, lower"):
        counter(corpus, memory=96 * 150).count(3, folder=tmp_path)


def test_start_and_end_that_differ(tmp_path):
    """What closes a text is the start of the next one, and nothing is read over it."""
    corpus, _ = corpus_of([["a"], ["b"]], tmp_path)
    counts = NgramCounter(corpus, len(WORDS), start_id=8, end_id=1, by_lines=False, memory=10**8).count(
        3, folder=tmp_path
    )
    assert set(counts.trie.contexts[0].tolist()) == {8, 2, 3}
    np.testing.assert_array_equal(counts.trie.first_words[1], [8, 8])
