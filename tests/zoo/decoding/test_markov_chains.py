"""Markov chains against the exact distribution of tiny models, by transition matrices in NumPy."""

import functools
import itertools
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer

from tests.zoo.decoding.test_exact_distributions import fits, tiny

WORDS = ["a", "b", "c"]
TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])
FIRST, MASK = 5, 4
STATES = list(itertools.product(range(len(WORDS)), repeat=3))
PLACES = (1, 3, 4)  # of [CLS] [MASK] a [MASK] [MASK] [SEP]
PROMPT = "[MASK] a [MASK] [MASK]"


@functools.cache
def masked():
    size = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "embedding_dim": 8, "intermediate_dim": 8}
    model = zoo.create("electra_tiny", task="masked_lm", tokenizer=TOKENIZER, vocabulary_size=9, **size)
    source = np.random.default_rng(3)
    for weight in model.weights:
        if len(weight.shape) > 1:
            weight.assign(source.normal(size=weight.shape))
    return model


def row_of(state):
    one, two, three = (FIRST + word for word in state)
    return [2, one, FIRST, two, three, 3]


@functools.cache
def logits_at(place):
    """Of the token at a place, that hidden, for every state: (27, V)."""
    rows = np.array([row_of(state) for state in STATES])
    rows[:, place] = MASK
    return masked()({"token_ids": tf.constant(rows)})["logits"].numpy()[:, place].astype(np.float64)


