import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.data.check_pretraining_text import check_pretraining_text, repeated_period
from langzoo.trainers.data.words_file import read_words
from langzoo.trainers.training_config import TrainingConfig


def check(tokens, length=8):
    tokens = np.asarray(tokens, np.int32)
    corpus = TokenCorpus(tokens, np.array([0, len(tokens)]), num_bytes=1, num_unknown=0, start_id=0)
    check_pretraining_text(corpus, TrainingConfig().with_settings({"data.sequence_length": length}))


@pytest.mark.parametrize(
    ("tokens", "period"),
    [
        ([7] * 40, 1),
        ([7, 7, 8] * 2000, 3),
        ([*range(100)] * 3, 100),
        ([7, 8] * 20 + [7, 9], 0),
        ([7, 8] * 3_000_000 + [7, 9], 0),  # the last of several pieces
        (range(50), 0),
        ([1], 0),
    ],
)
def test_repeated_period(tokens, period):
    assert repeated_period(np.asarray(tokens, np.int32)) == period


def test_text_that_nothing_can_be_learnt_from_is_told():
    check(range(50))
    with pytest.raises(UserError, match="7 tokens are fewer than one row of 8"):
        check(range(7))
    with pytest.raises(UserError, match="the same 3 tokens repeat 100 times"):
        check([4, 5, 2] * 100)


def test_words_are_read(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(" covid \n\nchatbot\n猫猫")
    assert read_words(path) == ["covid", "chatbot", "猫猫"]
    path.write_text("\n \n")
    with pytest.raises(UserError, match="from 1 to 10,000 words, one a line, not 0"):
        read_words(path)
    path.write_text("a\n" * 10_001)
    with pytest.raises(UserError, match="from 1 to 10,000"):
        read_words(path)
