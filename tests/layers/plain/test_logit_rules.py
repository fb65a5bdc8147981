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
        history = History(**parts, lengths=np.array([place]), step=new, ops=NumPyOps)
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
        history = History(prompt_ids=prompts, new_ids=news, lengths=lengths, step=tf.constant(new), ops=TensorOps)
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


@pytest.mark.slow
@pytest.mark.parametrize("made", [{"repetition_penalty": 1.2}, {"no_repeat_ngram_size": 2}], ids=str)
def test_as_transformers_has_it(made):
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    if "repetition_penalty" in made:
        theirs = transformers.RepetitionPenaltyLogitsProcessor(1.2)
    else:
        theirs = transformers.NoRepeatNGramLogitsProcessor(2)
    for seed in range(20):
        scores, texts = random_case(seed)
        for row, text in enumerate(texts):
            expected = theirs(torch.tensor([text]), torch.tensor(scores[row : row + 1])).numpy()
            if not np.isfinite(expected).any():
                continue  # theirs leaves no token
            found = in_numpy(rule(**made), scores[row : row + 1], [text])
            np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("kind", own_rules(), ids=lambda kind: kind.__name__)
def test_rows_have_options_of_their_own_and_neutral_ones_change_no_bit(kind):
    """As in an export, where options are tensors and a rule runs only if a row asks for it."""
    scores, texts = random_case(3)
    scores[:, 1], texts[1] = -0.0, [2, 2, 2, 2]
    names = options_of(kind)
    other = {"repetition_penalty": 1.7, "no_repeat_ngram_size": 2}
    neutral = {name: tf.constant([each.default] * 5) for name, each in names.items()}
    assert in_a_graph(OptionalRule.of(kind, neutral), scores, texts).tobytes() == scores.tobytes()
    mixed = {name: tf.constant([each.default, other[name]] * 2 + [other[name]]) for name, each in names.items()}
    found = in_a_graph(OptionalRule.of(kind, mixed), scores, texts)
    alone = in_numpy(kind(**{name: other[name] for name in names}), scores, texts)
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
