import json

import numpy as np
import pytest
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.layers.probabilistic import conditional_information, word_class_information
from langzoo.trainers import TrainRequest, train
from langzoo.trainers.data.labelled_corpus import LabelledCorpus
from langzoo.trainers.fitting.word_counting import bayes_model
from langzoo.zoo.models.bayes import BayesConfig
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import BernoulliNB, MultinomialNB

WORDS = ["the", "cat", "dog", "good", "bad", "猫", "好"]
TOKENIZER = WordTokenizer(["<unk>", "<eos>", *WORDS])
LABELS = ["-", "+"]


def rows(number, seed):
    random = np.random.default_rng(seed)
    for _ in range(number):
        label = random.integers(2)
        shares = np.array([5, 2, 2, 1 + 6 * label, 7 - 6 * label, 1, 1 + label], float)
        yield " ".join(
            random.choice([*WORDS, "<strange>"], random.integers(0, 9), p=[*shares / 22, 1 - shares.sum() / 22])
        )
        yield LABELS[label]


def table(path, number, seed):
    values = list(rows(number, seed))
    texts, labels = values[::2], values[1::2]
    lines = ["text\tlabel", *(f"{text or 'nothing'}\t{label}" for text, label in zip(texts, labels, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, texts, labels


@pytest.fixture
def learnt(tmp_path):
    return table(tmp_path / "a.tsv", 60, 0)


def corpus_of(path):
    return LabelledCorpus.from_files([path], TOKENIZER, cache=path.parent / "cache")


def model_of(path, **fields):
    config = BayesConfig(vocabulary_size=1, **fields)
    return bayes_model(config, corpus_of(path), name="b", tokenizer=TOKENIZER, options={"labels": LABELS})


def vectors(texts):
    return CountVectorizer(vocabulary=WORDS, tokenizer=str.split, token_pattern=None).fit_transform(texts)


@pytest.mark.parametrize(
    ("network", "kind"), [("multinomial", MultinomialNB), pytest.param("bernoulli", BernoulliNB, marks=pytest.mark.ci)]
)
def test_text_to_probabilities_as_scikit_learn(network, kind, learnt):
    path, texts, labels = learnt
    expected = kind(alpha=0.7).fit(vectors(texts), [LABELS.index(label) for label in labels])
    model = model_of(path, network=network, pseudo_count=0.7)
    asked = ["the good good cat", "bad dog 好", "", "of nothing known"]
    found = [list(each["probabilities"].values()) for each in model.classify(asked)]
    np.testing.assert_allclose(found, expected.predict_proba(vectors(asked)), atol=1e-6)


def test_a_tree_has_the_most_informative_words_and_its_edges(learnt):
    path, texts, labels = learnt
    model = model_of(path, network="tree", num_words=4)
    presence, classes = (
        csr_matrix((vectors(texts) > 0).astype(int)),
        np.array([LABELS.index(label) for label in labels]),
    )
    information = word_class_information(presence, classes, num_classes=2)
    chosen = np.argsort(-information)[:4]
    assert model.head.words.numpy().tolist() == (chosen + 2).tolist()
    weights = conditional_information(presence[:, chosen], classes, num_classes=2)
    parents = model.head.parents.numpy()
    lightest = min(weights[node, parent] for node, parent in enumerate(parents) if parent >= 0)
    joined = {(node, parent) for node, parent in enumerate(parents)}
    others = [weights[i, j] for i in range(4) for j in range(i) if not {(i, j), (j, i)} & joined]
    assert len(others) == 3 and min(others) <= lightest  # a maximum spanning tree leaves the lightest out
    assert model.head.counts.numpy().sum(axis=(1, 2)).tolist() == [np.bincount(classes).tolist()] * 4


def test_fewer_words_than_were_asked_for(learnt):
    model = model_of(learnt[0], network="tree", num_words=100)
    assert model.config.num_words == len(WORDS) and model.count_params() == model.config.parameter_count()


def test_a_run_keeps_counts_figures_and_predictions(learnt, tmp_path):
    valid, *_ = table(tmp_path / "b.tsv", 30, 1)
    given = {"data": [learnt[0]], "valid": [valid], "tokenizer": "word", "run": tmp_path / "run"}
    result = train(TrainRequest(model="chow_liu", **given))
    assert (result.steps, len(result.predictions)) == (0, 30)
    right = result.predictions.best == result.predictions.references
    assert result.figures["accuracy"] == pytest.approx(right.mean()) and right.mean() > 0.6
    (record,) = map(json.loads, (tmp_path / "run/metrics.jsonl").read_text().splitlines())
    assert record["val_accuracy"] == result.figures["accuracy"] and record["val_loss"] == result.best_loss
    assert result.final_loss == record["loss"] and "val_perplexity" not in record


@pytest.mark.ci
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data.labels": ["-", "+", "?"]}, r"no text with the label '\?'"),
        ({"objective.class_weights": "balanced"}, "class_weights: naive_bayes counts texts as they are"),
        ({"objective.label_smoothing": 0.1}, "label_smoothing: naive_bayes counts"),
        ({"objective.name": "label_set"}, "one of several labels"),
        ({"model.network": "forest"}, "'multinomial', 'bernoulli' or 'tree'"),
        ({"model.pseudo_count": 0}, "pseudo_count"),
        ({"model.num_words": 100_000}, "num_words"),
        ({"fitter": "gradient"}, "fitter of bayes models"),
    ],
)
def test_what_is_refused(settings, message, learnt, tmp_path):
    request = TrainRequest(
        model="naive_bayes", data=[learnt[0]], tokenizer="word", run=tmp_path / "run", settings=settings
    )
    with pytest.raises(UserError, match=message) as caught:
        train(request)
    assert "\n" not in str(caught.value) and not (tmp_path / "run/config.json").exists()


def test_texts_without_a_known_word(tmp_path):
    (tmp_path / "a.tsv").write_text("text\tlabel\nx y\t-\nz\t+\n")
    with pytest.raises(UserError, match="no word that the tokenizer knows"):
        model_of(tmp_path / "a.tsv")
