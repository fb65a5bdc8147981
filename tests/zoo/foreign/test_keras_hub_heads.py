"""Models of KerasHub with a head, made by it, are ours after an import; and ours are KerasHub's after an export."""

import json
import shutil

import keras_hub
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.export_hugging_face import export_hugging_face
from langzoo.zoo.foreign.export_keras_hub import export_keras_hub, hub_outputs
from langzoo.zoo.foreign.keras_hub_source import read_head_options
from langzoo.zoo.import_model import import_model
from langzoo.zoo.import_remark import ImportRemark

SIZES = {"num_layers": 1, "hidden_dim": 16, "intermediate_dim": 24, "num_heads": 2}
SIZES |= {"vocabulary_size": 21, "max_sequence_length": 12}
HEADS = {
    "BertTextClassifier": "text_classifier",
    "DistilBertTextClassifier": "text_classifier",
    "RobertaTextClassifier": "text_classifier",
    "RobertaMaskedLM": "masked_lm",
    "BertMaskedLM": "masked_lm",
    "DistilBertMaskedLM": "masked_lm",
}
MASKED = {"head_activation": "gelu", "head_norm_epsilon": 1e-5}
NAMES = {"Bert": "bert_nano", "DistilBert": "distilbert_tiny", "Roberta": "roberta_tiny"}


def random_weights(model, scale=0.3):
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.normal(0, scale, weight.shape))


def family_of(name):
    return name.removesuffix("TextClassifier").removesuffix("MaskedLM")


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A folder that KerasHub has written, and the model in it."""
    made = {}

    def of(name):
        if name not in made:
            backbone = getattr(keras_hub.models, f"{family_of(name)}Backbone")(**SIZES)
            options = {"num_classes": 3, "dropout": 0.2} if name.endswith("Classifier") else {}
            model = getattr(keras_hub.models, name)(backbone=backbone, preprocessor=None, **options)
            random_weights(model)
            folder = tmp_path_factory.mktemp("presets") / name
            model.save_to_preset(str(folder))
            made[name] = folder, model
        return made[name]

    return of


def both(theirs, model):
    """What KerasHub's model and ours give."""
    random, length = np.random.default_rng(1), 9
    ids = random.integers(5, model.config.vocabulary_size, (3, length))
    mask = (np.arange(length) < np.array([[9], [6], [2]])).astype("int32")
    inputs = {"token_ids": ids, "segment_ids": np.zeros_like(ids), "padding_mask": mask}
    found, ours = hub_outputs(theirs, inputs, task=model.task), model({**inputs, "padding_mask": mask.astype(bool)})
    counts = mask.astype(bool) if model.task == "masked_lm" else slice(None)
    return found[counts], np.asarray(ours["logits"])[counts]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.ci) if name == "DistilBertMaskedLM" else name for name in HEADS]
)
def test_an_imported_head(name, preset):
    folder, theirs = preset(name)
    model = import_model(folder)
    assert model.task == HEADS[name]
    found, ours = both(theirs, model)
    np.testing.assert_allclose(ours, found, atol=1e-5)
    assert np.ptp(found) > 0.5
    if name.endswith("Classifier"):
        assert model.labels == ("LABEL_0", "LABEL_1", "LABEL_2")
        assert model.problem_type == "single_label_classification"


# One by default: each takes seconds, since KerasHub writes and reads it.
@pytest.mark.parametrize(
    "name", [name if name == "RobertaMaskedLM" else pytest.param(name, marks=pytest.mark.ci) for name in HEADS]
)
def test_an_exported_head(name, tmp_path):
    task = HEADS[name]
    changes = {"activation": "gelu_approximate", "next_sentence": False} if name.startswith("Bert") else {}
    options = {"labels": ["a", "b", "猫"]} if task == "text_classifier" else MASKED
    model = zoo.create(NAMES[family_of(name)], task=task, vocabulary_size=50, num_layers=1, options=options, **changes)
    random_weights(model, 0.1)
    assert export_keras_hub(model, tmp_path / "preset").largest_difference < 1e-4
    theirs = getattr(keras_hub.models, name).from_preset(str(tmp_path / "preset"), preprocessor=None)
    found, ours = both(theirs, model)
    np.testing.assert_allclose(found, ours, atol=1e-4)


