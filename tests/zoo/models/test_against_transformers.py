"""Every family against transformers: random small models of theirs, read by us, and written back for them."""

import numpy as np
import pytest
from langzoo.zoo.export import export_hugging_face
from langzoo.zoo.import_model import import_model

pytestmark = pytest.mark.slow
transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

SHAPES = [[1], [7], [9, 4], [3, 12, 1]]
"""Batches, as the lengths of their rows."""

ENCODER = {
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "max_position_embeddings": 20,
}
DISTILBERT = {"vocab_size": 50, "dim": 24, "n_layers": 3, "n_heads": 4, "hidden_dim": 40, "max_position_embeddings": 20}
GPT2 = {"vocab_size": 50, "n_embd": 24, "n_layer": 3, "n_head": 4, "n_positions": 20, "n_inner": 40}
LLAMA = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 40,
    "max_position_embeddings": 20,
}
T5 = {"vocab_size": 50, "d_model": 24, "d_kv": 5, "d_ff": 40, "num_layers": 2, "num_decoder_layers": 3, "num_heads": 4}
START = {"decoder_start_token_id": 0}
LABELS = {"id2label": {0: "no", 1: "yes", 2: "perhaps"}, "label2id": {"no": 0, "yes": 1, "perhaps": 2}}
SPAN_LOGITS = ("start_logits", "end_logits")
ROBERTA = {**ENCODER, "type_vocab_size": 1, "max_position_embeddings": 22, "pad_token_id": 1, "layer_norm_eps": 1e-5}


def rope(kind, **numbers):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 500.0, "factor": 4.0, **numbers}}


def original(length):
    return {"original_max_position_embeddings": length}


CASES = {
    "bert_pretraining": ("Bert", "ForPreTraining", ENCODER),
    "bert_masked": ("Bert", "ForMaskedLM", {**ENCODER, "hidden_act": "gelu_new", "layer_norm_eps": 1e-3}),
    "bert_body": ("Bert", "Model", {**ENCODER, "hidden_act": "relu", "type_vocab_size": 3}),
    "bert_classifier": ("Bert", "ForSequenceClassification", {**ENCODER, **LABELS}),
    "bert_answers": ("Bert", "ForQuestionAnswering", ENCODER),
    "roberta_masked": ("Roberta", "ForMaskedLM", {**ROBERTA, "hidden_act": "relu"}),
    "roberta_body": ("Roberta", "Model", ROBERTA),
    "roberta_classifier": ("Roberta", "ForSequenceClassification", {**ROBERTA, **LABELS}),
    "roberta_answers": ("Roberta", "ForQuestionAnswering", ROBERTA),
    "distilbert_masked": ("DistilBert", "ForMaskedLM", {**DISTILBERT, "activation": "relu"}),
    "distilbert_body": ("DistilBert", "Model", DISTILBERT),
    "distilbert_classifier": ("DistilBert", "ForSequenceClassification", {**DISTILBERT, **LABELS}),
    "distilbert_answers": ("DistilBert", "ForQuestionAnswering", DISTILBERT),
    "electra_discriminator": ("Electra", "ForPreTraining", {**ENCODER, "embedding_size": 12, "hidden_act": "relu"}),
    "electra_equal_widths": ("Electra", "ForPreTraining", {**ENCODER, "embedding_size": 24}),
    "electra_generator": ("Electra", "ForMaskedLM", {**ENCODER, "embedding_size": 12, "hidden_act": "relu"}),
    "electra_body": ("Electra", "Model", {**ENCODER, "embedding_size": 12}),
    "electra_classifier": ("Electra", "ForSequenceClassification", {**ENCODER, "embedding_size": 12, **LABELS}),
    "electra_answers": ("Electra", "ForQuestionAnswering", {**ENCODER, "embedding_size": 12}),
    "gpt2": ("GPT2", "LMHeadModel", GPT2),
    "gpt2_exact_gelu": ("GPT2", "LMHeadModel", {**GPT2, "activation_function": "gelu", "n_inner": None}),
    "llama": ("Llama", "ForCausalLM", LLAMA),
    "llama_tied": ("Llama", "ForCausalLM", {**LLAMA, "tie_word_embeddings": True, "num_key_value_heads": 4}),
    "llama_wide_heads": ("Llama", "ForCausalLM", {**LLAMA, "head_dim": 10, "num_key_value_heads": 1}),
    "llama_linear": ("Llama", "ForCausalLM", {**LLAMA, **rope("linear")}),
    "llama_llama3": (
        "Llama",
        "ForCausalLM",
        {**LLAMA, **rope("llama3", low_freq_factor=1.0, high_freq_factor=4.0, **original(8))},
    ),
    "llama_yarn": ("Llama", "ForCausalLM", {**LLAMA, **rope("yarn", **original(5))}),
    "mistral": ("Mistral", "ForCausalLM", {**LLAMA, "sliding_window": 4}),
    "mistral_open": ("Mistral", "ForCausalLM", {**LLAMA, "sliding_window": None}),
    "t5": ("T5", "ForConditionalGeneration", {**T5, **START}),
    "t5_near_buckets": (
        "T5",
        "ForConditionalGeneration",
        {**T5, "relative_attention_num_buckets": 8, "relative_attention_max_distance": 10, **START},
    ),
    "t5_v1_1": (
        "T5",
        "ForConditionalGeneration",
        {**T5, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, **START},
    ),
}


