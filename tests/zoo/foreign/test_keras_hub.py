"""Presets of KerasHub: what its own backbones and tokenizers give, made here, is what ours give; and back."""

import io
import json
import shutil
import subprocess
import sys
from types import SimpleNamespace

import h5py
import keras_hub
import langzoo.zoo as zoo
import numpy as np
import pytest
import sentencepiece
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteLevelBPETokenizer, SentencePieceTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.zoo.foreign.export_keras_hub import export_keras_hub
from langzoo.zoo.foreign.keras_hub_tokenizer import find_keras_hub_tokenizer
from langzoo.zoo.import_model import import_model
from langzoo.zoo.import_run import import_run

SIZES = {"num_layers": 2, "hidden_dim": 16, "intermediate_dim": 24}
NARROW = {**SIZES, "num_heads": 2, "max_sequence_length": 12}
ENCODER = {**NARROW, "vocabulary_size": 21}
DECODER = {**SIZES, "vocabulary_size": 21, "num_query_heads": 4, "num_key_value_heads": 2}
PRESETS = {
    "BertBackbone": {**ENCODER, "num_segments": 3},
    "DistilBertBackbone": ENCODER,
    "RobertaBackbone": ENCODER,
    "ElectraBackbone": {**NARROW, "vocab_size": 21, "embedding_dim": 8, "num_segments": 3},
    "GPT2Backbone": ENCODER,
    "LlamaBackbone": {**DECODER, "rope_max_wavelength": 500, "layer_norm_epsilon": 1e-5},
    "MistralBackbone": {**DECODER, "sliding_window": 3, "head_dim": 8},
}
NAMES = {
    "BertBackbone": "bert_nano",
    "DistilBertBackbone": "distilbert_tiny",
    "ElectraBackbone": "electra_tiny",
    "GPT2Backbone": "gpt2_tiny",
    "LlamaBackbone": "llama_tiny",
}
TEXTS = ["the cat's Café, 猫!", "  The  [MASK] sat\n\ton 42 mats.", "", "naïve"]


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A folder that KerasHub has written, and the backbone in it."""
    made = {}

    def of(name):
        if name not in made:
            backbone = getattr(keras_hub.models, name)(**PRESETS[name])
            random = np.random.default_rng(0)
            for weight in backbone.weights:
                weight.assign(random.normal(0, 0.3, weight.shape))
            folder = tmp_path_factory.mktemp("presets") / name
            backbone.save_to_preset(str(folder))
            made[name] = folder, backbone
        return made[name]

    return of


@pytest.fixture
def damaged(preset, tmp_path):
    """A copy of a preset, to be changed."""
    return shutil.copytree(preset("GPT2Backbone")[0], tmp_path / "preset")


def outputs(backbone, model, inputs):
    """What KerasHub's backbone gives, and what the model gives: logits, or an encoder's vectors."""
    inputs = {name: array for name, array in inputs.items() if name in backbone.input}
    theirs, ours = backbone(inputs), model({**inputs, "padding_mask": inputs["padding_mask"].astype(bool)})
    theirs = theirs["sequence_output"] if isinstance(theirs, dict) else theirs
    if model.task == "causal_lm":
        return np.asarray(backbone.token_embedding(theirs, reverse=True)), np.asarray(ours["logits"])
    return np.asarray(theirs), np.asarray(ours["hidden_states"])


def some_inputs(vocabulary_size, num_segments=1):
    random = np.random.default_rng(1)
    ids = random.integers(0, vocabulary_size, (3, 9))
    mask = (np.arange(9) < np.array([[9], [6], [1]])).astype("int32")
    segments = random.integers(0, num_segments, (3, 9))
    return {"token_ids": ids, "segment_ids": segments, "padding_mask": mask}


@pytest.mark.parametrize("name", PRESETS)
def test_an_imported_preset_gives_the_numbers_of_keras_hub(preset, name, tmp_path):
    folder, backbone = preset(name)
    import_run(folder, tmp_path / "run")
    model = zoo.load(tmp_path / "run")
    inputs = some_inputs(21, PRESETS[name].get("num_segments", 1))
    theirs, ours = outputs(backbone, model, inputs)
    counts = inputs["padding_mask"].astype(bool)
    np.testing.assert_allclose(ours[counts], theirs[counts], atol=1e-5)
    assert np.ptp(theirs) > 1


def test_a_berts_pooler_comes_along(preset):
    folder, backbone = preset("BertBackbone")
    model = import_model(folder, task="text_encoder")
    kernel = next(weight for weight in model.weights if weight.path == "pooler/dense/kernel")
    assert np.array_equal(kernel, backbone.pooled_dense.kernel)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.ci) if name == "ElectraBackbone" else name for name in NAMES]
)
def test_an_exported_preset_gives_the_numbers_of_the_model(name, tmp_path):
    task = "causal_lm" if name in ("GPT2Backbone", "LlamaBackbone") else "text_encoder"
    changes = {"activation": "gelu_approximate"} if name in ("BertBackbone", "ElectraBackbone") else {}
    changes |= {"next_sentence": False} if name == "BertBackbone" else {}
    model = zoo.create(NAMES[name], task=task, vocabulary_size=50, **changes)
    report = export_keras_hub(model, tmp_path / "preset")
    assert report.largest_difference < 1e-5
    backbone = keras_hub.models.Backbone.from_preset(str(tmp_path / "preset"))
    assert type(backbone).__name__ == name
    theirs, ours = outputs(backbone, model, some_inputs(50))
    counts = some_inputs(50)["padding_mask"].astype(bool)
    np.testing.assert_allclose(ours[counts], theirs[counts], atol=1e-5)
    again = import_model(tmp_path / "preset")
    assert all(np.array_equal(a, b) for a, b in zip(model.weights, again.weights, strict=True))


def words(tokenizer):
    """What KerasHub's tokenizer makes of the texts."""
    return [list(map(int, tokenizer(text))) for text in TEXTS]


