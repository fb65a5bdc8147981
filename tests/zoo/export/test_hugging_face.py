import io
import json
import struct

import langzoo.zoo as zoo
import numpy as np
import pytest
import sentencepiece
import tensorflow as tf
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import (
    ByteLevelBPETokenizer,
    ByteTokenizer,
    Llama2cTokenizer,
    SentencePieceTokenizer,
    WordPieceTokenizer,
)
from langzoo.zoo.export import export_hugging_face
from langzoo.zoo.foreign.safetensors_writer import write_safetensors
from langzoo.zoo.import_model import import_model
from safetensors.numpy import load_file

SENTENCES = ["the cat sat on the mat", "a cat, the mat: 猫 and 42 é"] * 5
TEXTS = ["the cat  sat!", "A Cät, [MASK]<mask> 猫猫 the\nmat", "<extra_id_0> of <extra_id_3>"]
TEXTS += ["the   cat:\n    a  <mask> mat", "Covid19X<|im_start|>the 2017the", "the [INST] cat[/INST]the"]
ADDED = [
    {"content": "<|im_start|>", "special": True},
    {"content": "covid19x", "normalized": True},
    {"content": "[INST]", "rstrip": True},
]


def word_piece(*more, **options):
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "A",
        "a",
        "cat",
        "c",
        "##at",
        "sat",
        "##ät",
        "猫",
        ",",
        "!",
    ]
    return WordPieceTokenizer([*words, *more], **options)


def byte_level(special, *more, lacking="", **options):
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(SENTENCES, 300, special_tokens=special)
    values = json.loads(trained.to_str())["model"]
    tokens = [token for token in values["vocab"] if token not in lacking]
    merges = [" ".join(merge) for merge in values["merges"]]
    return ByteLevelBPETokenizer([*tokens, *more], merges=merges, **options)


def sentence_piece(*, extra_ids=0, start="end", added_tokens=(), space_in_front="always", add_start=True, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=model, hard_vocab_limit=False, minloglevel=2, **options
    )
    kept = {"added_tokens": added_tokens, "space_in_front": space_in_front, "add_start": add_start}
    return SentencePieceTokenizer(model.getvalue(), extra_ids=extra_ids, start=start, **kept)


def llama2c():
    pieces = ["<unk>", "\n<s>\n", "\n</s>\n", *(f"<0x{byte:02X}>" for byte in range(256)), " t", "he", " the", " ca"]
    pieces += sorted(set(" thecasonm,!"))
    rows = [(piece.encode(), -float(rank)) for rank, piece in enumerate(pieces)]
    rows = [struct.pack("<fi", score, len(piece)) + piece for piece, score in rows]
    return Llama2cTokenizer(struct.pack("<i", 10) + b"".join(rows))


ROBERTA = {"start_token": "<s>", "end_token": "</s>", "separator_token": "</s>", "mask_token": "<mask>"}
TOKENIZERS = {
    "lowercase": ("bert_nano", lambda: word_piece()),
    "cased": ("electra_tiny", lambda: word_piece(lowercase=False)),
    "distilbert": ("distilbert_tiny", lambda: word_piece(strip_accents=False)),
    "gpt2": ("gpt2_tiny", lambda: byte_level(["<|endoftext|>"])),
    "roberta": (
        "roberta_tiny",
        lambda: byte_level(
            ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], padding_token="<pad>", unknown_token="<unk>", **ROBERTA
        ),
    ),
    "t5": (
        "t5_tiny",
        lambda: sentence_piece(extra_ids=10, vocab_size=60, pad_id=0, eos_id=1, unk_id=2, bos_id=-1),
    ),
    "llama": (
        "llama_tiny",
        lambda: sentence_piece(
            start="begin",
            vocab_size=320,
            model_type="bpe",
            byte_fallback=True,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
        ),
    ),
    "llama2c": ("llama_tiny", llama2c),
    "bert, added": ("bert_nano", lambda: word_piece(*NAMES, added_tokens=ADDED)),
    "gpt2, added": ("gpt2_tiny", lambda: byte_level(["<|endoftext|>"], *NAMES, added_tokens=ADDED, add_start=False)),
    "smollm": ("llama_tiny", lambda: byte_level(["<|endoftext|>"], *NAMES, lacking="qz", **SMOLLM)),
    "mistral": ("llama_tiny", lambda: sentence_piece(space_in_front="first", added_tokens=ADDED, **MISTRAL)),
    "no start": ("llama_tiny", lambda: sentence_piece(space_in_front="missing", add_start=False, **MISTRAL)),
    "unigram llama": ("llama_tiny", lambda: sentence_piece(start="begin", vocab_size=60)),
    # Kinds that a family can be trained with, though its published models have another.
    "trained llama": ("llama_tiny", lambda: sentence_piece(vocab_size=60)),
    "trained llama, bare": ("llama_tiny", lambda: sentence_piece(vocab_size=60, add_start=False)),
    "gpt2, words": ("gpt2_tiny", lambda: word_piece()),
    "gpt2, rows of roberta": ("gpt2_tiny", lambda: TOKENIZERS["roberta"][1]()),
    "bert, bytes": ("bert_nano", lambda: byte_level(["<|endoftext|>", "<mask>"], mask_token="<mask>")),
    "electra, pieces": ("electra_tiny", lambda: sentence_piece(vocab_size=60, user_defined_symbols=["[MASK]"])),
    "t5, words": ("t5_tiny", lambda: word_piece()),
    "t5, bytes": ("t5_tiny", lambda: byte_level(["<|endoftext|>"])),
    "t5, framed words": ("t5_tiny", lambda: word_piece()),
    "t5, rows of roberta": ("t5_tiny", lambda: TOKENIZERS["roberta"][1]()),
}
for case in ("t5", "t5, words", "t5, bytes"):
    TOKENIZERS[f"{case}, led"] = TOKENIZERS[case]
