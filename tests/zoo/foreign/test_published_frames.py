"""What published files say of the start, the end and the space in front of a text."""

import io
import json

import pytest
import sentencepiece
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.sentence_piece_model import SentencePieceModel
from langzoo.zoo.foreign.find_tokenizer import find_tokenizer
from langzoo.zoo.import_remark import ImportRemark
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

SENTENCES = ["the cat sat on the mat in 2017", "a cat, the mat: 猫 and 42 é <|x|>"] * 20


def write(folder, **files):
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(json.dumps(content), encoding="utf-8")


def byte_level():
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(SENTENCES, 300, special_tokens=["<|endoftext|>"])
    return trained._tokenizer


def sentence_piece(**options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=model, hard_vocab_limit=False, minloglevel=2, **options
    )
    return model.getvalue()


def test_a_separator_alone_starts_no_text(tmp_path):
    model = json.loads(byte_level().to_str())["model"]
    (tmp_path / "merges.txt").write_text(
        "".join(f"{' '.join(pair)}\n" for pair in [["#version:", "0.2"], *model["merges"]])
    )
    write(tmp_path, vocab__json=model["vocab"])
    special = {"sep_token": "a", "eos_token": "<|endoftext|>"}
    write(tmp_path, special_tokens_map__json=special, tokenizer_config__json={"tokenizer_class": "GPT2Tokenizer"})
    assert find_tokenizer(tmp_path, family="gpt2").add_start is False


def test_an_end_token_after_every_text_is_left_out(tmp_path):
    (tmp_path / "tokenizer.model").write_bytes(sentence_piece(vocab_size=40))
    write(tmp_path, tokenizer_config__json={"add_eos_token": True})
    with pytest.warns(ImportRemark, match="add_eos_token is left out"):
        find_tokenizer(tmp_path, family="llama")


@pytest.mark.parametrize("given", [True, False])
def test_the_settings_decide_on_a_space_in_front(tmp_path, given):
    backend = byte_level()
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=not given)
    backend.save(str(tmp_path / "tokenizer.json"))
    write(tmp_path, tokenizer_config__json={"add_prefix_space": given})
    with pytest.warns(ImportRemark, match="differ in add_prefix_space: tokenizer_config.json is used"):
        tokenizer = find_tokenizer(tmp_path, family="gpt2")
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=given)
    assert tokenizer("the the").numpy().tolist() == backend.encode("the the").ids


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
def test_the_space_that_a_unigram_model_adds(tmp_path, scheme):
    data = sentence_piece(vocab_size=40, normalization_rule_name="identity", user_defined_symbols=["<new>"])
    (tmp_path / "tokenizer.model").write_bytes(data)
    read = SentencePieceModel(data)
    backend = Tokenizer(models.Unigram(list(zip(read.pieces, read.scores, strict=True)), read.unknown_id))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
    backend.add_special_tokens([AddedToken("<new>", normalized=False, special=True)])
    backend.save(str(tmp_path / "tokenizer.json"))
    if scheme == "never":
        with pytest.raises(UserError, match="split text by other rules"):
            find_tokenizer(tmp_path, family="llama")
        return
    tokenizer = find_tokenizer(tmp_path, family="llama")
    for text in ("the cat", "the<new>cat sat", "<new>the"):
        assert tokenizer(text).numpy().tolist() == backend.encode(text, add_special_tokens=False).ids, text


def test_settings_that_leave_the_space_open(tmp_path):
    byte_level().save(str(tmp_path / "tokenizer.json"))
    write(tmp_path, tokenizer_config__json={"add_prefix_space": None})
    assert find_tokenizer(tmp_path, family="gpt2").options["add_prefix_space"] is False


def test_a_model_without_an_end_piece_is_refused_in_one_line(tmp_path):
    (tmp_path / "tokenizer.model").write_bytes(sentence_piece(vocab_size=40, eos_id=-1))
    write(tmp_path, tokenizer_config__json={"bos_token": "<s>"})
    with pytest.raises(UserError, match=r"tokenizer\.model"):
        find_tokenizer(tmp_path, family="llama")