def softmax(logits):
    exponentials = np.exp(logits - logits.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def kernel(place, temperature=1.0):
    """The transition matrix that draws one place anew, (27, 27)."""
    chosen = softmax(logits_at(place)[:, FIRST : FIRST + 3] / temperature)
    matrix, which = np.zeros((27, 27)), PLACES.index(place)
    for row, state in enumerate(STATES):
        for word in range(3):
            after = (*state[:which], word, *state[which + 1 :])
            matrix[row, STATES.index(after)] += chosen[row, word]
    return matrix


def stationary(matrix):
    found = np.linalg.matrix_power(matrix, 4_096)
    np.testing.assert_allclose(found, np.tile(found[:1], (27, 1)), atol=1e-9)
    return dict(zip(STATES, found[0], strict=True))


def energies(kind):
    """-E of every state, over all four words of the text."""
    total = np.zeros(27)
    for place in (1, 2, 3, 4):
        scores, tokens = logits_at(place)[:, :8], [row_of(state)[place] for state in STATES]
        scores = np.log(softmax(scores)) if kind == "normalized" else scores
        total += scores[np.arange(27), tokens]
    return total


def walked(draws, **options):
    found = []
    for first in range(0, draws, 1_000):  # as many texts as a prompt may have at once
        (results,) = masked().generate([PROMPT], num_results=1_000, seed=7_919 * first, **options)
        found += [tuple(WORDS.index(token) for token in each["tokens"]) for each in results]
    return Counter(found)


@pytest.mark.ci
@pytest.mark.parametrize("scan", ["systematic", "random"])
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_gibbs_sampling_has_its_chains_stationary_distribution(scan, temperature):
    one, two, three = (kernel(place, temperature) for place in PLACES)
    exact = stationary(one @ two @ three if scan == "systematic" else (one + two + three) / 3)
    counts = walked(4_000, scan=scan, temperature=temperature, burn_in=30)
    assert fits(counts, exact, 4_000)
    assert not fits(counts, stationary(kernel(1, 0.6) @ kernel(3, 0.6) @ kernel(4, 0.6)), 4_000)


@pytest.mark.ci
@pytest.mark.parametrize(("scan", "energy", "temperature"), [("systematic", "normalized", 1.0), ("random", "raw", 2.0)])
def test_metropolis_hastings_has_the_energys_distribution(scan, energy, temperature):
    wanted = softmax(energies(energy) / temperature)
    exact = dict(zip(STATES, wanted, strict=True))
    options = {"energy": energy, "temperature": temperature}
    counts = walked(4_000, decoder="metropolis_hastings", scan=scan, burn_in=30, **options)
    assert fits(counts, exact, 4_000)
    proposals = [kernel(place) for place in PLACES]
    steps = []
    for proposal in proposals:  # the chain's own transition matrix has the same stationary distribution
        odds = wanted[None, :] * proposal.T / np.maximum(wanted[:, None] * proposal, 1e-300)
        step = proposal * np.minimum(odds, 1)
        steps.append(step + np.diag(1 - step.sum(1)))
    matrix = steps[0] @ steps[1] @ steps[2] if scan == "systematic" else sum(steps) / 3
    np.testing.assert_allclose([*stationary(matrix).values()], wanted, atol=1e-7)


def causal_texts(length):
    """Every text of that many words a, b after the start token, and its log-probability under the tiny LSTM."""
    texts = list(itertools.product(range(4), repeat=length))
    logits = tiny("lstm")({"token_ids": tf.constant([(1, *text) for text in texts])})["logits"].numpy()
    logs = np.log(softmax(logits[:, :-1].astype(np.float64)))
    return texts, np.array([sum(logs[row, i, token] for i, token in enumerate(text)) for row, text in enumerate(texts)])


@pytest.mark.ci
@pytest.mark.parametrize(("keywords", "temperature"), [("", 2.0), ("b a", 1.0)])
def test_metropolis_hastings_over_a_causal_model(keywords, temperature):
    """Texts of three words without an end token, tempered, or with a phrase in them."""
    texts, logs = causal_texts(3)
    wanted = {text: np.exp(log / temperature) for text, log in zip(texts, logs, strict=True) if 1 not in text}
    if keywords:
        wanted = {text: p for text, p in wanted.items() if (3, 2) in itertools.pairwise(text)}
    total = sum(wanted.values())
    names = ["<unk>", "<eos>", "a", "b"]
    options = {"decoder": "metropolis_hastings", "temperature": temperature, "burn_in": 40, "keywords": keywords}
    counts = Counter()
    for first in range(4):
        settings = {"max_tokens": 3, "stop": [""], "num_results": 1_000, "seed": 7_919_000 * first}
        (found,) = tiny("lstm").generate([""], **settings, **options)
        counts.update(tuple(names.index(token) for token in each["tokens"]) for each in found)
    assert fits(counts, {text: p / total for text, p in wanted.items()}, 4_000)


@pytest.mark.ci
def test_a_scorer_tilts_the_target(monkeypatch):
    """By its mean log-probability of all tokens, here the model's own."""
    from langzoo.zoo.decoding.text_scorer import TextScorer

    monkeypatch.setattr(TextScorer, "opened", classmethod(lambda cls, path, model, label: cls(model, model)))
    texts, logs = causal_texts(2)
    wanted = {text: np.exp(log + 3 * log / 2) for text, log in zip(texts, logs, strict=True) if 1 not in text}
    total, counts = sum(wanted.values()), Counter()
    options = {"decoder": "metropolis_hastings", "scorer": "itself", "weight": 3.0, "burn_in": 40}
    (found,) = tiny("lstm").generate([""], max_tokens=2, stop=[""], num_results=1_000, **options)
    names = ["<unk>", "<eos>", "a", "b"]
    counts.update(tuple(names.index(token) for token in each["tokens"]) for each in found)
    assert fits(counts, {text: p / total for text, p in wanted.items()}, 1_000)


@pytest.mark.ci
def test_a_text_of_masks():
    model = masked()
    (found,) = model.generate(["a"], length=2, burn_in=2, seed=3)
    assert len(found["tokens"]) == 2 and found["text"] == " ".join(["a", *found["tokens"]])
    assert set(found["tokens"]) <= set(WORDS)
    (batch,) = model.generate(["[MASK] [MASK] [MASK] [MASK]", "a [MASK] [MASK]"], burn_in=2, seed=3)[1:]
    assert batch["tokens"] == found["tokens"]  # whatever stands beside it
    ids = [2, *(FIRST + WORDS.index(word) for word in found["text"].split()), 3]
    for place, log in zip((2, 3), found["log_probabilities"], strict=True):
        hidden = [*ids[:place], MASK, *ids[place + 1 :]]
        logits = model({"token_ids": tf.constant([hidden])})["logits"][0, place].numpy()[:8]
        np.testing.assert_allclose(log, np.log(softmax(logits))[ids[place]], atol=1e-4)
    assert "b" not in "".join(model.generate([PROMPT], burn_in=2, suppress=["b"])[0]["tokens"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompts": ["a"]}, "has 0 \\[MASK\\] in the first 128 tokens"),
        ({"length": 0}, "length must be an integer from 1 to 128, not 0"),
        ({"length": 128}, "or give a length that the model has room for"),
        ({"length": 1, "decoder": "beam"}, "BeamDecoder writes token by token, but a masked_lm model fills masks"),
        ({"length": 1, "scan": "zigzag"}, "unknown scan 'zigzag'"),
        ({"length": 1, "burn_in": 0}, "burn_in must be an integer from 1 to 100000, not 0"),
        ({"length": 1, "repetition_penalty": 2}, "repetition_penalty looks at the text so far"),
        ({"length": 1, "suppress": ["a b"]}, "suppress 'a b' is 2 tokens"),
        ({"length": 1, "suppress": WORDS}, "suppress contains every token"),
        ({"length": 1, "decoder": "metropolis_hastings", "keywords": "a"}, "keywords is for causal models"),
        ({"length": 1, "decoder": "metropolis_hastings", "energy": "free"}, "unknown energy 'free'"),
    ],
)
def test_refusals(options, message):
    with pytest.raises(UserError, match=message):
        masked().generate(**{"prompts": [""], **options})


@pytest.mark.ci
def test_refusals_of_causal_models():
    model = tiny("lstm")
    with pytest.raises(UserError, match="GibbsDecoder fills masks"):
        model.generate(["a"], decoder="gibbs")
    options = {"decoder": "metropolis_hastings", "max_tokens": 2, "burn_in": 1}
    for more, message in (
        ({"keywords": "c"}, "keywords has 'c', which is not in the model's vocabulary"),
        ({"keywords": "a b a"}, "keywords are 3 tokens, which do not fit"),
        ({"repetition_penalty": 2}, "takes no logit rule that looks at the text"),
        ({"label": "good"}, "label 'good' needs a scorer"),
        ({"scorer": "no/such"}, "no/such"),
    ):
        with pytest.raises(UserError, match=message):
            model.generate(["a"], **options, **more)
