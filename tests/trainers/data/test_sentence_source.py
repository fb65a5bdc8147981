"""Sentences with the seeds of their vectors."""

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.data.sentence_source import SentenceSource

LINES = [[5, 6, 1], [], [7, 1], [8, 9, 10, 11, 1], [12, 1]]
TOKENS = np.array([token for line in LINES for token in line], np.int32)
STARTS = np.append(0, np.cumsum([len(line) for line in LINES]))
CORPUS = TokenCorpus(TOKENS, STARTS, 0, 0, start_id=1)


def source(**changes):
    return SentenceSource(CORPUS, **{"batch_size": 2, "sequence_length": 10, "seed": 3, **changes})


def test_every_line_is_a_row_after_the_start_token():
    rows = source(batch_size=4, seed=None).rows(0, 0, 4)
    assert rows["targets"].tolist() == [[5, 6, 1, 0, 0], [7, 1, 0, 0, 0], [8, 9, 10, 11, 1], [12, 1, 0, 0, 0]]
    assert rows["token_ids"].tolist() == [[1, 5, 6, 1, 1], [1, 7, 1, 1, 1], [1, 8, 9, 10, 11], [1, 12, 1, 1, 1]]
    assert rows["weights"].sum(-1).tolist() == [3, 2, 5, 2]
    assert source(batch_size=4, seed=None).examples(0).tolist() == [0, 1, 2, 3]


def test_seeds_are_a_function_of_seed_step_and_row():
    whole = [source().rows(step, 0, 2) for step in range(4)]
    assert len({seed for rows in whole for seed in rows["seeds"].tolist()}) == 8
    assert [rows["step"].tolist() for rows in whole] == [[0, 0], [1, 1], [2, 2], [3, 3]]
    halves = [source().rows(3, first, 1) for first in (0, 1)]  # as two replicas ask
    for name in whole[3]:
        np.testing.assert_array_equal(np.concatenate([half[name] for half in halves]), whole[3][name])
    assert source(seed=4).rows(0, 0, 2)["seeds"].tolist() != whole[0]["seeds"].tolist()


def test_a_longer_line_is_cut_and_counted():
    cut = source(batch_size=4, sequence_length=3, seed=None)
    assert (cut.cut_texts, cut.cut_tokens) == (1, 2)
    assert cut.rows(0, 0, 4)["targets"][2].tolist() == [8, 9, 10]


def test_a_batch_that_is_not_full_has_rows_of_no_weight():
    rows = source(batch_size=3, seed=None).rows(1, 0, 3)
    assert rows["weights"].sum(-1).tolist() == [2, 0, 0] and rows["start"].all()


def test_text_without_a_token_is_refused():
    with pytest.raises(UserError, match="no line with a token"):
        SentenceSource(
            TokenCorpus(TOKENS[:0], np.zeros(3, int), 0, 0, start_id=1), batch_size=1, sequence_length=3, seed=0
        )
