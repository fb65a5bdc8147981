"""Decoders against the exact distribution of tiny models: a Transformer, an LSTM and a table of counts."""

import functools
import itertools
from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer
from langzoo.zoo.decoding import (
    BeamDecoder,
    BestOfDecoder,
    ContrastiveDecoder,
    DiverseBeamDecoder,
    GreedyDecoder,
    SamplingDecoder,
    SpeculativeDecoder,
    StochasticBeamDecoder,
    model_draft,
    speculative_decoder,
)
from langzoo.zoo.models.gpt2 import GPT2Config
from langzoo.zoo.tasks import CausalLM
from scipy.stats import chi2

V, END, N, DRAWS = 4, 1, 3, 8_000
TOKENIZER = WordTokenizer(["<unk>", "<eos>", "a", "b"])
PROMPT = (END, 2, 3, 2)


@functools.cache
def tiny(name, seed=0):
    keras.utils.set_random_seed(seed)
    if name == "gpt2":
        size = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "intermediate_dim": 8, "dropout": 0.0}
        config = GPT2Config(vocabulary_size=V, max_sequence_length=16, **size)
        model = CausalLM(config, tokenizer=TOKENIZER, name=name)
    elif name == "lstm":
        model = zoo.create("lstm_tiny", tokenizer=TOKENIZER, embedding_dim=8, hidden_dim=8)
    else:
        model = zoo.create("bigram", tokenizer=TOKENIZER, num_bigrams=V * V)
        counts = np.random.default_rng(seed).integers(1, 9, size=(V, V))
        model.head.set_counts(counts.sum(0), np.arange(0, V * V + 1, V), np.tile(np.arange(V), V), counts.ravel())
        return model
    model({"token_ids": tf.constant([[1]])})  # so that it has all its weights
    source = np.random.default_rng(seed)
    for weight in model.weights:
        if len(weight.shape) > 1:
            weight.assign(source.normal(size=weight.shape))
    return model


SLOW_GPT2 = pytest.param("gpt2", marks=pytest.mark.slow)  # tracing takes its time
MODELS = pytest.mark.parametrize("name", [SLOW_GPT2, "lstm", "bigram"])


@functools.cache
def exact(name):
    """Every text of three tokens at most, the end one of them, and its probability, by whole passes."""
    texts = list(itertools.product(range(V), repeat=N))
    logits = tiny(name)({"token_ids": tf.constant([(*PROMPT, *text) for text in texts])})["logits"].numpy()
    logs = tf.nn.log_softmax(logits[:, len(PROMPT) - 1 : -1]).numpy().astype(np.float64)
    found = {}
    for row, text in enumerate(texts):
        length = text.index(END) + 1 if END in text else N
        found[text[:length]] = np.exp(sum(logs[row, place, text[place]] for place in range(length)))
    assert abs(sum(found.values()) - 1) < 1e-5
    return found


def decode(name, decoder, draws=1, num_results=1, prompt=PROMPT, max_tokens=N, stop_ids=(END,), rules=()):
    """Texts as tuples, the end token one of them where the text ended before its three tokens."""
    prompts = [prompt] if isinstance(prompt[0], int) else list(prompt)
    ids = np.zeros((len(prompts), max(map(len, prompts))), np.int32)
    for row, each in enumerate(prompts):
        ids[row, : len(each)] = each

    decoder = decoder.opened(tiny(name))

    @tf.function(autograph=False)
    def run():
        return decoder.decode(
            tiny(name),
            tf.repeat(ids, draws, axis=0),
            tf.repeat([len(each) for each in prompts], draws, axis=0),
            max_tokens=tf.constant(max_tokens),
            stop_ids=tf.constant(stop_ids, tf.int32, shape=[len(stop_ids)]),
            seeds=tf.tile(tf.range(draws) * 7919, [len(prompts)]),
            num_results=num_results,
            rules=rules,
        )

    out = {key: value.numpy() for key, value in run().items()}
    texts = [tuple(row[:n].tolist()) for row, n in zip(out["token_ids"], out["lengths"], strict=True)]
    return [text if len(text) == max_tokens else (*text, END) for text in texts], out