def random_model(family, head, settings):
    """A model of theirs; no weight of it is zero, one, or like another."""
    torch.manual_seed(1)
    config = getattr(transformers, f"{family}Config")(**settings, attn_implementation="eager")
    model = getattr(transformers, family + head)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model


def batch(lengths, seed=0):
    """Ids without special ones, and a mask; rows are filled up with padding on the right."""
    ids = np.random.default_rng(seed).integers(5, 50, (len(lengths), max(lengths)))
    mask = np.arange(max(lengths)) < np.array(lengths)[:, np.newaxis]
    return np.where(mask, ids, 1).astype(np.int32), mask


def theirs(model, lengths):
    """What transformers computes: name -> array."""
    ids, mask = batch(lengths)
    inputs = {"input_ids": torch.tensor(ids).long(), "attention_mask": torch.tensor(mask).long()}
    if getattr(model.config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = torch.tensor(segments(ids)).long()
    if model.config.model_type == "t5":
        inputs["decoder_input_ids"] = torch.tensor(batch([5] * len(lengths), seed=1)[0]).long()
    with torch.no_grad():
        out = model(**inputs, output_hidden_states=True)
    states = out.get("decoder_hidden_states") or out.hidden_states
    found = {"hidden_states": states[-1]}
    for name in (
        "logits",
        "prediction_logits",
        "seq_relationship_logits",
        "pooler_output",
        "start_logits",
        "end_logits",
    ):
        if out.get(name) is not None:
            found[name] = out[name]
    return {name: array.numpy() for name, array in found.items()}


def segments(ids):
    return np.broadcast_to(np.arange(ids.shape[1]) % 2, ids.shape).astype(np.int32)


def ours(model, lengths):
    """The same of our model, under the same names."""
    ids, mask = batch(lengths)
    inputs = {"token_ids": ids, "padding_mask": mask, "segment_ids": segments(ids)}
    if model.task == "seq2seq_lm":
        inputs = {"source_ids": ids, "source_mask": mask, "token_ids": batch([5] * len(lengths), seed=1)[0]}
        hidden = model.hidden_states(inputs)["hidden_states"]
    elif model.task == "causal_lm":
        inputs.pop("segment_ids")
        hidden = model.hidden_states(inputs)["hidden_states"]
    else:
        hidden = model.encode(inputs)["hidden_states"]
    out = model(inputs)
    found = {"hidden_states": hidden}
    if "next_sentence_logits" in out:
        found |= {"prediction_logits": out["logits"], "seq_relationship_logits": out["next_sentence_logits"]}
    elif "logits" in out:
        found["logits"] = out["logits"]
    found |= {name: out[name] for name in SPAN_LOGITS if name in out}
    if model.task == "text_encoder" and model.pooler is not None:
        found["pooler_output"] = model.pooler(hidden)
    return {name: array.numpy() for name, array in found.items()}


def assert_alike(one, other, lengths):
    """To 1e-4 wherever there is no padding; encoder-decoders have none in their targets."""
    assert one.keys() == other.keys()
    for name, expected in one.items():
        got = other[name]
        assert got.shape == expected.shape, name
        if expected.ndim >= 2 and expected.shape[1] == max(lengths) and name != "seq_relationship_logits":
            mask = batch(lengths)[1]
            got, expected = got[mask], expected[mask]
        np.testing.assert_allclose(got, expected, atol=1e-4, rtol=1e-4, err_msg=f"{name}, lengths {lengths}")


@pytest.mark.parametrize("case", CASES)
def test_logits_and_hidden_states_there_and_back(case, tmp_path):
    reference = random_model(*CASES[case])
    reference.save_pretrained(tmp_path / "theirs")
    model = import_model(tmp_path / "theirs", tokenizer=None)
    export_hugging_face(model, tmp_path / "ours")
    again = type(reference).from_pretrained(tmp_path / "ours", attn_implementation="eager").eval()
    for lengths in SHAPES:
        expected = theirs(reference, lengths)
        assert_alike(expected, ours(model, lengths), lengths)
        assert_alike(expected, theirs(again, lengths), lengths)


@pytest.mark.parametrize("family", ["Roberta", "XLMRoberta", "Camembert"])
def test_a_padding_token_in_a_text_takes_no_position(family, tmp_path):
    """As somebody may write `<pad>`: it is attended to, and what follows it stands one place before its own."""
    reference = random_model(family, "Model", ROBERTA)
    reference.save_pretrained(tmp_path / "theirs")
    model = import_model(tmp_path / "theirs", tokenizer=None)
    ids, mask = batch([9, 6])
    ids[:, 3] = ids[0, 4] = 1
    inputs = {"input_ids": torch.tensor(ids).long(), "attention_mask": torch.tensor(mask).long()}
    with torch.no_grad():
        expected = reference(**inputs).last_hidden_state.numpy()
    found = model.encode({"token_ids": ids, "padding_mask": mask})["hidden_states"].numpy()
    np.testing.assert_allclose(found[mask], expected[mask], atol=1e-4, rtol=1e-4)
    model.config = model.backbone.config = model.config.variant(padding_id=None)
    other = model.encode({"token_ids": ids, "padding_mask": mask})["hidden_states"].numpy()
    assert np.abs(other[mask] - expected[mask]).max() > 0.1


def test_an_output_matrix_of_its_own_goes_there_and_back(tmp_path):
    """transformers 5 ties T5's unless both matrices are in the file; so does not what was published."""
    from safetensors.numpy import load_file, save_file

    random_model(*CASES["t5_v1_1"]).save_pretrained(tmp_path / "theirs")
    weights = load_file(tmp_path / "theirs" / "model.safetensors")
    weights["lm_head.weight"] = np.random.default_rng(0).normal(0, 0.2, (50, 24)).astype(np.float32)
    save_file(weights, tmp_path / "theirs" / "model.safetensors", {"format": "pt"})
    load = transformers.T5ForConditionalGeneration.from_pretrained
    reference = load(tmp_path / "theirs").eval()
    model = import_model(tmp_path / "theirs", tokenizer=None)
    export_hugging_face(model, tmp_path / "ours")
    expected = theirs(reference, [9, 4])
    assert_alike(expected, ours(model, [9, 4]), [9, 4])
    assert_alike(expected, theirs(load(tmp_path / "ours").eval(), [9, 4]), [9, 4])


def test_auto_classes_find_the_model(tmp_path):
    reference = random_model(*CASES["bert_classifier"])
    reference.save_pretrained(tmp_path / "theirs")
    model = import_model(tmp_path / "theirs", tokenizer=None)
    assert model.labels == ("no", "yes", "perhaps")
    export_hugging_face(model, tmp_path / "ours")
    again = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "ours")
    assert again.config.id2label == reference.config.id2label


def test_half_precision_is_read(tmp_path):
    reference = random_model(*CASES["llama"]).to(torch.bfloat16)
    reference.save_pretrained(tmp_path / "theirs", max_shard_size="20KB")
    assert len(list((tmp_path / "theirs").glob("model-*.safetensors"))) > 1
    model = import_model(tmp_path / "theirs", tokenizer=None)
    assert_alike(theirs(reference.float(), [6]), ours(model, [6]), [6])