# The token before sources: the start token (None), or another one.
LED = {"t5, framed words": None, "t5, rows of roberta": None, "t5, led": 5, "t5, words, led": 7, "t5, bytes, led": 5}
NAMES = [token["content"] for token in ADDED]
SMOLLM = {"single_digits": True, "missing_byte_token": None, "add_start": False, "added_tokens": ADDED}
WORDY = (
    "lowercase",
    "cased",
    "distilbert",
    "bert, added",
    "gpt2, words",
    "t5, words",
    "t5, framed words",
    "t5, words, led",
)  # its decoder puts spaces in other places
MISTRAL = {
    "start": "begin",
    "vocab_size": 320,
    "model_type": "bpe",
    "byte_fallback": True,
    "normalization_rule_name": "identity",
    "remove_extra_whitespaces": False,
}


def read(model, text):
    """The ids that the model reads of a text."""
    texts = tf.constant([text])
    if model.task == "causal_lm":
        ids, lengths = model.encode_prompts(texts)
        return ids.numpy()[0, : lengths.numpy()[0]].tolist()
    row = model.encode_sources(texts) if model.task == "seq2seq_lm" else model.pack(texts)
    return row["token_ids"].numpy()[0].tolist()


def exported(case, folder):
    name, make = TOKENIZERS[case]
    tokenizer = make()
    options = {"source_start_id": LED[case] or tokenizer.start_id} if case in LED else {}
    model = zoo.create(name, tokenizer=tokenizer, options=options)
    return model, export_hugging_face(model, folder / case)


def test_a_token_that_no_template_can_name(tmp_path):
    tokenizer = byte_level(["<|endoftext|>"])
    options = {"source_start_id": tokenizer.tokens.index("$")}
    with pytest.raises(UserError, match=r"no template with the token '\$' around a text"):
        export_hugging_face(zoo.create("t5_tiny", tokenizer=tokenizer, options=options), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", TOKENIZERS)
def test_there_and_back(case, tmp_path):
    model, report = exported(case, tmp_path)
    assert (report.path, report.signatures, report.largest_difference) == (tmp_path / case, (), 0.0)
    assert report.bytes == sum(path.stat().st_size for path in report.path.rglob("*") if path.is_file())
    again = import_model(report.path)
    counted = {"padding_id": 1} if case == "roberta" else {}  # all RoBERTas of transformers count positions by it
    assert (again.config, again.task) == (model.config.variant(**counted), model.task)
    assert again.options.get("source_start_id") == model.options.get("source_start_id")
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy(), err_msg=one.path)
    assert again.tokenizer.start_id == model.tokenizer.start_id
    assert again.tokenizer.padding_id == model.tokenizer.padding_id
    assert again.tokenizer(TEXTS).to_list() == model.tokenizer(TEXTS).to_list()
    assert again.tokenizer.add_start == model.tokenizer.add_start or model.config.family not in ("gpt2", "llama")
    # The library of Hugging Face reads the same by the file alone.
    backend = tokenizers.Tokenizer.from_file(str(report.path / "tokenizer.json"))
    expected = [backend.encode(text, add_special_tokens=False).ids for text in TEXTS]
    assert model.tokenizer(TEXTS).to_list() == expected
    # (Sentinels are special there, and part of what a T5 writes here.)
    for ids in expected:
        assert (
            backend.decode(ids, skip_special_tokens=case not in ("t5", "t5, led")).replace("<unk>", " ⁇ ").strip()
            == model.tokenizer.detokenize(ids).numpy().decode().strip()
            or case in WORDY
        )
    assert backend.encode("the cat").ids == read(model, "the cat") == read(again, "the cat")
    if model.task not in ("causal_lm", "seq2seq_lm"):
        both, packed = backend.encode("the cat", "a"), model.pack(["the cat"], ["a"])
        assert both.ids == packed["token_ids"].numpy()[0].tolist()
        assert (
            both.type_ids == packed["segment_ids"].numpy()[0].tolist() or "segment_ids" not in model.input_signature()
        )


