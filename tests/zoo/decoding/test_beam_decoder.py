import itertools

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.decoding import BeamDecoder, DiverseBeamDecoder, GreedyDecoder, StepContext, decode

from .table_model import TableModel

VOCABULARY, TOKENS = 5, 3


def run(model, decoder, prompts=((0,),), max_tokens=TOKENS, stop_ids=()):
    lengths = [len(prompt) for prompt in prompts]
    ids = np.zeros((len(prompts), max(lengths)), np.int32)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = prompt
    stops = tf.constant(stop_ids, tf.int32, shape=[len(stop_ids)])
    seeds = tf.zeros(len(prompts), tf.int32)
    out = decode(
        model, tf.constant(ids), tf.constant(lengths), decoder, max_tokens=max_tokens, stop_ids=stops, seeds=seeds
    )
    return [
        (tuple(ids[:n].tolist()), float(p[:n].sum()))
        for ids, n, p in zip(*(out[k].numpy() for k in ("token_ids", "lengths", "log_probabilities")), strict=True)
    ]


def all_texts(model, start, stop=None, max_tokens=TOKENS):
    """Every text, ended by the stop token or by its length: (tokens, with the stop token; log-probability)."""
    texts = []
    for tokens in itertools.product(range(VOCABULARY), repeat=max_tokens):
        if stop in tokens:
            end = tokens.index(stop) + 1
            if any(tokens[end:]):
                continue  # the same text as the one with zeros behind the end
            tokens = tokens[:end]
        places = itertools.pairwise((start, *tokens))
        texts.append((tokens, sum(model.log_probabilities[a, b] for a, b in places)))
    return texts


@pytest.mark.parametrize("seed", range(4))
def test_a_beam_that_holds_everything_finds_the_best_text(seed):
    model = TableModel.random(VOCABULARY, seed=seed)
    (found,) = run(model, BeamDecoder(width=VOCABULARY**2, length_penalty=0.0))
    best = max(all_texts(model, 0), key=lambda text: text[1])
    assert found[0] == best[0]
    np.testing.assert_allclose(found[1], best[1], rtol=1e-5)
    assert found[1] >= run(model, GreedyDecoder())[0][1] - 1e-6


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("penalty", [0.0, 0.6, 3.0])
def test_with_ends_it_ranks_by_the_penalised_sum(seed, penalty):
    """Equation 14 of Wu et al. 2016, the stop token being part of the length and of the probability."""
    model = TableModel.random(VOCABULARY, seed=seed)
    (found,) = run(model, BeamDecoder(width=VOCABULARY**TOKENS, length_penalty=penalty), stop_ids=(2,))
    tokens, _ = max(all_texts(model, 0, stop=2), key=lambda text: text[1] / ((5 + len(text[0])) / 6) ** penalty)
    assert found[0] == tuple(token for token in tokens if token != 2)


def test_longer_texts_win_with_a_penalty():
    """Ending at once: log 0.5. Going on: 0.3 · 0.99 · 0.99, divided by ((5 + 3) / 6)^a."""
    model = TableModel(np.log([[0.001, 0.499, 0.5], [0.005, 0.99, 0.005], [1 / 3, 1 / 3, 1 / 3]]))
    assert run(model, BeamDecoder(width=3, length_penalty=0.0), stop_ids=(2,))[0][0] == ()
    assert run(model, BeamDecoder(width=3, length_penalty=3.0), stop_ids=(2,))[0][0] == (1, 1, 1)


