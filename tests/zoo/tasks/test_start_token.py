"""Whether a start token is read before a text: live, in SavedModels and in LiteRT files."""

import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.text import ByteLevelBPETokenizer, load_tokenizer
from langzoo.serving import ExportedModel, LiteModel
from langzoo.trainers.data.line_source import LineSource
from langzoo.trainers.data.segment_source import SegmentSource
from langzoo.trainers.data.token_corpus import TokenCorpus
from langzoo.trainers.vocabularies import byte_pair_vocabulary
from langzoo.zoo.export import export_litert, export_saved_model

TEXTS = ["the cat sat", "a", ""]


def model_of(*, add_start):
    tf.keras.utils.set_random_seed(1)
    vocabulary, merges = byte_pair_vocabulary(["the cat sat on the mat"] * 3, size=270)
    tokenizer = ByteLevelBPETokenizer(vocabulary, merges=merges, add_start=add_start)
    model = zoo.create("gpt2_tiny", tokenizer=tokenizer, num_layers=1, max_sequence_length=32)
    chance = np.random.default_rng(0)
    for weight in model.weights:  # larger than at the start, so that texts differ
        weight.assign(weight + chance.normal(0, 0.3, weight.shape).astype(np.float32))
    return model


def by_hand(model, text, count):
    """Log-probabilities of a text's tokens and the greedy text, one step after the other."""
    tokenizer = model.tokenizer
    ids = tokenizer(text).numpy().tolist()
    if tokenizer.add_start or not ids:
        ids = [tokenizer.start_id, *ids]

    def log_probabilities(ids):
        logits = model({"token_ids": tf.constant([ids])})["logits"][0].numpy().astype(np.float64)
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))

    scores = [log_probabilities(ids)[i, token] for i, token in enumerate(ids[1:])]
    written = []
    for _ in range(count):
        token = int(log_probabilities([*ids, *written])[-1].argmax())
        if token == tokenizer.end_id:
            break
        written.append(token)
    return ids[1:], scores, written


def check(live, *models):
    for text in TEXTS:
        scored, scores, written = by_hand(live, text, 3)
        for model in models:
            (answer,) = model.generate([text], max_tokens=3, decoder="greedy")
            assert answer["tokens"] == [live.tokenizer.tokens[token_id] for token_id in written]
            (score,) = model.score([text])
            assert score["tokens"] == [live.tokenizer.tokens[token_id] for token_id in scored]
            np.testing.assert_allclose(score["log_probabilities"], scores, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("add_start", [pytest.param(True, marks=pytest.mark.slow), False])
def test_generate_and_score(add_start, tmp_path):
    live = model_of(add_start=add_start)
    check(live, live)
    assert len(live.score(["the cat sat"])[0]["tokens"]) == len(live.tokenizer("the cat sat")) - (not add_start)
    live.tokenizer.save_assets(tmp_path)
    assert load_tokenizer(tmp_path).add_start is add_start


@pytest.mark.slow
def test_exports_without_a_start_token(tmp_path):
    live = model_of(add_start=False)
    exported = ExportedModel(export_saved_model(live, tmp_path / "saved" / "1").path)
    lite = LiteModel(export_litert(live, tmp_path / "lite", context=32, prefill_lengths=[4, 16]).path)
    check(live, exported, lite)
    assert exported.manifest["tokenizer"]["add_start"] is lite.manifest["tokenizer"]["add_start"] is False


def test_what_is_evaluated(tmp_path):
    (tmp_path / "text").write_text("the cat\nsat\n")
    for add_start in (True, False):
        tokenizer = model_of(add_start=add_start).tokenizer
        ids = [*tokenizer("the cat\nsat\n").numpy().tolist(), tokenizer.end_id]
        corpus = TokenCorpus.from_files([tmp_path / "text"], tokenizer, cache=tmp_path / "cache")
        rows = SegmentSource(corpus, batch_size=1, segment_length=64, sequence_length=64).rows(0, 0, 1)
        read = [tokenizer.start_id, *ids] if add_start else ids
        counted = int(rows["weights"].sum())
        assert (counted, rows["token_ids"][0, :counted].tolist()) == (len(read) - 1, read[:-1])
        assert rows["targets"][0, :counted].tolist() == read[1:]
        lines = [tokenizer(line).numpy().tolist() for line in ("the cat\n", "sat\n")]
        lines[-1].append(tokenizer.end_id)
        corpus = TokenCorpus.from_files([tmp_path / "text"], tokenizer, cache=tmp_path / "cache", by_lines=True)
        rows = LineSource(corpus, batch_size=2, sequence_length=64, seed=None).rows(0, 0, 2)
        for row, line in enumerate(lines):
            read = [tokenizer.start_id, *line] if add_start else line
            counted = int(rows["weights"][row].sum())
            assert (counted, rows["token_ids"][row, :counted].tolist()) == (len(read) - 1, read[:-1])
            assert rows["targets"][row, :counted].tolist() == read[1:]
