"""The pseudo-log-likelihood of masked models, against one text at a time with one token hidden in plain NumPy."""

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.text import WordPieceTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat", ",", "猫", "狗"]
TEXTS = ["the cats sat on the mat", "", "猫", "the dog sat", "on " * 40]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return zoo.create("bert_nano", tokenizer=WordPieceTokenizer(PIECES), num_layers=1, initializer_range=0.5)


def by_hand(model, ids):
    """-log p of each of a row's tokens, from whole logits of the row with that token alone hidden."""
    found = []
    for place in range(1, len(ids) - 1):
        hidden = np.int32([[*ids[:place], model.mask_id(), *ids[place + 1 :]]])
        logits = model({"token_ids": hidden})["logits"].numpy()[0, place].astype(np.float64)
        logits -= logits.max()
        found.append(logits[ids[place]] - np.log(np.exp(logits).sum()))
    return found


def test_each_token_is_hidden_once(model, monkeypatch):
    monkeypatch.setattr("langzoo.zoo.tasks.hidden_in_turn.BATCH_ROWS", 5)  # several batches of several texts
    cats, nothing, one, unknown, long = model.score(TEXTS)
    assert cats["tokens"] == ["the", "cat", "##s", "sat", "on", "the", "mat"]
    ids = [2, *map(PIECES.index, cats["tokens"]), 3]
    np.testing.assert_allclose(cats["log_probabilities"], by_hand(model, ids), rtol=1e-4)
    assert nothing == {"tokens": [], "log_probabilities": []}
    np.testing.assert_allclose(one["log_probabilities"], by_hand(model, [2, 12, 3]), rtol=1e-4)
    assert unknown["tokens"] == ["the", "[UNK]", "sat"]
    longest = model.max_sequence_length
    assert len(long["tokens"]) == 40
    if longest < 42:  # in parts, of which none sees the next
        np.testing.assert_allclose(
            long["log_probabilities"][: longest - 2], by_hand(model, [2, *[9] * (longest - 2), 3]), rtol=1e-4
        )


@pytest.mark.slow
def test_it_is_that_of_transformers(tmp_path):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    keras.utils.set_random_seed(2)
    model = zoo.create("bert_nano", tokenizer=WordPieceTokenizer(PIECES), initializer_range=0.5)
    model.export(tmp_path / "bert", format="huggingface")
    other = transformers.BertForMaskedLM.from_pretrained(tmp_path / "bert").eval()
    (found,) = model.score(["the cats sat on the mat , 猫"])
    ids = [2, *map(PIECES.index, found["tokens"]), 3]
    for place in range(1, len(ids) - 1):
        hidden = torch.tensor([[*ids[:place], 4, *ids[place + 1 :]]])
        with torch.no_grad():
            log_p = torch.log_softmax(other(hidden).logits[0, place], -1)[ids[place]].item()
        assert found["log_probabilities"][place - 1] == pytest.approx(log_p, abs=1e-4)