@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_the_best_texts_in_order(penalty):
    """All of them, where the beam holds everything, by the penalised sum."""
    model = TableModel.random(VOCABULARY, seed=4)
    decoder, many = BeamDecoder(width=VOCABULARY**TOKENS, length_penalty=penalty), 6
    settings = {"max_tokens": TOKENS, "stop_ids": tf.constant([2]), "seeds": tf.zeros(2, tf.int32)}
    out = decode(model, tf.constant([[0], [3]]), tf.constant([1, 1]), decoder, num_results=many, **settings)
    for row, start in enumerate((0, 3)):
        texts = [(text, p / ((5 + len(text)) / 6) ** penalty) for text, p in all_texts(model, start, stop=2)]
        texts = sorted(texts, key=lambda text: -text[1])[:many]
        rows = slice(row * many, (row + 1) * many)
        np.testing.assert_allclose(out["scores"][rows], [score for _, score in texts], rtol=1e-5)
        found = [
            tuple(ids[:n].tolist()) for ids, n in zip(out["token_ids"].numpy()[rows], out["lengths"][rows], strict=True)
        ]
        assert found == [tuple(token for token in text if token != 2) for text, _ in texts]


class LookingModel(TableModel):
    """One that looks at a source before each token, by what it wrote last: `attention` (B, V, S), `mask` (B, S)."""

    head = staticmethod(lambda hidden: hidden)

    def __init__(self, log_probabilities, attention, mask):
        super().__init__(log_probabilities)
        self.attention, self.mask = np.float32(attention), np.array(mask)

    def initial_state(self, batch_size, max_length):
        return {**super().initial_state(batch_size, max_length), "row": tf.range(batch_size)}

    def prefill_attention(self, inputs, state):
        hidden, new = self.prefill(inputs, state)
        return self._looked(hidden, new["last"], state["row"]), {**new, "row": state["row"]}

    def step_attention(self, token_ids, state):
        hidden, new = self.step(token_ids, state)
        return self._looked(hidden, token_ids, state["row"]), {**new, "row": state["row"]}

    def _looked(self, hidden, last, row):
        return {
            "hidden": hidden,
            "attention": tf.gather_nd(self.attention, tf.stack([row, last], axis=-1)),
            "source_mask": tf.gather(self.mask, row),
        }


def texts_by_coverage(model, row, start, *, length_penalty, coverage_penalty):
    """All texts with their ranks by equation 14 of Wu et al. 2016 in NumPy, best first."""
    ranked = []
    for text, p in all_texts(model, start, stop=2):
        looked = sum(model.attention[row, last] for last in (start, *text[:-1]))[model.mask[row]]
        coverage = coverage_penalty * np.log(np.minimum(looked, 1.0)).sum()
        ranked.append((text, p / ((5 + len(text)) / 6) ** length_penalty + coverage))
    return sorted(ranked, key=lambda each: -each[1])


@pytest.mark.parametrize("kind", [BeamDecoder, DiverseBeamDecoder])
def test_the_coverage_penalty_ranks_as_all_texts_in_numpy(kind):
    """Two sources, of which one has a word less; where everything is held, groups of a beam are that many beams."""
    table, random = TableModel.random(VOCABULARY, seed=2).log_probabilities, np.random.default_rng(2)
    mask = np.array([[True, True, True], [True, True, False]])
    attention = np.exp(2 * random.normal(size=(2, VOCABULARY, 3))) * mask[:, np.newaxis]
    model = LookingModel(table, attention / attention.sum(-1, keepdims=True), mask)
    many, penalties = 6, {"length_penalty": 0.6, "coverage_penalty": 0.7}
    decoder = kind(width=VOCABULARY**TOKENS, **({"groups": 1} if kind is DiverseBeamDecoder else {}), **penalties)
    settings = {"max_tokens": TOKENS, "stop_ids": tf.constant([2]), "seeds": tf.zeros(2, tf.int32)}
    out = decode(model, tf.constant([[0], [3]]), tf.constant([1, 1]), decoder, num_results=many, **settings)
    orders = []
    for row, start in enumerate((0, 3)):
        expected = texts_by_coverage(model, row, start, **penalties)
        rows = slice(row * many, (row + 1) * many)
        np.testing.assert_allclose(out["scores"][rows], [rank for _, rank in expected[:many]], rtol=1e-5)
        found = zip(out["token_ids"].numpy()[rows], out["lengths"][rows], strict=True)
        assert [tuple(ids[:n].tolist()) for ids, n in found] == [
            tuple(token for token in text if token != 2) for text, _ in expected[:many]
        ]
        without = texts_by_coverage(model, row, start, length_penalty=0.6, coverage_penalty=0.0)
        orders.append([text for text, _ in without] != [text for text, _ in expected])
    assert all(orders)  # it is not that nothing depends on it


