import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.export import export_hugging_face
from langzoo.zoo.foreign.foreign_classifier import classifier_keys, classifier_options
from langzoo.zoo.import_model import import_model

from tests.checks.foreign_folder import change_config

IDENTITY, SIGMOID = "torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Sigmoid"
ONE, TWO = {"id2label": {"0": "a"}}, {"id2label": {"0": "a", "1": "b"}}
SINGLE, MULTI, REGRESSION = "single_label_classification", "multi_label_classification", "regression"


@pytest.mark.parametrize(
    ("values", "kind", "activation"),
    [
        (TWO, SINGLE, None),
        ({**TWO, "problem_type": None}, SINGLE, None),
        ({**TWO, "problem_type": MULTI}, MULTI, None),
        ({**ONE, "problem_type": MULTI}, MULTI, None),
        ({**TWO, "problem_type": REGRESSION}, REGRESSION, "identity"),
        (ONE, REGRESSION, "identity"),
        ({**ONE, "problem_type": REGRESSION}, REGRESSION, "identity"),
        ({**ONE, "problem_type": SINGLE}, REGRESSION, "sigmoid"),
        # Cross-encoders of sentence-transformers, before version 4 and since.
        ({**ONE, "sbert_ce_default_activation_function": IDENTITY}, REGRESSION, "identity"),
        ({**ONE, "sbert_ce_default_activation_function": SIGMOID}, REGRESSION, "sigmoid"),
        ({**ONE, "sentence_transformers": {"activation_fn": SIGMOID, "version": "4.0.1"}}, REGRESSION, "sigmoid"),
        (
            {
                **ONE,
                "sentence_transformers": {"activation_fn": IDENTITY},
                "sbert_ce_default_activation_function": SIGMOID,
            },
            REGRESSION,
            "identity",
        ),
        ({**ONE, "sentence_transformers": {"version": "4.0.1"}}, REGRESSION, "identity"),
        ({**TWO, "sentence_transformers": {"activation_fn": SIGMOID}}, MULTI, None),
        ({**TWO, "sbert_ce_default_activation_function": IDENTITY}, SINGLE, None),
    ],
)
def test_what_a_file_says_of_its_logits(values, kind, activation):
    options = classifier_options(values, {})
    assert (options["problem_type"], options.get("activation")) == (kind, activation)
    written = classifier_keys(options)
    assert classifier_options(written, {}) == options
    assert written["id2label"] == values["id2label"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**ONE, "problem_type": "ranking"}, "problem_type is 'ranking'; supported: single_label"),
        ({**ONE, "sbert_ce_default_activation_function": "torch.nn.Tanh"}, r"activation_function is 'torch\.nn\.Tanh'"),
        ({**ONE, "sentence_transformers": {"activation_fn": "x.Softplus"}}, r"sentence_transformers\.activation_fn is"),
    ],
)
def test_what_is_not_read(values, message):
    with pytest.raises(UserError, match=message):
        classifier_options(values, {})


@pytest.mark.parametrize("family", ["bert_nano", "roberta_tiny", "distilbert_tiny", "electra_tiny"])
@pytest.mark.parametrize(
    "options",
    [
        {"labels": ["a"], "problem_type": REGRESSION, "activation": "sigmoid"},
        {"labels": ["a"], "problem_type": REGRESSION, "activation": "identity"},
        {"labels": ["a", "b", "c"], "problem_type": MULTI},
    ],
)
def test_there_and_back(family, options, tmp_path):
    model = zoo.create(family, task="text_classifier", options=options, vocabulary_size=30)
    export_hugging_face(model, tmp_path / "out")
    again = import_model(tmp_path / "out", tokenizer=None)
    assert again.options == options
    ids = {"token_ids": np.array([[2, 7, 5, 3]])}
    np.testing.assert_array_equal(again(ids)["logits"], model(ids)["logits"])


def test_an_export_that_was_edited(tmp_path):
    model = zoo.create("bert_nano", task="text_classifier", options={"labels": ["a"]}, vocabulary_size=30)
    export_hugging_face(model, tmp_path / "out")
    change_config(tmp_path / "out", sentence_transformers={"activation_fn": SIGMOID})
    assert import_model(tmp_path / "out", tokenizer=None).activation == "sigmoid"
