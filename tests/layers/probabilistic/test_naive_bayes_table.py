import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.probabilistic import NaiveBayesTable
from sklearn.naive_bayes import BernoulliNB, MultinomialNB

from tests.checks.layer import check_layer

SIZE, CLASSES = 12, 3
LEFT_OUT = (0, 5)
WORDS = [word for word in range(SIZE) if word not in LEFT_OUT]
KINDS = {"multinomial": MultinomialNB, "bernoulli": BernoulliNB}


def texts(number, seed):
    """Ids (N, 9), 0 to SIZE - 1, and how many of them each row has."""
    random = np.random.default_rng(seed)
    return random.choice(SIZE, (number, 9), p=random.dirichlet(np.ones(SIZE))), random.integers(0, 10, number)


def bags(ids, lengths):
    counts = np.stack([np.bincount(row[:length], minlength=SIZE) for row, length in zip(ids, lengths, strict=True)])
    return counts[:, WORDS]


def fitted(event_model, a=0.3):
    """A table, and what scikit-learn makes of the same texts."""
    ids, lengths = texts(40, 0)
    classes = np.random.default_rng(1).choice(CLASSES, 40, p=[0.6, 0.3, 0.1])
    rows = bags(ids, lengths)
    expected = KINDS[event_model](alpha=a).fit(rows, classes)
    counted = rows > 0 if event_model == "bernoulli" else rows
    counts = np.zeros((CLASSES, SIZE), int)
    counts[:, WORDS] = [counted[classes == each].sum(axis=0) for each in range(CLASSES)]
    given = {"event_model": event_model, "pseudo_count": a, "left_out": LEFT_OUT}
    table = NaiveBayesTable(SIZE, num_classes=CLASSES, **given)
    table.set_counts(counts, np.bincount(classes))
    return table, expected


def padded(ids, lengths):
    return np.where(np.arange(ids.shape[1]) < lengths[:, None], ids + 1, 0).astype(np.int32)


@pytest.mark.parametrize("event_model", KINDS)
def test_probabilities_are_those_of_scikit_learn(event_model):
    table, expected = fitted(event_model)
    ids, lengths = texts(30, 2)
    found = tf.nn.softmax(table(padded(ids, lengths))).numpy()
    np.testing.assert_allclose(found, expected.predict_proba(bags(ids, lengths)), atol=1e-6)


@pytest.mark.parametrize("event_model", KINDS)
def test_evidence_and_prior_are_the_log_of_the_joint(event_model):
    table, expected = fitted(event_model)
    ids, lengths = texts(5, 3)
    joint = expected.predict_joint_log_proba(bags(ids, lengths))
    for row, length, of_all in zip(ids, lengths, joint, strict=True):
        parts = table.evidence(row[:length].tolist())
        np.testing.assert_allclose(np.log(table.prior()) + sum(part.values for part in parts), of_all, atol=1e-9)
        named = [part.word for part in parts if part.word is not None]
        assert len(named) == len(set(named)) and set(named) == set(row[:length]) - set(LEFT_OUT)


@pytest.mark.ci
@pytest.mark.parametrize("event_model", KINDS)
def test_contract(event_model):
    ids, lengths = texts(3, 4)
    check_layer(lambda: fitted(event_model)[0], padded(ids, lengths), mixed_precision=False)


def test_long_texts_keep_their_odds():
    """Log-probabilities of 10,000 words sum to about -25,000; classes are told apart to five digits all the same."""
    table, expected = fitted("multinomial")
    ids = np.tile(np.random.default_rng(5).permutation(WORDS), (1, 1000)).astype(np.int32)
    joint = expected.predict_joint_log_proba(bags(ids, [ids.shape[1]]))[0]
    logits = table(ids + 1).numpy()[0]
    np.testing.assert_allclose(logits - logits[0], joint - joint[0], rtol=5e-5)


def test_without_counts_all_classes_are_alike():
    table = NaiveBayesTable(4, num_classes=2)
    np.testing.assert_array_equal(tf.nn.softmax(table(tf.constant([[1, 2]]))), [[0.5, 0.5]])


def test_words_are_drawn_as_the_tables_say():
    """Chi-square of 20,000 words; of "bernoulli" each word by itself."""
    from scipy.stats import chisquare

    random = np.random.default_rng(6)
    table, _ = fitted("multinomial")
    (text,) = table.sample(random, np.array([1]), 20_000)
    drawn = np.bincount(text, minlength=SIZE)[WORDS]
    assert chisquare(drawn, 20_000 * table.probabilities()[1, WORDS]).pvalue > 0.001
    table, _ = fitted("bernoulli")
    texts = table.sample(random, np.full(2000, 2), 1)
    counts = np.bincount(np.concatenate(texts).astype(int), minlength=SIZE)
    shares = table.probabilities()[2]
    assert not counts[list(LEFT_OUT)].any()
    for word in WORDS:
        expected = 2000 * np.array([shares[word], 1 - shares[word]])
        assert chisquare([counts[word], 2000 - counts[word]], expected).pvalue > 0.001 / len(WORDS)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"event_model": "gaussian"}, "multinomial or bernoulli"), ({"pseudo_count": 0}, "above 0")],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        NaiveBayesTable(4, num_classes=2, **options)


def test_a_word_that_is_in_every_text_of_a_class():
    """1 minus its share is 0 in float32; counts are subtracted before."""
    table = NaiveBayesTable(1, num_classes=2, event_model="bernoulli", pseudo_count=1e-4)
    table.set_counts([[5000], [2500]], [5000, 5000])
    found = table(np.array([[1], [0]], np.int32)).numpy()
    shares = (np.array([5000.0, 2500.0]) + 1e-4) / (5000 + 2e-4)
    present, absent = np.log(shares), np.log([1e-4 / (5000 + 2e-4), 1 - shares[1]])
    np.testing.assert_allclose(np.diff(found)[:, 0], [np.diff(present)[0], np.diff(absent)[0]], rtol=1e-4)
