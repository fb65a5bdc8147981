import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteLevelBPETokenizer
from langzoo.zoo.export import export_hugging_face
from langzoo.zoo.import_model import import_model
from langzoo.zoo.import_remark import ImportRemark
from safetensors.numpy import load_file

from tests.checks.foreign_folder import WORDS, change_config, change_tensors, write_foreign_folder
from tests.zoo.foreign.foreign_files import llama2c_file, save_checkpoint, write_google_checkpoint

IDS = {"token_ids": np.array([[2, 7, 5, 3]])}


def folder_of(tmp_path, kind, **options):
    return write_foreign_folder(tmp_path / kind, kind, **options)


def weights_of(model):
    return {weight.path: weight.numpy() for weight in model.weights}


def assert_same_weights(one, other):
    one, other = weights_of(one), weights_of(other)
    assert one.keys() == other.keys()
    for path, array in one.items():
        np.testing.assert_array_equal(array, other[path], err_msg=path)


def test_text_through_an_imported_model(tmp_path):
    model = import_model(folder_of(tmp_path, "bert", vocabulary=True))
    assert (model.name, model.task, model.tokenizer.kind) == ("bert", "masked_lm", "wordpiece")
    (places,) = model.fill(["a [MASK] 猫"], count=3)
    assert [len(candidates) for candidates in places] == [3]
    assert {candidate["token"] for candidate in places[0]} <= set(WORDS)


def test_the_file_says_whether_there_is_a_pooler(tmp_path):
    folder = folder_of(tmp_path, "bert_body")
    assert import_model(folder, tokenizer=None).config.pooler == "first_token"
    change_tensors(folder, without="bert.pooler.dense.weight")
    with pytest.raises(UserError, match=r"no place for: bert\.pooler\.dense\.bias \(1 unused\)"):
        import_model(folder, tokenizer=None)
    change_tensors(folder, without="bert.pooler.dense.bias")
    model = import_model(folder, tokenizer=None)
    assert (model.config.pooler, model.task) == (None, "text_encoder")


def test_the_file_says_whether_there_is_a_next_sentence_head(tmp_path):
    """Google's BertForMaskedLM files hold one."""
    folder = folder_of(tmp_path, "bert")
    change_config(folder, architectures=["BertForMaskedLM"])
    assert import_model(folder, tokenizer=None).config.next_sentence
    for name in ("cls.seq_relationship.weight", "cls.seq_relationship.bias", "bert.pooler.dense.weight"):
        change_tensors(folder, without=name)
    change_tensors(folder, without="bert.pooler.dense.bias")
    assert not import_model(folder, tokenizer=None).config.next_sentence


def test_another_task_leaves_out_what_it_is_told_to(tmp_path):
    folder = folder_of(tmp_path, "bert")
    with pytest.raises(UserError, match=r"unused\).*--leave-out 'cls\.\*'"):
        import_model(folder, tokenizer=None, task="text_encoder")
    encoder = import_model(folder, tokenizer=None, task="text_encoder", leave_out=["cls.*"])
    assert encoder(IDS)["embeddings"].shape == (1, 8)
    with pytest.raises(UserError, match=r"lacks a weight of the model: classifier\.weight"):
        import_model(folder, tokenizer=None, task="text_classifier", leave_out=["cls.*"])
    with pytest.raises(UserError, match="causal_lm"):
        import_model(folder, tokenizer=None, task="causal_lm")


def test_labels(tmp_path):
    folder = folder_of(tmp_path, "bert_classifier")
    assert import_model(folder).labels == ("bad", "good")
    change_config(folder, id2label=None)
    assert import_model(folder).labels == ("LABEL_0", "LABEL_1")
    change_config(folder, id2label={"0": "a", "2": "b"})
    with pytest.raises(UserError, match="id2label must name the labels 0, 1, 2"):
        import_model(folder)
    change_config(folder, id2label={"0": "a", "1": "b", "2": "c"})
    with pytest.raises(UserError, match=r"classifier\.weight has shape \(2, 8\), not \(3, 8\)"):
        import_model(folder)


def test_the_token_before_a_target(tmp_path):
    folder = folder_of(tmp_path, "t5")
    change_config(folder, decoder_start_token_id=3)
    assert import_model(folder, tokenizer=None).start_id == 3
    change_config(folder, decoder_start_token_id=None, pad_token_id=2)
    assert import_model(folder, tokenizer=None).start_id == 2
    change_config(folder, decoder_start_token_id=20)
    with pytest.raises(UserError, match="decoder_start_token_id must be a token's id"):
        import_model(folder, tokenizer=None)


def test_the_token_before_a_source(tmp_path):
    folder = folder_of(tmp_path, "t5", vocabulary=True)
    model = import_model(folder)
    assert model.tokenizer.tokens[model.source_start_id] == "[CLS]"
    assert import_model(folder, tokenizer=None).source_start_id is None