def split(tokenizer):
    """What ours makes of them."""
    return [list(map(int, tokenizer.tokenize(text))) for text in TEXTS]


def exported(tokenizer, name, folder):
    """The tokenizer of an exported model as KerasHub opens it, with our method."""
    task = "text_encoder" if "bert" in name else "causal_lm"
    changes = {"next_sentence": False, "activation": "gelu_approximate"} if "bert" in name else {}
    export_keras_hub(zoo.create(name, tokenizer=tokenizer, task=task, **changes), folder / "exported")
    theirs = keras_hub.models.Tokenizer.from_preset(str(folder / "exported"))
    return SimpleNamespace(tokenize=theirs)


def byte_alphabet():
    """The characters that stand for bytes in GPT-2's vocabulary, of which those that print stand for themselves."""
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return list(map(chr, [*printed, *range(256, 256 + 256 - len(printed))]))


@pytest.mark.parametrize("lowercase", [True, False])
def test_word_pieces_both_ways(tmp_path, lowercase):
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "The", "cat", "'", "s", "##s", "caf", "##é", "##e"]
    pieces += ["sat", "on", "4", "##2", "mat", ".", "猫", "!"]
    tokenizer = keras_hub.models.BertTokenizer(
        vocabulary=pieces, lowercase=lowercase, strip_accents=False, special_tokens_in_strings=True
    )
    tokenizer.save_to_preset(str(tmp_path))
    ours = find_keras_hub_tokenizer(tmp_path, family="bert", rows=32_000)
    assert isinstance(ours, WordPieceTokenizer)
    assert ours.vocabulary == pieces
    assert split(ours) == words(tokenizer)
    assert split(exported(ours, "bert_nano", tmp_path)) == split(ours)


def test_byte_pairs_both_ways(tmp_path):
    merges = ["t h", "th e", "c a", "ca t", "Ġ the", "Ġ s", "Ã ©"]
    tokens = [*byte_alphabet(), *(merge.replace(" ", "") for merge in merges), "<|endoftext|>"]
    tokenizer = keras_hub.models.GPT2Tokenizer(
        vocabulary={token: index for index, token in enumerate(tokens)}, merges=merges
    )
    tokenizer.save_to_preset(str(tmp_path))
    ours = find_keras_hub_tokenizer(tmp_path, family="gpt2", rows=32_000)
    assert isinstance(ours, ByteLevelBPETokenizer)
    assert (ours.vocabulary, ours.merges) == (tokens, merges)
    assert split(ours) == words(tokenizer)
    assert split(exported(ours, "gpt2_tiny", tmp_path)) == split(ours)


def test_sentence_pieces_both_ways(tmp_path):
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the cat sat on the mat", "a naïve cat 猫"] * 30),
        model_writer=file,
        vocab_size=40,
        hard_vocab_limit=False,
        byte_fallback=False,
        minloglevel=2,
    )
    tokenizer = keras_hub.models.LlamaTokenizer(proto=file.getvalue())
    tokenizer.save_to_preset(str(tmp_path))
    ours = find_keras_hub_tokenizer(tmp_path, family="llama", rows=32_000)
    assert isinstance(ours, SentencePieceTokenizer)
    assert split(ours) == words(tokenizer)
    assert split(exported(ours, "llama_tiny", tmp_path)) == split(ours)