def test_heads_that_are_otherwise_there(tmp_path):
    tanh = {"activation": "gelu_approximate"}
    for name, task, changes, message in (
        ("bert_nano", "masked_lm", {**tanh, "next_sentence": False}, "BertMaskedLM has head_activation 'gelu', this"),
        ("distilbert_tiny", "masked_lm", {}, "DistilBertMaskedLM has head_norm_epsilon 1e-05, this model 1e-12"),
        ("roberta_tiny", "token_tagger", {}, "RobertaBackbone is a .*, but this model is a token_tagger, whose head"),
        ("electra_tiny", "replaced_token_detector", tanh, "ElectraBackbone is a text_encoder, but this model is a rep"),
    ):
        with pytest.raises(UserError, match=f"KerasHub's {message}") as error:
            export_keras_hub(zoo.create(name, task=task, **changes), tmp_path / "preset")
        assert "\n" not in str(error.value) and not (tmp_path / "preset").exists()


def test_transformers_has_no_such_masked_head(tmp_path):
    model = zoo.create("distilbert_tiny", task="masked_lm", options=MASKED)
    with pytest.raises(UserError, match=r"transformers has no masked_lm with this model's options: .*1e-05"):
        export_hugging_face(model, tmp_path / "folder")


def test_a_head_that_is_not_ours_is_told(preset, tmp_path):
    folder = shutil.copytree(preset("RobertaTextClassifier")[0], tmp_path / "preset")
    values = json.loads((folder / "task.json").read_text())
    (folder / "task.json").write_text(json.dumps({**values, "class_name": "RobertaSpanPicker"}))
    with pytest.warns(ImportRemark, match="the head of a 'RobertaSpanPicker', is left out; heads that are read: Rob"):
        assert import_model(folder).task == "text_encoder"


def test_the_pooling_of_an_embedder(tmp_path):
    def options(**config):
        (tmp_path / "task.json").write_text(json.dumps({"class_name": "BertTextEmbedder", "config": config}))
        return read_head_options(tmp_path, task="text_encoder")

    assert options(pooling_mode="cls", normalize=False) == {"pooling": "first_token", "normalize": False}
    with pytest.raises(UserError, match=r"task\.json, config: pooling_mode is 'max'; supported: 'mean' or 'cls'"):
        options(pooling_mode="max")


@pytest.mark.ci
@pytest.mark.parametrize("options", [{}, {"pooling_mode": "cls", "normalize": False}])
def test_an_imported_embedder(options, tmp_path):
    backbone = keras_hub.models.BertBackbone(**SIZES)
    theirs = keras_hub.models.BertTextEmbedder(backbone=backbone, preprocessor=None, **options)
    random_weights(theirs)
    theirs.save_to_preset(str(tmp_path / "preset"))
    model = import_model(tmp_path / "preset")
    mask = np.arange(9) < np.array([[9], [6], [2]])
    ids = np.random.default_rng(1).integers(5, 21, mask.shape)
    inputs = {"token_ids": ids, "segment_ids": np.zeros_like(ids)}
    found = theirs({**inputs, "padding_mask": mask.astype("int32")})
    np.testing.assert_allclose(model({**inputs, "padding_mask": mask})["embeddings"], found, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_classes": 10**9}, "task.json asks for 1,000,000,000 classes, more than its weights hold"),
        ({"num_classes": 4}, "task.weights.h5 does not hold the weights of its config.json"),
        ({"hidden_dim": 8}, "task.json, config: hidden_dim is 8; supported: 16"),
        ({"activation": "tanh"}, "task.json, config: activation is 'tanh'; supported"),
    ],
)
def test_a_head_that_cannot_be(changes, message, preset, tmp_path):
    folder = shutil.copytree(preset("RobertaTextClassifier")[0], tmp_path / "preset")
    values = json.loads((folder / "task.json").read_text())
    (folder / "task.json").write_text(json.dumps({**values, "config": {**values["config"], **changes}}))
    with pytest.raises(UserError) as error:
        import_model(folder)
    assert message in str(error.value) and "\n" not in str(error.value)
