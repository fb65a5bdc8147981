"""Which units a `MaskedSource` hides: rates, whole words, lengths of n-grams, borders."""

import numpy as np
import pytest
from langzoo.trainers.data import MaskedSource, TokenCorpus

from tests.trainers.data.test_masked_source import MASK, SEPARATOR, SPECIAL, START, VOCABULARY

CONTENT = 62


def source_of(size=20_000, *, document=37, seed=3, lengths=(1, 2, 3, 4), **changes):
    """Words of one to four tokens in documents that end with a separator."""
    random = np.random.default_rng(1)
    starts = np.zeros(size, np.bool_)
    places = np.cumsum(random.choice(lengths, size))
    starts[places[places < size]] = True
    tokens = random.integers(5, VOCABULARY, size).astype(np.int32)
    tokens[document::document] = SEPARATOR
    corpus = TokenCorpus(tokens, np.array([0, size]), 0, 0, start_id=START, unit_starts=starts)
    given = {"frame": (START, SEPARATOR), "mask_id": MASK, "vocabulary_size": VOCABULARY, "special_ids": SPECIAL}
    given |= {"batch_size": 8, "sequence_length": CONTENT + 2, "seed": seed, "shuffle": False}
    return MaskedSource(corpus, **{**given, **changes})


def hidden_runs(source):
    """For each row: the words as (start, stop), broken at special tokens, and which of them are hidden."""
    corpus = source.corpus
    for step in range(source.steps_per_epoch):
        batch = source.rows(step, 0, source.batch_size)
        for row in range(source.batch_size):
            block = step * source.batch_size + row
            if block >= source.num_blocks:
                return
            tokens = corpus.tokens[block * CONTENT : (block + 1) * CONTENT]
            begins = corpus.unit_starts[block * CONTENT : (block + 1) * CONTENT].copy()
            special = np.isin(tokens, SPECIAL)
            begins |= np.append(True, special[:-1])
            asked = np.zeros(len(tokens), np.bool_)
            places = batch["masked_positions"][row][batch["weights"][row] > 0]
            np.testing.assert_array_equal(batch["targets"][row][: len(places)], tokens[places - 1])
            asked[places - 1] = True
            assert not asked[special].any()
            words = np.split(np.arange(len(tokens)), np.flatnonzero(begins | special)[1:])
            words = [word for word in words if len(word) and not special[word].any()]
            yield [(word[0], word[-1] + 1, asked[word]) for word in words], int((~special).sum()), int(asked.sum())


def test_whole_words_are_hidden_or_none_of_their_tokens():
    asked = ordinary = 0
    for words, tokens, hidden in hidden_runs(source_of()):
        assert all(flags.all() or not flags.any() for _, _, flags in words)
        assert hidden <= max(1, round(0.15 * tokens))
        asked, ordinary = asked + hidden, ordinary + tokens
    assert asked / ordinary == pytest.approx(0.15, abs=0.006)  # the budget of nearly every row is filled


def test_lengths_of_ngrams_go_by_one_over_n():
    """At a rate so low that runs hardly meet and one fits nearly always; words of one token."""
    counts = np.zeros(5)
    for words, _, _ in hidden_runs(source_of(120_000, document=999, lengths=(1,), max_ngram=3, mask_rate=0.05)):
        flags = np.array([flags.all() for _, _, flags in words])
        if flags.sum() == 3:  # the whole budget
            first = np.flatnonzero(flags)
            runs = np.split(first, np.flatnonzero(np.diff(first) > 1) + 1)
            counts[len(runs)] += 1
    # 3 tokens: one run of three (drawn at once, p3 = 2/11), or two, or three.
    p1, p2, p3 = 6 / 11, 3 / 11, 2 / 11
    one, three = p3, p1 * p1  # after two runs of one the last is one whatever is drawn
    two = 1 - one - three
    found = counts[1:4] / counts.sum()
    np.testing.assert_allclose(found, [one, two, three], atol=0.05)
    assert p2 > p3


def test_ngrams_are_runs_of_whole_words_within_a_document():
    longest = 0
    for words, tokens, hidden in hidden_runs(source_of(max_ngram=3)):
        assert all(flags.all() or not flags.any() for _, _, flags in words)
        assert hidden <= max(1, round(0.15 * tokens))
        longest = max(longest, hidden)
    assert longest == round(0.15 * CONTENT)


@pytest.mark.parametrize("max_ngram", [1, 3])
def test_a_batch_is_a_function_of_seed_and_step(max_ngram):
    source, other = (source_of(4000, max_ngram=max_ngram, shuffle=True) for _ in range(2))
    for step, batch in enumerate(source.dataset(start=3, steps=6).as_numpy_iterator(), start=3):
        shares = [other.rows(step, first, 4) for first in (4, 0)]
        for name, value in batch.items():
            np.testing.assert_array_equal(np.concatenate([shares[1][name], shares[0][name]]), value, err_msg=name)
    first, second = (source_of(4000, seed=seed).rows(0, 0, 8)["masked_positions"] for seed in (3, 4))
    assert (first != second).any()


def test_how_tokens_are_shown_is_drawn_for_each():
    source = source_of()
    shown = kept = mixed = 0
    for step in range(source.steps_per_epoch):
        rows = source.rows(step, 0, 8)
        asked = rows["weights"] > 0
        ids = np.take_along_axis(rows["token_ids"], rows["masked_positions"], axis=1)
        shown += int(asked.sum())
        kept += int((ids[asked] == rows["targets"][asked]).sum())
        hidden = (ids == MASK) & asked
        neighbours = asked[:, 1:] & (np.diff(rows["masked_positions"], axis=1) == 1)
        mixed += int((neighbours & (hidden[:, 1:] != hidden[:, :-1])).sum())
    assert kept / shown == pytest.approx(0.1 + 0.1 / 46, abs=0.02) and mixed > 100


def test_a_word_longer_than_the_budget():
    """The smallest one is hidden where none fits and a row has room for it; of a row that has none, none."""
    source = source_of(400, document=1000, lengths=(8,), mask_rate=0.15)
    for words, _, hidden in hidden_runs(source):
        assert hidden in {stop - start for start, stop, _ in words} | {0}
        assert all(flags.all() or not flags.any() for _, _, flags in words)
    assert {hidden for *_, hidden in hidden_runs(source)} & {8, 9}