@pytest.mark.parametrize("kind", [BeamDecoder, DiverseBeamDecoder])
def test_a_text_that_leaves_out_a_word_of_its_source_loses(kind):
    """Ending at once has p 0.5, and never looked at the second word; 0.494 is what it costs to do so."""
    table = np.log([[0.001, 0.499, 0.5], [0.005, 0.005, 0.99], [1 / 3, 1 / 3, 1 / 3]])
    model = LookingModel(table, [[[1, 0], [0, 1], [0, 1]]], [[True, True]])
    for penalty, best in ((0.0, ()), (0.01, (1,)), (1000, (1,))):
        options = {"width": 2, "length_penalty": 0.0, "coverage_penalty": penalty}
        assert run(model, kind(**options), stop_ids=(2,))[0][0] == best
    model.mask = np.array([[True, False]])  # padding need not be looked at
    assert run(model, kind(**{**options, "coverage_penalty": 1.0}), stop_ids=(2,))[0][0] == ()


def test_the_coverage_penalty_orders_what_a_narrow_beam_finds_without_it():
    attention = np.random.default_rng(5).dirichlet(np.ones(3), size=(1, VOCABULARY))
    model = LookingModel(TableModel.random(VOCABULARY, seed=5).log_probabilities, attention, [[True] * 3])
    settings = {"max_tokens": 6, "stop_ids": tf.constant([2]), "seeds": tf.zeros(1, tf.int32), "num_results": 4}
    found = []
    for penalty in (0.0, 2.0):
        decoder = BeamDecoder(width=4, coverage_penalty=penalty)
        found.append(
            decode(model, tf.constant([[0]]), tf.constant([1]), decoder, **settings)["token_ids"].numpy().tolist()
        )
    assert found[0] != found[1] and sorted(found[0]) == sorted(found[1])


def test_a_batch_keeps_its_prompts_apart():
    model = TableModel.random(VOCABULARY, seed=9)
    prompts, decoder = ((0, 1), (3,), (1, 2, 4)), BeamDecoder(width=3)
    assert run(model, decoder, prompts) == [run(model, decoder, (prompt,))[0] for prompt in prompts]


def test_a_beam_wider_than_all_first_tokens_holds_no_text_twice():
    """Of equal starts only one may be continued: with two of them this would find the greedy text twice."""
    model = TableModel.random(2, seed=3)
    decoder = BeamDecoder(width=4, length_penalty=0.0)
    state = decoder.start(1)
    logits = tf.repeat(tf.constant(model.log_probabilities[:1], tf.float32), 4, axis=0)
    seen = None
    for step in range(2):
        context = StepContext(step=step, finished=tf.zeros(4, tf.bool))
        tokens, parents, state = decoder.choose(logits, state, context=context)
        texts = (
            [(int(token),) for token in tokens]
            if seen is None
            else [(*seen[p], int(t)) for p, t in zip(parents, tokens, strict=True)]
        )
        logits, seen = tf.gather(tf.constant(model.log_probabilities, tf.float32), tokens), texts
    assert sorted(seen) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert np.isfinite(state["log_probability"]).all()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"width": 0}, "width must be an integer from 1 to 1024, not 0"),
        ({"width": 1.5}, "width must be an integer"),
        ({"length_penalty": -1}, "length_penalty must be a number from 0 to 3.4e38, not -1"),
        ({"length_penalty": float("nan")}, "length_penalty must be"),
        ({"coverage_penalty": -0.1}, "coverage_penalty must be a number from 0 to 1000, not -0.1"),
    ],
)
def test_ranges(options, message):
    with pytest.raises(UserError, match=message):
        BeamDecoder(**options)