def fits(counts, probabilities, draws):
    """Chi-square at the 0.999 quantile, outcomes expected less than five times taken together."""
    rare = [key for key, p in probabilities.items() if p * draws < 5]
    seen = [(counts[key], p * draws) for key, p in probabilities.items() if key not in rare]
    seen += [(sum(counts[key] for key in rare), sum(probabilities[key] for key in rare) * draws)] if rare else []
    statistic = sum((count - share) ** 2 / share for count, share in seen if share > 0)
    return sum(counts.values()) == draws and statistic < chi2.ppf(0.999, max(len(seen) - 1, 1))


def test_the_check_finds_a_distribution_that_is_another():
    texts, _ = decode("gpt2", SamplingDecoder(temperature=0.8), DRAWS)
    assert not fits(Counter(texts), exact("gpt2"), DRAWS)


@MODELS
def test_sampling(name):
    assert fits(Counter(decode(name, SamplingDecoder(), DRAWS)[0]), exact(name), DRAWS)


@MODELS
def test_a_beam_of_full_width_finds_the_best_texts_in_order(name):
    texts, out = decode(name, BeamDecoder(width=64, length_penalty=0.0), num_results=5)
    best = sorted(exact(name).items(), key=lambda pair: -pair[1])[:5]
    assert texts == [text for text, _ in best]
    np.testing.assert_allclose(np.exp(out["scores"]), [p for _, p in best], rtol=1e-4)


@MODELS
def test_stochastic_beam_draws_without_putting_back(name):
    texts, _ = decode(name, StochasticBeamDecoder(width=2), DRAWS, num_results=2)
    pairs = list(itertools.pairwise(texts))[::2]
    assert all(one != other for one, other in pairs)
    assert fits(Counter(one for one, _ in pairs), exact(name), DRAWS)
    probabilities = exact(name)
    ordered = {
        (one, other): p * q / (1 - p) for (one, p), (other, q) in itertools.permutations(probabilities.items(), 2)
    }
    assert fits(Counter(pairs), ordered, DRAWS)


def test_stochastic_beam_of_full_width_has_every_text_once():
    width = len(exact("lstm"))
    texts, _ = decode("lstm", StochasticBeamDecoder(width=width), num_results=width)
    assert sorted(texts) == sorted(exact("lstm"))


@pytest.fixture
def drafted(monkeypatch):
    """The draft is a model of this file, by its name."""
    monkeypatch.setattr(speculative_decoder, "opened_draft", lambda name, model: tiny(name, seed=5))


@MODELS
@pytest.mark.parametrize("draft", ["", "lstm"])
def test_speculative_samples(drafted, name, draft):
    decoder = SpeculativeDecoder(draft=draft, temperature=1.0, draft_tokens=2)
    assert fits(Counter(decode(name, decoder, DRAWS)[0]), exact(name), DRAWS)


@MODELS
@pytest.mark.parametrize(
    ("draft", "tokens"),
    [
        ("", 4),
        ("lstm", 4),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in (("", 1), ("lstm", 1), ("bigram", 4))),
    ],
)
def test_speculative_greedy_text_is_greedys(drafted, name, draft, tokens):
    """With unequal prompts, one of a single token, up to the last position there is."""
    prompts = [(END,), PROMPT, (END, 3, 3), (END, 2, 2, 3, 2, 2, 3, 2)]
    limits = {"prompt": prompts, "max_tokens": 14, "stop_ids": ()}
    expected, ours = decode(name, GreedyDecoder(), **limits)
    texts, out = decode(name, SpeculativeDecoder(draft=draft, draft_tokens=tokens), **limits)
    assert texts == expected
    np.testing.assert_allclose(out["log_probabilities"], ours["log_probabilities"], atol=1e-4)


@pytest.mark.ci
@pytest.mark.parametrize(
    "options", [{"frequency_penalty": 2.0}, {"no_repeat_ngram_size": 2}, {"min_new_tokens": 5}, {"banned_words": "a b"}]
)
def test_rules_that_look_at_the_text_see_each_row_as_if_it_were_alone(options):
    """Rows of a batch go on by unequal numbers of tokens."""
    prompts = ["", "a", "a b a b a", "b b a b b a b"]
    expected = tiny("lstm").generate(prompts, max_tokens=9, **options)
    found = tiny("lstm").generate(prompts, max_tokens=9, decoder="speculative", **options)
    assert [each["tokens"] for each in found] == [each["tokens"] for each in expected]