def test_a_tokenizer_that_it_does_not_have_is_left_out_and_told(tmp_path):
    model = zoo.create("gpt2_tiny", tokenizer=WordTokenizer(["<unk>", "<eos>", "the"]))
    lines = []
    export_keras_hub(model, tmp_path / "preset", progress=lines.append)
    assert any(line.startswith("the tokenizer is left out: GPT2Tokenizer of KerasHub has no") for line in lines)
    assert not (tmp_path / "preset" / "tokenizer.json").exists()


@pytest.mark.parametrize(
    ("name", "task", "changes", "message"),
    [
        ("bert_nano", "text_encoder", {"next_sentence": False}, "KerasHub's BertBackbone has activation"),
        ("gpt2_tiny", "causal_lm", {"use_bias": False}, "KerasHub's GPT2Backbone has use_bias True"),
        ("llama_tiny", "causal_lm", {"tie_embeddings": True}, "has tie_embeddings False, this model True"),
        ("distilbert_tiny", "masked_lm", {}, "KerasHub's DistilBertMaskedLM has head_norm_epsilon 1e-05, this"),
        ("lstm_tiny", "causal_lm", {}, "KerasHub has no lstm that is known here; it has bert, distilbert, electra, "),
    ],
)
def test_a_model_that_it_does_not_have(name, task, changes, message, tmp_path):
    with pytest.raises(UserError, match=message):
        export_keras_hub(zoo.create(name, task=task, vocabulary_size=20, **changes), tmp_path / "preset")
    assert not (tmp_path / "preset").exists()


def changed(folder, **changes):
    path = folder / "config.json"
    values = json.loads(path.read_text())
    values["config"] |= changes.pop("config", {})
    path.write_text(json.dumps({**values, **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class_name": "GemmaBackbone"}, "'GemmaBackbone'.*BertBackbone"),
        ({"class_name": 3}, "class_name must be the name of a backbone"),
        ({"config": {"num_layers": 10**6}}, "num_layers"),
        ({"config": {"vocabulary_size": 10**9}}, "the configuration needs .* but .* has"),
        ({"config": {"hidden_dim": 32}}, "does not hold the weights of its config.json|the configuration needs"),
        ({"config": {"num_heads": "2"}}, "num_heads is '2'; supported: a whole number"),
        ({"config": {"flash": True}}, "unknown key 'flash'"),
    ],
)
def test_a_configuration_that_cannot_be(damaged, changes, message):
    changed(damaged, **changes)
    with pytest.raises(UserError, match=message) as caught:
        import_model(damaged, tokenizer=None)
    assert "\n" not in str(caught.value)


def test_another_class_is_never_imported(damaged):
    changed(damaged, module="os", registered_name="os>system")
    assert import_model(damaged, tokenizer=None).config.family == "gpt2"


def compressed(file):
    file.create_dataset("bomb", data=np.zeros(10**6, np.float32), compression="gzip")


def unwritten(file):
    file.create_dataset("bomb", shape=(10**12,), dtype="float32")


def outside(file):
    file["bomb"] = h5py.ExternalLink("/etc/passwd", "/x")


def external(file):
    file.create_dataset("bomb", shape=(4,), dtype="uint8", external=[("/etc/passwd", 0, 4)])


def text(file):
    file["bomb"] = "text"


@pytest.mark.parametrize("change", [compressed, unwritten, outside, external, text])
def test_a_file_that_holds_other_than_numbers(damaged, change):
    with h5py.File(damaged / "model.weights.h5", "a") as file:
        change(file)
    with pytest.raises(UserError, match=r"model\.weights\.h5: 'bomb'") as caught:
        import_model(damaged, tokenizer=None)
    assert "\n" not in str(caught.value)


def test_damaged_files(damaged):
    path = damaged / "model.weights.h5"
    data = path.read_bytes()
    for broken in (b"", data[:100], data[: len(data) // 2], data[:-8], b"\x00" * 100 + data[100:]):
        path.write_bytes(broken)
        with pytest.raises(UserError, match=r"model\.weights\.h5") as caught:
            import_model(damaged, tokenizer=None)
        assert "\n" not in str(caught.value)
    path.unlink()
    (damaged / "model.weights.json").write_text("{}")
    with pytest.raises(UserError, match="several files"):
        import_model(damaged, tokenizer=None)


def test_a_head_that_a_backbone_has_not(preset):
    with pytest.raises(UserError, match="the source lacks a weight of the model: mlm_head/"):
        import_model(preset("BertBackbone")[0], task="masked_lm")
    with pytest.raises(UserError, match="KerasHub's ElectraBackbone alone is a text_encoder, without a head"):
        import_model(preset("ElectraBackbone")[0], task="masked_lm")


def test_langzoo_does_not_import_keras_hub():
    modules = "langzoo.zoo.import_model, langzoo.zoo.foreign.export_keras_hub"
    code = f"import sys, {modules}; assert 'keras_hub' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
