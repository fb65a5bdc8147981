"""Logit rules: by hand, in a graph, under `tf.cond` as in an export, and as transformers has them."""

import dataclasses
import importlib.metadata

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.generation_options import generation_options
from langzoo.layers.plain.logit_rules import LOGIT_RULES, LogitRule, own_rules, register_logit_rule, split_rules
from langzoo.layers.plain.logit_rules.history import History
from langzoo.layers.plain.logit_rules.suppress_tokens import SuppressTokens
from langzoo.layers.plain.numpy_ops import NumPyOps
from langzoo.layers.plain.option import option, options_of
from langzoo.layers.tensor_ops import TensorOps
from langzoo.zoo.decoding import OptionalRule

V, H = 6, 9
STOPS = [4, 1]
NINF = float("-inf")


def rule(**given):
    (found,), rest = split_rules(given)
    assert rest == {}
    return found


def in_numpy(made, scores, texts, new=0):
    """Row after row, each without padding; the last `new` tokens are the new ones."""
    rows = []
    for row, text in enumerate(texts):
        place = len(text) - new
        parts = {"prompt_ids": np.array([text[:place]], np.int32), "new_ids": np.array([text[place:]], np.int32)}
        stops = np.array([STOPS], np.int32)
        history = History(**parts, lengths=np.array([place]), step=new, ops=NumPyOps, stop_ids=stops)
        rows.append(made.apply(scores[row : row + 1], history, {}, ops=NumPyOps)[0])
    return np.stack(rows)


def in_a_graph(made, scores, texts, new=0):
    """All rows at once, prompts padded on the left, columns of new tokens that are not there yet."""
    longest = max(len(text) for text in texts) - new
    prompts = np.zeros((len(texts), longest), np.int32)
    news = np.zeros((len(texts), new + 3), np.int32)
    for row, text in enumerate(texts):
        prompts[row, longest - len(text) + new :] = text[: len(text) - new]
        news[row, :new] = text[len(text) - new :]
    lengths = tf.constant([len(text) - new for text in texts])

    @tf.function(input_signature=[tf.TensorSpec((None, None), dtype) for dtype in (tf.float32, tf.int32, tf.int32)])
    def run(scores, prompts, news):
        text = {"prompt_ids": prompts, "new_ids": news, "lengths": lengths, "step": tf.constant(new)}
        history = History(**text, ops=TensorOps, stop_ids=tf.constant([STOPS]))
        return made.apply(scores, history, {}, ops=TensorOps)

    return run(scores, prompts, news).numpy()


def random_case(seed):
    source = np.random.default_rng(seed)
    texts = [source.integers(0, V, size=source.integers(3, H)).tolist() for _ in range(5)]
    return source.normal(size=(5, V)).astype(np.float32) * 3, texts


def penalised_by_hand(scores, texts, penalty):
    out = scores.copy()
    for row, text in enumerate(texts):
        for token in set(text):
            out[row, token] = out[row, token] * penalty if out[row, token] < 0 else out[row, token] / penalty
    return out


def without_ngrams_by_hand(scores, texts, n):
    out = scores.copy()
    for row, text in enumerate(texts):
        grams = {tuple(text[i : i + n]) for i in range(len(text) - n + 1)}
        allowed = [token for token in range(V) if (*text[len(text) - n + 1 :], token) not in grams]
        banned = [token for token in range(V) if token not in allowed]
        if allowed:
            out[row, banned] = NINF
    return out


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
@pytest.mark.parametrize("penalty", [1.3, 0.5, 100.0])
def test_repetition_penalty(apply, penalty):
    scores, texts = random_case(0)
    scores[0, :2] = NINF
    for new in (0, 2):
        found = apply(rule(repetition_penalty=penalty), scores, texts, new)
        np.testing.assert_allclose(found, penalised_by_hand(scores, texts, np.float32(penalty)), rtol=1e-6)


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 2**31 - 1])
def test_no_repeat_ngram(apply, n):
    for seed in range(3):
        scores, texts = random_case(seed)
        texts[0] = [0, 1, 2, 3, 4, 5]  # all tokens: of n = 1 nothing would be left
        texts[1] = [2, 2, 2, 2]
        for new in (0, 2):
            found = apply(rule(no_repeat_ngram_size=n), scores, texts, new)
            np.testing.assert_array_equal(found, without_ngrams_by_hand(scores, texts, n))