def test_sentence_transformers(tmp_path):
    folder = folder_of(tmp_path, "bert_body", vocabulary=True)
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [{"path": path, "type": f"sentence_transformers.models.{kind}"} for path, kind in kinds]
    (folder / "modules.json").write_text(json.dumps(modules[:2]))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 6, "do_lower_case": False}))
    model = import_model(folder)
    assert model.options == {"pooling": "first_token", "normalize": False, "max_length": 6}
    prompts = {"query": "a: ", "document": ""}
    said = folder / "config_sentence_transformers.json"
    said.write_text(json.dumps({"__version__": {}, "prompts": prompts, "default_prompt_name": "query"}))
    prompted = import_model(folder)
    assert prompted.options == {**model.options, "prompts": prompts, "default_prompt_name": "query"}
    np.testing.assert_allclose(prompted.embed(["b c"]), model.embed(["a: b c"]), atol=1e-6)
    export_hugging_face(prompted, folder.parent / "back")
    assert import_model(folder.parent / "back").options == prompted.options
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": "cls", "include_prompt": False}))
    with pytest.raises(UserError, match=r"include_prompt is false, and config_sentence_transformers\.json has prompts"):
        import_model(folder)
    for wrong, message in (
        ({"prompts": ["a"]}, "prompts must be at most 1,000 names with a text each"),
        ({"prompts": {"a": 3}}, "prompts must be at most 1,000 names with a text each"),
        (
            {"prompts": {"a": "b"}, "default_prompt_name": "c"},
            "default_prompt_name is 'c', which is not one of its prom",
        ),
    ):
        said.write_text(json.dumps(wrong))
        with pytest.raises(UserError, match=message):
            import_model(folder)
    said.write_text(json.dumps({"prompts": {"query": ""}, "default_prompt_name": None}))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    assert import_model(folder).options["prompts"] == {"query": ""}
    said.unlink()
    assert model.pack(["a b c d e f g h"])["token_ids"].shape == (1, 6)
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))
    assert import_model(folder).options == {"pooling": "mean", "normalize": True, "max_length": 6}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(UserError, match="pooling_mode_max_tokens switched on; supported"):
        import_model(folder)
    (folder / "modules.json").write_text(json.dumps([modules[0], {**modules[1], "path": "../elsewhere"}]))
    with pytest.raises(UserError, match="not part of this model"):
        import_model(folder)


def test_googles_checkpoint(tmp_path):
    folder = folder_of(tmp_path, "bert", vocabulary=True)
    google = tmp_path / "uncased L-2"
    variables = write_google_checkpoint(google, folder)
    table = variables["bert/embeddings/word_embeddings"]
    save_checkpoint(google / "bert_model.ckpt", {**variables, "bert/embeddings/word_embeddings/adam_m": table})
    model = import_model(google / "bert_model.ckpt")
    assert (model.name, model.tokenizer.options["lowercase"]) == ("uncased_L-2", True)
    assert_same_weights(model, import_model(folder))
    save_checkpoint(google / "bert_model.ckpt", {**variables, "bert/more/kernel": np.ones((2, 2), np.float32)})
    with pytest.raises(UserError, match=r"bert\.more\.weight \(1 unused\)"):
        import_model(google)


def test_openais_checkpoint(tmp_path):
    folder = folder_of(tmp_path, "gpt2")
    variables = {}
    for name, array in load_file(folder / "model.safetensors").items():
        steps = name.removeprefix("transformer.").replace("h.0", "h0").replace("h.1", "h1").split(".")
        last = {"bias": "b", "weight": "g" if "ln" in steps[-2] else "w"}[steps.pop()]
        steps = steps if steps[-1] in ("wte", "wpe") else [*steps, last]
        variables["/".join(["model", *steps])] = array[np.newaxis] if last == "w" and "h" in steps[0] else array
    openai = tmp_path / "117M"
    openai.mkdir()
    save_checkpoint(openai / "model.ckpt", variables)
    hparams = {"n_vocab": 20, "n_ctx": 10, "n_embd": 8, "n_head": 2, "n_layer": 2}
    (openai / "hparams.json").write_text(json.dumps(hparams))
    assert_same_weights(import_model(openai), import_model(folder))