def test_a_draft_of_other_tokens(tmp_path):
    model = zoo.create("lstm_tiny", tokenizer=WordTokenizer(["<unk>", "<eos>", "a", "c"]))
    zoo.save(model, tmp_path / "other")
    with pytest.raises(UserError, match="other has other tokens than the model: train it with the tokenizer"):
        model_draft.opened_draft(str(tmp_path / "other"), tiny("lstm"))
    with pytest.raises(UserError, match="no/such"):
        tiny("lstm").generate(["a"], decoder="speculative", draft="no/such")


@pytest.mark.ci
def test_a_run_drafts_by_its_path(tmp_path):
    zoo.save(tiny("bigram", 3), tmp_path / "draft")
    settings = {"max_tokens": 12, "stop": []}
    expected = tiny("lstm").generate(["a b", ""], **settings)
    found = tiny("lstm").generate(["a b", ""], decoder="speculative", draft=str(tmp_path / "draft"), **settings)
    assert [each["text"] for each in found] == [each["text"] for each in expected]


@pytest.mark.ci
@MODELS
def test_diverse_beam(name):
    one = decode(name, DiverseBeamDecoder(width=4, groups=1), num_results=4)
    beam = decode(name, BeamDecoder(width=4), num_results=4)
    assert one[0] == beam[0]
    np.testing.assert_allclose(one[1]["scores"], beam[1]["scores"], rtol=1e-5)
    twice = decode(name, DiverseBeamDecoder(width=4, groups=2, diversity=0.0), num_results=4)[0]
    half = decode(name, BeamDecoder(width=2), num_results=2)[0]
    assert sorted(twice) == sorted([*half, *half])
    apart = decode(name, DiverseBeamDecoder(width=3, groups=3, diversity=1_000.0), num_results=3)[0]
    assert len({text[0] for text in apart}) == 3
    with pytest.raises(UserError, match="groups must divide width, 4, and 3 does not"):
        DiverseBeamDecoder(width=4, groups=3)


def test_a_table_has_no_hidden_states_to_compare():
    with pytest.raises(UserError, match="contrastive search compares hidden states, and a model of counts has none"):
        tiny("bigram").generate(["a"], decoder="contrastive")


@pytest.mark.parametrize("name", [SLOW_GPT2, "lstm"])
def test_contrastive_search_by_hand(name):
    """Equation 5 of Su et al. 2022, by whole passes."""
    model, alpha, k = tiny(name), 0.6, 3
    for prompt in (PROMPT, (END,)):
        text = list(prompt)
        for _ in range(6):
            hidden = model.hidden_states({"token_ids": tf.constant([text])})["hidden_states"][0].numpy()
            p = tf.nn.softmax(model.head(tf.constant(hidden[-1:]))).numpy()[0]
            scores = {}
            for token in np.argsort(-p, kind="stable")[:k]:
                after = model.hidden_states({"token_ids": tf.constant([[*text, token]])})["hidden_states"][0].numpy()
                unit = after / np.maximum(np.linalg.norm(after, axis=-1, keepdims=True), 1e-6)
                scores[int(token)] = (1 - alpha) * p[token] - alpha * (unit[:-1] @ unit[-1]).max()
            text.append(max(scores, key=scores.__getitem__))
        limits = {"prompt": (prompt, (END, 2)), "max_tokens": 6, "stop_ids": ()}
        found, _ = decode(name, ContrastiveDecoder(candidates=k, alpha=alpha), **limits)
        assert list(found[0]) == text[len(prompt) :]
        assert decode(name, ContrastiveDecoder(alpha=0.0), **limits)[0] == decode(name, GreedyDecoder(), **limits)[0]