def softmax(scores):
    exponentials = np.exp(scores.astype(np.float64) - scores.max())
    return exponentials / exponentials.sum()


def kept_by_min_p(scores, p):
    return softmax(scores) >= p * softmax(scores).max()


def kept_by_typical_p(scores, mass):
    probabilities = softmax(scores)
    surprise = -np.log(np.maximum(probabilities, 1e-300))
    oddness = np.abs(surprise - (probabilities * surprise).sum())
    kept, sum_so_far = np.zeros(len(scores), bool), 0.0
    for token in np.argsort(oddness):
        kept[token] = True
        sum_so_far += probabilities[token]
        if sum_so_far >= mass:
            return kept
    return kept


def kept_by_epsilon(scores, epsilon):
    return (softmax(scores) >= epsilon) | (scores == scores.max())


def kept_by_eta(scores, epsilon):
    probabilities = softmax(scores)
    entropy = -(probabilities * np.log(np.maximum(probabilities, 1e-300))).sum()
    return (probabilities >= min(epsilon, np.sqrt(epsilon) * np.exp(-entropy))) | (scores == scores.max())


CUTS = {
    "min_p": (kept_by_min_p, [0.0, 0.01, 0.2, 0.7, 1.0]),
    "typical_p": (kept_by_typical_p, [1e-6, 0.2, 0.6, 0.95, 1.0]),
    "epsilon_cutoff": (kept_by_epsilon, [0.0, 0.001, 0.05, 0.3, 1.0]),
    "eta_cutoff": (kept_by_eta, [0.0, 0.001, 0.1, 0.5, 1.0]),
}


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, values) in CUTS.items() for value in values])
def test_rules_that_cut(apply, name, value):
    (made,) = (kind(**{name: value}) for kind in own_rules() if name in options_of(kind))
    for seed in range(3):
        scores, texts = random_case(seed)
        scores[0, :2] = NINF  # already cut
        kept = np.stack([CUTS[name][0](row, value) for row in scores])
        found = apply(made, scores, texts)
        np.testing.assert_array_equal(found, np.where(kept, scores, NINF))
        assert np.isfinite(found).any(axis=-1).all()


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
def test_penalties_on_what_the_new_text_has(apply):
    """OpenAI: mu[j] -> mu[j] - c[j] * alpha_frequency - float(c[j] > 0) * alpha_presence."""
    for seed, new in ((0, 0), (1, 2), (2, 3)):
        scores, texts = random_case(seed)
        texts[1] = [2, 2, 2, 2]
        counts = np.array([[text[len(text) - new :].count(token) for token in range(V)] for text in texts])
        for value in (0.7, -2.0):
            found = apply(rule(frequency_penalty=value), scores, texts, new)
            np.testing.assert_allclose(found, scores - np.float32(value) * counts, rtol=1e-5)
            found = apply(rule(presence_penalty=value), scores, texts, new)
            np.testing.assert_allclose(found, scores - np.float32(value) * (counts > 0), rtol=1e-5)


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
def test_no_end_before_so_many_new_tokens(apply):
    scores, texts = random_case(0)
    scores[1] = [NINF, 1, NINF, NINF, 2, NINF]  # nothing but ends: they stay
    expected = scores.copy()
    expected[[0, 2, 3, 4]] = np.where(np.isin(np.arange(V), STOPS), NINF, scores)[[0, 2, 3, 4]]
    for new in (0, 2):
        np.testing.assert_array_equal(apply(rule(min_new_tokens=3), scores, texts, new), expected)
    np.testing.assert_array_equal(apply(rule(min_new_tokens=2), scores, texts, 2), scores)


