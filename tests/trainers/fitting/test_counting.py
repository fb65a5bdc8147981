import numpy as np
import pytest
from langzoo.layers import WordTokenizer
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.fitting import counting
from langzoo.zoo.models.ngram import NgramConfig

TOKENIZER = WordTokenizer(["<unk>", "<eos>", "cat", "狗"])


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "a.txt").write_text("cat cat 狗\n狗 bird\n", encoding="utf-8")
    return TokenCorpus.from_files([tmp_path / "a.txt"], TOKENIZER, cache=tmp_path)


def counted(corpus, order):
    return counting.count_model(NgramConfig(vocabulary_size=9, order=order), corpus, name="n", tokenizer=TOKENIZER)


@pytest.mark.parametrize("order", [1, 2])
def test_pieces_change_nothing(order, corpus, monkeypatch):
    whole = evaluate(counted(corpus, order), corpus).loss
    monkeypatch.setattr(counting, "CHUNK_TOKENS", 2)
    assert evaluate(counted(corpus, order), corpus).loss == whole


def test_unigram_probabilities_follow_the_counts(corpus):
    model = counted(corpus, 1)
    assert model.config.vocabulary_size == 4
    logits = model({"token_ids": np.array([[1]])})["logits"].numpy()[0, 0]
    probabilities = np.exp(logits) / np.exp(logits).sum()
    # 1 <unk>, 2 <eos>, 2 cat, 2 狗 of 7 tokens; smoothing keeps the order.
    assert probabilities[0] < probabilities[1] == pytest.approx(probabilities[2]) == pytest.approx(probabilities[3])


def test_bigrams_know_what_follows(corpus):
    model = counted(corpus, 2)
    assert model.config.num_bigrams == 7  # eos cat, cat cat, cat 狗, 狗 eos, eos 狗, 狗 unk, unk eos
    logits = model({"token_ids": np.array([[2, 0]])})["logits"].numpy()[0]
    assert logits[1].argmax() == 1
    assert logits[0, 2] == pytest.approx(logits[0, 3], abs=1e-5)