def test_llama2c(tmp_path):
    content, tensors = llama2c_file(0)
    (tmp_path / "stories.bin").write_bytes(content)
    model = import_model(tmp_path / "stories.bin")
    assert (model.name, model.task, model.tokenizer) == ("stories", "causal_lm", None)
    np.testing.assert_array_equal(weights_of(model)["backbone/norm/scale"], tensors["model.norm.weight"])
    assert np.isfinite(model({"token_ids": np.array([[1, 2]])})["logits"]).all()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"hidden_size": None}, "hidden_size is missing"),
        ({"hidden_size": 9}, "hidden_dim"),
        ({"num_attention_heads": 0}, "num_attention_heads"),
        ({"num_hidden_layers": 3}, "lacks a weight of the model: bert.encoder.layer.2"),
        ({"num_hidden_layers": 1}, "(16 unused)"),
        ({"num_hidden_layers": 10**9}, "num_layers must be less than or equal to 10000"),
        ({"num_hidden_layers": 9}, "they do not belong together"),
        ({"vocab_size": 10**9}, "they do not belong together"),
        ({"vocab_size": 21}, "has shape (20, 8), not (21, 8)"),
        ({"intermediate_size": 13}, "(6 of another shape)"),
        ({"hidden_act": "swoosh"}, "hidden_act"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type"),
        ({"model_type": "bertt"}, "the model type 'bertt' is not supported"),
        ({"architectures": ["BertForTokenClassification"]}, "(a label for every token) is not supported"),
    ],
)
def test_configurations_that_do_not_fit(tmp_path, changes, message):
    folder = folder_of(tmp_path, "bert")
    change_config(folder, **changes)
    with pytest.raises(UserError) as error:
        import_model(folder)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("words, message", [([*WORDS, "x"], "21 tokens and the model 20"), (WORDS[1:], r"\[PAD\]")])
def test_a_vocabulary_that_does_not_fit(tmp_path, words, message):
    folder = folder_of(tmp_path, "bert")
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    with pytest.raises(UserError, match=message):
        import_model(folder)


@pytest.mark.parametrize("name", ["bert", "gpt2"])
def test_a_vocabulary_that_is_smaller_than_the_matrix(tmp_path, name):
    """As of ERNIE 1.0: 17,964 lines for 18,000 rows. What has no token is never written."""
    folder = folder_of(tmp_path, name)
    if name == "bert":
        (folder / "vocab.txt").write_text("\n".join(WORDS[:-7]), encoding="utf-8")
        with pytest.warns(ImportRemark, match="has 13 tokens but the model has 20 rows"):
            model = import_model(folder)
        ((words,),) = model.fill([f"{WORDS[6]} [MASK]"], count=13)
        assert sorted(word["token"] for word in words) == sorted(WORDS[:13])
        return
    tokens = [*"abcdefgh", "<|endoftext|>"]
    tokenizer = ByteLevelBPETokenizer(tokens, merges=[])
    with pytest.warns(ImportRemark, match="has 9 tokens but the model has 20 rows"):
        tokenizer.save_assets(tmp_path / "tokenizer")
        model = import_model(folder, tokenizer=tmp_path / "tokenizer")
    found = model.generate(["abc"] * 20, max_tokens=5, decoder="top_p", temperature=5.0, stop=[], seed=1)
    written = "".join(text["text"] for text in found)
    assert set(written) <= set("abcdefgh") and 50 < len(written) <= 100


def test_tied_weights_that_differ(tmp_path):
    folder = folder_of(tmp_path, "bert")
    decoder = {"cls.predictions.decoder.weight": np.zeros((20, 8), np.float32)}
    change_tensors(folder, decoder)
    with pytest.raises(UserError, match=r"cls\.predictions\.decoder\.weight and .* differ"):
        import_model(folder)


@pytest.mark.ci
def test_no_torch_is_needed(tmp_path):
    folder = folder_of(tmp_path, "gpt2")
    script = f"""
import sys
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refused())
from langzoo.zoo.import_model import import_model
print(import_model({str(folder)!r}).count_params())
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(run.stdout) == import_model(folder).count_params()


def data_folder(name):
    folder = Path(os.environ.get("LANGZOO_DATA", "")) / name
    if "LANGZOO_DATA" not in os.environ or not folder.is_dir():
        pytest.skip(f"LANGZOO_DATA names no folder with {name}")
    return folder


@pytest.mark.data
def test_toy_checkpoints_of_others():
    bert = import_model(data_folder("toy_checkpoints") / "keras_bert")
    assert np.isfinite(bert(IDS)["next_sentence_logits"]).all()
    gpt2 = data_folder("toy_checkpoints") / "keras_gpt2"
    with pytest.raises(UserError, match=r"encoder\.json: the ids must run.*--tokenizer none"):
        import_model(gpt2)
    assert np.isfinite(import_model(gpt2, tokenizer=None)(IDS)["logits"]).all()


@pytest.mark.data
def test_stories():
    model = import_model(data_folder("stories260K") / "stories260K.bin")
    assert model.count_params() == 260_032
    (story,) = model.generate(["Once upon a time"], max_tokens=40)
    assert story["text"].startswith(", there was a little girl named Lily. She loved to play outside in the park.")