PROCESSORS = {
    "repetition_penalty": (1.2, lambda module, value: module.RepetitionPenaltyLogitsProcessor(value)),
    "no_repeat_ngram_size": (2, lambda module, value: module.NoRepeatNGramLogitsProcessor(value)),
    "min_p": (0.2, lambda module, value: module.MinPLogitsWarper(value)),
    "typical_p": (0.6, lambda module, value: module.TypicalLogitsWarper(value)),
    "epsilon_cutoff": (0.05, lambda module, value: module.EpsilonLogitsWarper(value)),
    "eta_cutoff": (0.1, lambda module, value: module.EtaLogitsWarper(value)),
    "min_new_tokens": (3, lambda module, value: module.MinNewTokensLengthLogitsProcessor(2, value, STOPS)),
}
"""A value of each rule, and transformers' rule; the last one's prompts have two tokens."""


@pytest.mark.parametrize("kind", own_rules(exported=True), ids=lambda kind: kind.__name__)
def test_rows_have_options_of_their_own_and_neutral_ones_change_no_bit(kind):
    """As in an export, where options are tensors and a rule runs only if a row asks for it."""
    scores, texts = random_case(3)
    scores[:, 1], texts[1] = -0.0, [2, 2, 2, 2]
    names = options_of(kind)
    other = {name: value for name, (value, _) in PROCESSORS.items()}
    other |= {"presence_penalty": 0.5, "frequency_penalty": -0.5}
    neutral = {name: tf.constant([each.default] * 5) for name, each in names.items()}
    assert in_a_graph(OptionalRule.of(kind, neutral), scores, texts, 2).tobytes() == scores.tobytes()
    mixed = {name: tf.constant([each.default, other[name]] * 2 + [other[name]]) for name, each in names.items()}
    found = in_a_graph(OptionalRule.of(kind, mixed), scores, texts, 2)
    alone = in_numpy(kind(**{name: other[name] for name in names}), scores, texts, 2)
    for row, asked in enumerate([False, True, False, True, True]):
        assert found[row].tobytes() == (alone if asked else scores)[row].tobytes()
    assert any(found[row].tobytes() != scores[row].tobytes() for row in (1, 3, 4))


def test_suppressed_tokens():
    scores = np.ones((2, V), np.float32)
    for ops in (NumPyOps, TensorOps):
        found = np.array(SuppressTokens.of([0, 4, 4], size=V, ops=ops).apply(scores, None, {}, ops=ops))
        assert found.tolist() == [[NINF, 1, 1, 1, NINF, 1]] * 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class NeverTwice(LogitRule):
    """Another package's rule, with a state: no token follows itself at once."""

    never_twice: bool = option(False, help="No token follows itself.")

    def start(self, prompt_ids, lengths, size, *, ops):
        return {"last": ops.column(lengths, int) * 0 - 1}  # of the new text alone

    def apply(self, scores, history, state, *, ops):
        return ops.where(ops.arange(ops.width(scores)) == state["last"], NINF, scores)

    def advance(self, state, tokens, *, ops):
        return {"last": ops.column(tokens, int)}


def bring_never_twice():
    register_logit_rule("never_twice")(NeverTwice)


@pytest.fixture
def never_twice(monkeypatch):
    """That rule, brought by an installed package."""
    point = importlib.metadata.EntryPoint("mine", f"{__name__}:bring_never_twice", "langzoo.logit_rule")
    LOGIT_RULES.own()
    monkeypatch.setattr(LOGIT_RULES, "_entries", dict(LOGIT_RULES._entries))
    monkeypatch.setattr(LOGIT_RULES, "_outside_loaded", False)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if "logit_rule" in group else [])


def test_a_rule_of_another_package_is_found_by_its_option(never_twice):
    name, options, rules = generation_options(None, {"never_twice": True, "top_k": 2})
    assert (name, options, rules) == ("sampling", {"top_k": 2}, (NeverTwice(never_twice=True),))
    assert NeverTwice not in own_rules()  # so that what an export has is the same everywhere


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="the name 'repetition_penalty' of a logit_rule is taken by"):
        register_logit_rule("repetition_penalty")(NeverTwice)