def test_robertas_mask_takes_up_the_space_before_it(tmp_path):
    model, report = exported("roberta", tmp_path)
    settings = json.loads((report.path / "tokenizer_config.json").read_text())
    mask = model.tokenizer.mask_id
    assert settings["added_tokens_decoder"][str(mask)]["lstrip"] is True
    backend = tokenizers.Tokenizer.from_file(str(report.path / "tokenizer.json"))
    ids = backend.encode("a <mask> the").ids
    assert ids[2] == mask and ids == backend.encode("a<mask> the").ids


@pytest.mark.slow
@pytest.mark.parametrize("case", TOKENIZERS)
def test_auto_tokenizer_gives_the_same_ids(case, tmp_path):
    transformers = pytest.importorskip("transformers")
    model, report = exported(case, tmp_path)
    theirs = transformers.AutoTokenizer.from_pretrained(report.path)
    for text in TEXTS:
        ids = theirs(text, add_special_tokens=False)["input_ids"]
        assert ids == model.tokenizer(text).numpy().tolist(), text
    assert theirs("the cat")["input_ids"] == read(model, "the cat")
    if model.task not in ("causal_lm", "seq2seq_lm"):
        packed = model.pack(["the cat"], ["a"])["token_ids"]
        assert theirs("the cat", "a")["input_ids"] == packed.numpy()[0].tolist()
    assert theirs.pad_token_id in (None, model.tokenizer.padding_id)


def test_a_text_encoder_is_one_of_sentence_transformers(tmp_path):
    options = {"pooling": "first_token", "normalize": False, "max_length": 9}
    model = zoo.create("bert_nano", tokenizer=word_piece(), task="text_encoder", options=options)
    export_hugging_face(model, tmp_path / "out")
    assert "embeddings.word_embeddings.weight" in load_file(tmp_path / "out" / "model.safetensors")
    again = import_model(tmp_path / "out")
    assert again.options == options
    np.testing.assert_array_equal(again.embed(["the cat"]), model.embed(["the cat"]))
    pooled = zoo.create("bert_nano", task="text_encoder", options={"pooling": "attention"})
    with pytest.raises(UserError, match="with this model's options"):
        export_hugging_face(pooled, tmp_path / "attention")


def test_labels_and_the_start_of_targets(tmp_path):
    classifier = zoo.create("roberta_tiny", task="text_classifier", options={"labels": ["no", "maybe", "yes"]})
    export_hugging_face(classifier, tmp_path / "classifier")
    assert import_model(tmp_path / "classifier").labels == ("no", "maybe", "yes")
    export_hugging_face(zoo.create("t5_tiny", options={"start_id": 7}), tmp_path / "t5")
    assert import_model(tmp_path / "t5").start_id == 7


def test_a_tokenizer_that_transformers_lacks_is_left_out(tmp_path):
    said = []
    export_hugging_face(zoo.create("gpt2_tiny", tokenizer=ByteTokenizer()), tmp_path / "out", progress=said.append)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["config.json", "model.safetensors"]
    assert any("none of the kind byte" in line for line in said)


@pytest.mark.parametrize(
    "name, changes, message",
    [
        ("lstm_tiny", {}, "unknown family for Hugging Face's format 'lstm'. Known: bert, distilbert, electra, gpt2"),
        ("transformer_tiny", {}, "unknown family for Hugging Face's format 'transformer'"),
        ("gpt2_tiny", {"use_bias": False}, "use_bias=False has no equivalent there"),
    ],
)
def test_models_that_transformers_lacks(name, changes, message, tmp_path):
    with pytest.raises(UserError) as error:
        export_hugging_face(zoo.create(name, **changes), tmp_path / "out")
    assert message in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_roberta_counts_positions_by_its_padding(tmp_path):
    with pytest.raises(UserError, match="whose id must be 1, not 0"):
        export_hugging_face(zoo.create("roberta_tiny", tokenizer=word_piece()), tmp_path / "out")


def test_safetensors_with_tensors_of_every_shape(tmp_path):
    arrays = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.zeros((0, 4), np.float32), "é": np.float32(7)}
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    tensors = [(name, array.shape, lambda array=array: array) for name, array in arrays.items()]
    write_safetensors(tmp_path / "x.safetensors", tensors)
    found = load_file(tmp_path / "x.safetensors")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
    with pytest.raises(ValueError, match="x must have the shape"):
        write_safetensors(tmp_path / "y.safetensors", [("x", (3,), lambda: np.zeros(2, np.float32))])


def test_a_classifier_without_a_pooler_is_refused(tmp_path):
    """transformers would give it one with random weights."""
    model = zoo.create("bert_nano", task="text_classifier", pooler=None, next_sentence=False)
    with pytest.raises(UserError, match="this model has pooler=None"):
        export_hugging_face(model, tmp_path / "out")
    assert not (tmp_path / "out").exists()