def test_best_of_keeps_those_of_the_highest_mean(monkeypatch):
    texts, out = decode("lstm", BestOfDecoder(width=30, temperature=1.0), num_results=30)
    means = [np.log(exact("lstm")[text]) if len(text) == N and text[-1] != END else None for text in texts]
    for mean, score in zip(means, out["scores"], strict=True):
        if mean is not None:
            np.testing.assert_allclose(score, mean / N, rtol=1e-4)
    assert out["scores"].tolist() == sorted(out["scores"].tolist(), reverse=True)
    assert decode("lstm", BestOfDecoder(width=30))[0] == texts[:1]
    from langzoo.zoo.decoding import best_of_decoder

    monkeypatch.setattr(best_of_decoder, "opened_draft", lambda name, model: tiny(name))
    judged, out = decode("lstm", BestOfDecoder(width=30, scorer="gpt2"), num_results=30)
    for text, score in zip(judged, out["scores"], strict=True):
        if len(text) == N and text[-1] != END:
            np.testing.assert_allclose(score, np.log(exact("gpt2")[text]) / N, rtol=1e-4)
    assert out["scores"].tolist() == sorted(out["scores"].tolist(), reverse=True) and judged != texts


def test_a_text_without_a_token_is_not_the_best():
    """Its mean would be that of nothing, 0, which no text of tokens reaches."""
    texts, out = decode("lstm", BestOfDecoder(width=200, temperature=2.0), num_results=200)
    assert (END,) in texts
    count = texts.index((END,))
    assert set(texts[count:]) == {(END,)} and np.isinf(out["scores"][count:]).all()


@pytest.mark.parametrize("decoder", ["beam", "diverse_beam", "stochastic_beam", "best_of"])
def test_a_single_result_has_the_score_it_has_among_others(decoder):
    options = {"decoder": decoder, "width": 4, "max_tokens": N, "seed": 3}
    (one,), (some,) = (tiny("bigram").generate(["a b"], num_results=count, **options) for count in (1, 4))
    assert one == some[:1] and one[0]["score"] != pytest.approx(sum(one[0]["log_probabilities"]), abs=1e-4)


def test_texts_that_cannot_be_are_no_results():
    """A beam that has fewer texts than it is wide."""
    options = {"max_tokens": 1, "width": 4, "num_results": 4, "stop": []}
    (found,) = tiny("bigram").generate(["a"], allowed_words="a b", **options)
    assert {each["text"].strip() for each in found} == {"a", "b"} and len(found) == 2


def test_a_scorer_is_read_within_its_positions(monkeypatch):
    """Columns for more tokens than are written reach beyond them; a text that does is refused."""
    from langzoo.zoo.decoding import best_of_decoder

    monkeypatch.setattr(best_of_decoder, "opened_draft", lambda name, model: tiny("gpt2"))
    written = {"decoder": "best_of", "scorer": "gpt2", "max_tokens": 40}
    prompts = ["a b " * 5, "b"]
    found = tiny("gpt2").generate(prompts, stop=[], **written)
    assert [len(each["tokens"]) for each in found] == [6, 15]  # 16 positions, and a token that is never read
    with pytest.raises(UserError, match="the scorer reads at most 16 tokens of a text"):
        tiny("lstm").generate(prompts, stop=[], **written)


def test_samples_are_judged_up_to_their_stop_string():
    """Not by what was drawn after it, before somebody looked."""
    options = {"decoder": "best_of", "width": 2, "max_tokens": 20, "seed": 5, "num_results": 2, "allowed_words": "a b"}
    (whole,) = tiny("bigram").generate(["a"], stop=[], **options)
    stop = " " + " ".join(whole[0]["tokens"][8:14])
    expected = []
    for each in whole:
        before = each["text"].partition(stop)[0]
        count = len(before.split())
        judged = count + 6 if before != each["text"] else 20
        expected.append((each["tokens"][:count], np.mean(each["log_probabilities"][:judged])))
    (found,) = tiny("bigram").generate(["a"], stop=[stop], **options)
    expected.sort(key=lambda pair: -pair[1])
    assert [each["tokens"] for each in found] == [tokens for tokens, _ in expected]
    np.testing.assert_allclose([each["score"] for each in found], [score for _, score in expected], atol=1e-5)
    assert (len(expected[0][0]) + 6) % 8 and (len(expected[1][0]) + 6) % 8  # or nobody would look later
