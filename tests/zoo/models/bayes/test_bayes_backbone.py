import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.serving import open_lite_file

from tests.checks.export import check_equal, check_export, check_litert
from tests.zoo.test_word_explanation import naive, tree

TEXTS = ["good good cat", "", "unheard of", "bad " * 40, "bad cat good"]
MODELS = {"multinomial": naive, "bernoulli": lambda: naive(network="bernoulli"), "tree": tree}


def test_padding_special_and_unknown_tokens_are_no_words():
    model = naive()
    ids = np.array([[2, 3, 4]], np.int32)
    plain = model({"token_ids": ids})["logits"]
    padded = {"token_ids": np.array([[1, 2, 3, 4, 0, 1, 3]], np.int32), "padding_mask": np.arange(7)[None] < 6}
    np.testing.assert_allclose(model(padded)["logits"], plain, atol=1e-6)
    assert model.config.left_out == (0, 1)


@pytest.mark.parametrize("make", [naive, tree])
def test_save_and_load_and_count(make, tmp_path):
    model = make()
    zoo.save(model, tmp_path)
    loaded = zoo.load(tmp_path)
    assert loaded.explain(TEXTS[:1]) == model.explain(TEXTS[:1])
    assert model.count_params() == model.config.parameter_count(num_classes=len(model.labels))


def test_only_one_of_several_labels():
    tokenizer = WordTokenizer(["<unk>", "<eos>", "cat"])
    for options in ({"labels": ["score"]}, {"problem_type": "multi_label_classification"}):
        with pytest.raises(UserError, match="gives a text one of several labels"):
            zoo.create("naive_bayes", tokenizer=tokenizer, options=options)
    with pytest.raises(UserError, match=r"unknown task of the family bayes: 'causal_lm'\. Known: text_classifier"):
        zoo.create("naive_bayes", tokenizer=tokenizer, task="causal_lm")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.ci if name == "tree" else pytest.mark.slow) for name in MODELS]
)
def test_exports(name, tmp_path):
    model = MODELS[name]()
    check_export(model, [lambda m: m.classify(TEXTS), lambda m: m.classify(TEXTS, TEXTS[::-1])], tmp_path / "saved")
    report, _ = check_litert(model, tmp_path / "litert")
    check_equal(open_lite_file(report.path).answer(TEXTS), model.classify(TEXTS), "LiteRT")
