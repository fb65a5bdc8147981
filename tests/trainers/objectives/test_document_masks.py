"""Packed documents do not see one another: what each is given equals what it is given alone."""

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import CharacterTokenizer
from langzoo.trainers.data import BlockSource, TokenCorpus
from langzoo.trainers.objectives import NextToken
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

LENGTHS = (7, 1, 12, 4)
END, START = 1, 2


def corpus_of(*lengths, add_start=True, start_id=END):
    random = np.random.default_rng(3)
    parts = [np.append(random.integers(5, 30, length), END) for length in lengths]
    starts = np.cumsum([0, *map(len, parts)])
    return TokenCorpus(
        np.concatenate(parts).astype(np.int32), starts, 0, 0, start_id, document_starts=starts, add_start=add_start
    )


def model_of(name):
    keras.utils.set_random_seed(1)
    changes = {"initializer_range": 0.4} if name != "transformer_lm_tiny" else {}
    return zoo.create(name, vocabulary_size=30, num_layers=2, dropout=0.0, max_sequence_length=64, **changes)


@pytest.mark.parametrize("name", ["gpt2_tiny", "llama_tiny", "pangu_tiny", "transformer_lm_tiny"])
@pytest.mark.parametrize("add_start", [True, False])
def test_a_packed_document_is_as_it_is_alone(name, add_start):
    corpus = corpus_of(*LENGTHS, add_start=add_start, start_id=START if add_start else END)
    rows = BlockSource(corpus, batch_size=1, sequence_length=len(corpus), seed=None, document_masks=True).rows(0, 0, 1)
    model, inputs = model_of(name), {key: rows[key] for key in ("token_ids", "document_ids")}
    packed = model(inputs)["logits"][0].numpy()
    counted = 0
    for start, stop in zip(corpus.document_starts[:-1], corpus.document_starts[1:], strict=True):
        tokens = corpus.tokens[start:stop]
        alone = np.append(START, tokens[:-1]) if add_start else tokens[:-1]
        first = start if add_start else start + 1
        np.testing.assert_array_equal(rows["targets"][0, first:stop], tokens if add_start else tokens[1:])
        assert (rows["weights"][0, first:stop] == 1).all() and not rows["weights"][0, start:first].any()
        logits = model({"token_ids": alone[np.newaxis]})["logits"][0].numpy()
        np.testing.assert_allclose(packed[first:stop], logits, rtol=1e-5, atol=2e-5)
        counted += stop - first
    whole = model({"token_ids": rows["token_ids"]})["logits"][0].numpy()
    assert np.abs(whole - packed).max() > 0.01 and rows["weights"].sum() == counted
    items, _ = NextToken().items(model, rows, {}, training=False)
    expected, _ = model.negative_log_likelihood(inputs, rows["targets"])
    np.testing.assert_array_equal(items["next_token"], expected)


def test_windows_are_within_a_document():
    corpus = corpus_of(*LENGTHS)
    rows = BlockSource(corpus, batch_size=1, sequence_length=len(corpus), seed=None, document_masks=True).rows(0, 0, 1)
    keras.utils.set_random_seed(1)
    model = zoo.create("llama_tiny", vocabulary_size=30, sliding_window=3, initializer_range=0.4)
    packed = model({key: rows[key] for key in ("token_ids", "document_ids")})["logits"][0].numpy()
    start, stop = corpus.document_starts[2:4]
    alone = np.append(END, corpus.tokens[start : stop - 1])[np.newaxis]
    np.testing.assert_allclose(packed[start:stop], model({"token_ids": alone})["logits"][0], rtol=1e-5, atol=2e-5)


def test_blocks_that_begin_within_a_document():
    source = BlockSource(corpus_of(*LENGTHS), batch_size=4, sequence_length=10, seed=None, document_masks=True)
    rows = source.rows(0, 0, 4)
    assert rows["document_ids"].tolist() == [
        [1] * 8 + [2] * 2,
        [1] * 10,
        [1] * 3 + [2] * 5 + [0] * 2,
        [0] * 10,
    ]
    assert rows["token_ids"][1, 0] == END and source.fields["document_ids"][1] == (10,)
    assert rows["token_ids"][2, 0] == source.corpus.tokens[19]


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("gpt2_tiny", {}, "data.document_masks: the text is one document: give several files, or set data.documents"),
        ("lstm_tiny", {"data.arrangement": "blocks"}, "leave it out for blocks of lstm models"),
        ("gpt2_tiny", {"data.arrangement": "lines"}, "leave it out for lines of gpt2 models"),
    ],
)
def test_what_a_user_gets_wrong(model, settings, message, tmp_path):
    (tmp_path / "text.txt").write_text("the cat sat on the mat\n" * 20)
    settings = {"data.document_masks": True, "data.sequence_length": 16, **settings}
    request = TrainRequest(
        model=model, data=[tmp_path / "text.txt"], run=tmp_path / "run", settings=settings, tokenizer="char"
    )
    with pytest.raises(UserError) as error:
        train(request, console=Console(quiet=True))
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.ci
def test_a_training_with_masks(tmp_path):
    (tmp_path / "text.txt").write_text("the cat sat\n\non the mat\n\n" * 20)
    settings = {"data.document_masks": True, "data.documents": "blank_lines", "data.sequence_length": 16, "steps": 4}
    settings |= {"jit_compile": False, "sample_tokens": 0, "histogram_every": 0}
    text = [tmp_path / "text.txt"]
    request = TrainRequest(
        model="gpt2_tiny", data=text, valid=text, run=tmp_path / "run", settings=settings, tokenizer="char"
    )
    result = train(request, console=Console(quiet=True))
    assert isinstance(result.model.tokenizer, CharacterTokenizer) and result.best_loss < 10
