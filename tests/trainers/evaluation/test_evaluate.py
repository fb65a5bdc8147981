import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.layers.probabilistic import count_ngrams
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.data.segment_source import SEGMENT_TOKENS
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.training_config import TrainingConfig

NUM_BYTES = 3 * SEGMENT_TOKENS + 100  # four segments, the last of them short


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    letters = np.random.default_rng(0).choice(list("etaoin shrdlu\n"), NUM_BYTES)
    (folder / "a.txt").write_text("".join(letters))
    return TokenCorpus.from_files([folder / "a.txt"], ByteTokenizer(), cache=folder)


def contexts_and_targets(corpus):
    targets = np.array(corpus.tokens)
    return np.concatenate([[corpus.start_id], targets[:-1]]), targets


def loss_by_hand(model, corpus):
    """Each segment in one call, from an empty state; softmax and sum in float64 NumPy."""
    contexts, targets = contexts_and_targets(corpus)
    total, call = 0.0, tf.function(model.call)
    for start in range(0, len(targets), SEGMENT_TOKENS):
        part = slice(start, start + SEGMENT_TOKENS)
        logits = call({"token_ids": tf.constant(contexts[part][np.newaxis])})["logits"][0].numpy().astype(np.float64)
        chosen = np.take_along_axis(logits, targets[part][:, np.newaxis], axis=1)[:, 0]
        total += (np.log(np.exp(logits).sum(-1)) - chosen).sum()
    return total / len(targets)


@pytest.fixture(scope="module")
def lstm():
    keras.utils.set_random_seed(3)
    return zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), initializer_range=0.8)  # so that the state matters


@pytest.fixture(scope="module")
def bigram(corpus):
    counts = count_ngrams([contexts_and_targets(corpus)], 257)
    model = zoo.create("bigram", tokenizer=ByteTokenizer(), num_bigrams=len(counts[2]), prior_strength=2.0)
    model.head.set_counts(*counts)
    return model


@pytest.mark.parametrize("name", ["lstm", "bigram"])
def test_the_batch_size_changes_nothing(name, request, corpus):
    model = request.getfixturevalue(name)
    found = [evaluate(model, corpus, batch_size=size) for size in (1, 3, 32)]
    assert {result.tokens for result in found} == {NUM_BYTES + 1}
    expected = loss_by_hand(model, corpus)
    for result in found:
        assert result.loss == pytest.approx(expected, rel=2e-7)
        assert result.perplexity == pytest.approx(np.exp(expected), rel=5e-7)


def test_a_bigram_against_the_formula(bigram, corpus):
    contexts, targets = contexts_and_targets(corpus)
    pairs, unigrams, rows = np.zeros((257, 257)), np.zeros(257), np.zeros(257)
    np.add.at(pairs, (contexts, targets), 1)
    np.add.at(unigrams, targets, 1)
    np.add.at(rows, contexts, 1)
    prior = (unigrams + 1) / (len(targets) + 257)
    probabilities = (pairs[contexts, targets] + 2 * prior[targets]) / (rows[contexts] + 2)
    assert evaluate(bigram, corpus).loss == pytest.approx(-np.log(probabilities).mean(), rel=1e-7)


def test_a_window_is_carried_from_chunk_to_chunk(corpus):
    model = zoo.create(
        "bilstm_next_word", tokenizer=ByteTokenizer(), max_sequence_length=3, embedding_dim=4, hidden_dim=4
    )
    short = TokenCorpus(corpus.tokens[:200], corpus.line_starts, 200, 0, corpus.start_id)
    found = evaluate(model, short, training=TrainingConfig())  # as a stream
    assert found.loss == pytest.approx(loss_by_hand(model, short), rel=1e-6)


def test_counts_of_the_text(tmp_path):
    (tmp_path / "a.txt").write_text("cat dog\ncat 猫\n")
    tokenizer = WordTokenizer(["<unk>", "<eos>", "cat"])
    corpus = TokenCorpus.from_files([tmp_path / "a.txt"], tokenizer, cache=tmp_path)
    model = zoo.create("unigram", tokenizer=tokenizer)
    done = []
    found = evaluate(model, corpus, progress=done.append)
    assert (found.tokens, found.unknown_rate, found.num_bytes) == (6, 2 / 6, 16)
    assert found.perplexity == pytest.approx(3)  # nothing counted: all three tokens alike
    assert done == [6]


def test_an_impossible_token_is_infinitely_bad_and_padding_is_not(tmp_path):
    tokenizer = WordTokenizer(["<unk>", "<eos>", "a", "b"])

    def perplexity(text):
        (tmp_path / "a.txt").write_text(text)
        return evaluate(model, TokenCorpus.from_files([tmp_path / "a.txt"], tokenizer, cache=tmp_path)).perplexity

    # <eos> a <eos> a ...; no token 0 ever follows a token 0, which is what stands on padding.
    counts = count_ngrams([(np.array([1, 2, 0]), np.array([2, 1, 1]))], 4)
    model = zoo.create("bigram", tokenizer=tokenizer, num_bigrams=3, prior_strength=0.0)
    model.head.set_counts(*counts)
    assert perplexity("a\na\n") == pytest.approx(1)
    assert perplexity("a\nb\n") == np.inf


def test_a_bad_batch_size(bigram, corpus):
    with pytest.raises(ValueError, match="batch_size must be at least 1, not 0"):
        evaluate(bigram, corpus, batch_size=0)
