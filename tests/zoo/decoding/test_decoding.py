"""The registry of decoders and the loop."""

import dataclasses
import resource

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.generation_options import MAX_TOKENS
from langzoo.layers.text import WordTokenizer
from langzoo.zoo import decoding
from langzoo.zoo.decoding import BeamDecoder, Decoder, GreedyDecoder, SamplingDecoder, decode, make_decoder
from langzoo.zoo.decoding.decode import FIRST_COLUMNS

from .table_model import TableModel

# 0 -> 1 -> 2 -> 3 -> 0 ..., nearly surely.
CYCLE = TableModel(np.log(0.9 * np.roll(np.eye(4), 1, axis=1) + 0.025))


def run_tensors(ids, lengths, **kwargs):
    settings = {"max_tokens": 5, "stop_ids": tf.constant([], tf.int32), "seeds": tf.zeros(len(ids), tf.int32)} | kwargs
    return decode(CYCLE, tf.constant(ids), tf.constant(lengths), settings.pop("decoder", GreedyDecoder()), **settings)


def run(ids, lengths, **kwargs):
    return {name: value.numpy().tolist() for name, value in run_tensors(ids, lengths, **kwargs).items()}


def test_goes_on_from_the_end_of_each_prompt():
    out = run([[0, 1, 2], [3, 0, 0]], [3, 1])
    assert out["token_ids"] == [[3, 0, 1, 2, 3], [0, 1, 2, 3, 0]] and out["lengths"] == [5, 5]
    np.testing.assert_allclose(out["log_probabilities"], np.full((2, 5), np.log(0.925)), rtol=1e-5)


def test_a_stop_token_ends_its_text_alone_and_is_no_part_of_it():
    out = run([[0], [2], [1]], [1, 1, 1], stop_ids=tf.constant([2, 7]))
    assert out["token_ids"] == [[1, 0, 0], [3, 0, 1], [0, 0, 0]]
    assert out["lengths"] == [1, 3, 0]
    assert [row[n:] for row, n in zip(out["log_probabilities"], out["lengths"], strict=True)] == [
        [0] * 2,
        [],
        [0] * 3,
    ]


def test_ends_early_when_all_texts_have():
    steps = []

    class Counted(TableModel):
        def step(self, token_ids, state):
            steps.append(int(state["read"][0]))
            return super().step(token_ids, state)

    one, stop = tf.ones(1, tf.int32), tf.constant([2])
    decode(Counted(CYCLE.log_probabilities), [[0]], one, GreedyDecoder(), max_tokens=50, stop_ids=stop, seeds=one)
    assert len(steps) == 1  # The stop token ends the text; nothing reads it.


@pytest.mark.parametrize("decoder", [GreedyDecoder(), BeamDecoder(width=2), SamplingDecoder(top_k=1)], ids=repr)
def test_a_text_grows_beyond_the_columns_it_began_with(decoder):
    graph = tf.function(lambda most: run_tensors([[0], [2]], [1, 1], max_tokens=most, decoder=decoder))
    for tokens in (FIRST_COLUMNS - 1, FIRST_COLUMNS, FIRST_COLUMNS + 1, 5 * FIRST_COLUMNS):
        out = graph(tf.constant(tokens))
        assert out["token_ids"].shape == (2, tokens) and out["lengths"].numpy().tolist() == [tokens] * 2
        assert out["token_ids"].numpy().tolist() == [[(first + i) % 4 for i in range(tokens)] for first in (1, 3)]
        np.testing.assert_allclose(out["log_probabilities"], np.log(0.925), rtol=1e-5)


def test_memory_grows_with_what_is_written_and_not_with_what_might_be():
    """A million tokens of 64 texts are 256 MB of ids and as much of log-probabilities; these texts have 2 each."""
    rows = 64
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    graph = tf.function(lambda most: run_tensors([[0]] * rows, [1] * rows, max_tokens=most, stop_ids=tf.constant([3])))
    out = graph(tf.constant(MAX_TOKENS))
    assert out["token_ids"].numpy().tolist() == [[1, 2]] * rows
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_greedy_takes_the_first_of_equals():
    out = GreedyDecoder().choose(tf.math.log([[0.2, 0.4, 0.4]]), None, {}, step=0, finished=None, seeds=None)
    assert out[0].numpy().tolist() == [1]


@pytest.mark.parametrize(
    "name, options, expected",
    [
        ("greedy", {}, GreedyDecoder()),
        ("greedy", {"temperature": None}, GreedyDecoder()),
        ("temperature", {"temperature": 0.7}, SamplingDecoder(temperature=0.7)),
        ("top_k", {}, SamplingDecoder(top_k=40)),
        ("top_k", {"top_k": 5, "temperature": 2.0}, SamplingDecoder(top_k=5, temperature=2.0)),
        ("top_p", {}, SamplingDecoder(top_p=0.9)),
        ("beam", {"width": 2}, BeamDecoder(width=2)),
    ],
)
def test_decoders_by_name(name, options, expected):
    assert make_decoder(name, **options) == expected


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("gredy", {}, "gredy.*greedy"),
        (
            "greedy",
            {"width": 3},
            "decoder 'greedy' has no option 'width', only none at all: leave it out, or take decoder 'beam'",
        ),
        ("top_k", {"width": 3}, "decoder 'top_k' has no option 'width', only temperature, top_k, top_p"),
        ("beam", {"width": 0}, "width must be an integer from 1 to 1024"),
    ],
)
def test_what_a_user_gets_wrong(name, options, message):
    with pytest.raises(UserError, match=message) as error:
        make_decoder(name, **options)
    assert "\n" not in str(error.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LeastProbable(Decoder):
    """A decoder from outside: the word of a rank from below."""

    rank: int = 0

    def choose(self, logits, log_probabilities, state, *, step, finished, seeds):
        order = tf.argsort(log_probabilities, axis=-1)
        return tf.cast(order[:, self.rank], tf.int32), None, state


def test_a_decoder_from_outside_is_known_by_name(monkeypatch):
    monkeypatch.setattr(decoding, "_DECODERS", dict(decoding._DECODERS))
    zoo.register_decoder("least", LeastProbable)
    model = zoo.create("unigram", tokenizer=WordTokenizer(["<unk>", "<eos>", "a", "b"]))
    model.head.set_counts(np.array([5, 1, 9, 3]))
    (out,) = model.generate(["a b"], decoder="least", max_tokens=2)
    assert out["tokens"] == ["<eos>", "<eos>"]
    (out,) = model.generate(["a b"], decoder="least", max_tokens=2, rank=1)
    assert out["text"] == " b b"
    with pytest.raises(ValueError, match="'least' is registered already"):
        zoo.register_decoder("least", LeastProbable)
