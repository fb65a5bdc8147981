import io
import json

import pytest
import sentencepiece
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.zoo.foreign.find_tokenizer import find_tokenizer
from langzoo.zoo.import_remark import ImportRemark

from tests.checks.foreign_folder import WORDS

TEXT = "A cät, 猫 [MASK]!"
CASED = [*WORDS[:5], "A", "a", "cat", "cät", ",", "猫", "!"]


LOWERCASE = json.loads(
    tokenizers.BertWordPieceTokenizer(
        vocab={word: number for number, word in enumerate(CASED)}, lowercase=True
    ).to_str()
)


def write(folder, **files):
    for name, content in files.items():
        name = name.replace("__", ".")
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def lines(words):
    return "".join(f"{word}\n" for word in words)


@pytest.mark.parametrize(
    "files, lowercase",
    [
        ({}, False),  # the vocabulary has a capital letter
        ({"tokenizer_config__json": {"do_lower_case": True}}, True),
        ({"tokenizer__json": LOWERCASE}, True),
        ({"tokenizer__json": LOWERCASE, "tokenizer_config__json": {"do_lower_case": True}}, True),
    ],
)
def test_whether_case_counts(tmp_path, files, lowercase):
    write(tmp_path, vocab__txt=lines(CASED), **files)
    tokenizer = find_tokenizer(tmp_path, family="bert")
    assert tokenizer.options["lowercase"] is lowercase
    reference = tokenizers.BertWordPieceTokenizer(
        vocab={word: number for number, word in enumerate(CASED)}, lowercase=lowercase
    )
    reference.add_special_tokens(WORDS[:5])
    assert tokenizer(TEXT).numpy().tolist() == reference.encode(TEXT, add_special_tokens=False).ids
    if "tokenizer__json" not in files:
        assert find_tokenizer(tmp_path / "vocab.txt", family="bert").options == tokenizer.options


def test_tokens_in_brackets_have_no_case(tmp_path):
    """As in Google's Chinese vocabulary, which has `<S>` and is in lower case."""
    write(tmp_path, vocab__txt=lines([*WORDS[:5], "<S>", "<T>", "a", "猫"]))
    assert find_tokenizer(tmp_path, family="bert").options["lowercase"] is True


def test_a_flag_in_which_two_files_differ(tmp_path):
    """The class of transformers sets the normalizer anew: its file counts."""
    write(tmp_path, tokenizer__json=LOWERCASE, tokenizer_config__json={"do_lower_case": False})
    with pytest.warns(ImportRemark, match="differ in do_lower_case: tokenizer_config.json is used"):
        tokenizer = find_tokenizer(tmp_path, family="bert")
    assert tokenizer.options["lowercase"] is False


def test_other_names_of_special_tokens(tmp_path):
    words = ["<pad>", "<unk>", "<s>", "</s>", "<mask>", "a"]
    names = {"pad_token": "<pad>", "unk_token": {"content": "<unk>"}, "cls_token": "<s>", "sep_token": "</s>"}
    write(
        tmp_path,
        vocab__txt=lines(words),
        special_tokens_map__json=names,
        tokenizer_config__json={"mask_token": "<mask>"},
    )
    tokenizer = find_tokenizer(tmp_path, family="bert")
    assert (tokenizer.start_id, tokenizer.separator_id, tokenizer.mask_id, tokenizer.unknown_id) == (2, 3, 4, 1)


@pytest.fixture(scope="module")
def byte_level():
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(["the cat sat on the mat", "猫 the the cat"] * 3, 280, special_tokens=["<|endoftext|>"])
    return trained


@pytest.mark.parametrize("names", [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")])
def test_byte_level_files(tmp_path, byte_level, names):
    for path, name in zip(byte_level.save_model(str(tmp_path)), names, strict=True):
        (tmp_path / path.split("/")[-1]).rename(tmp_path / name)
    write(tmp_path, tokenizer_config__json={"add_prefix_space": True, "eos_token": "<|endoftext|>"})
    tokenizer = find_tokenizer(tmp_path, family="gpt2")
    assert tokenizer("the cat").numpy().tolist() == byte_level.encode(" the cat").ids
    assert find_tokenizer(tmp_path / names[1], family="gpt2").options == tokenizer.options


def test_a_tokenizer_json_alone(tmp_path, byte_level):
    byte_level.save(str(tmp_path / "tokenizer.json"))
    tokenizer = find_tokenizer(tmp_path, family="gpt2")
    assert tokenizer.kind == "bpe"
    assert tokenizer("the cat\n 猫").numpy().tolist() == byte_level.encode("the cat\n 猫").ids
    word_piece = tokenizers.BertWordPieceTokenizer(
        vocab={word: number for number, word in enumerate(CASED)}, lowercase=False
    )
    word_piece.save(str(tmp_path / "tokenizer.json"))
    tokenizer = find_tokenizer(tmp_path / "tokenizer.json", family="bert")
    assert tokenizer(TEXT).numpy().tolist() == word_piece.encode(TEXT, add_special_tokens=False).ids


def test_tokens_added_behind_the_vocabulary(tmp_path, byte_level):
    values = json.loads(byte_level.to_str())
    size = byte_level.get_vocab_size()
    values["added_tokens"].append({"id": size, "content": "<|pad|>", "special": True})
    write(
        tmp_path, tokenizer__json=values, tokenizer_config__json={"pad_token": "<|pad|>", "eos_token": "<|endoftext|>"}
    )
    tokenizer = find_tokenizer(tmp_path, family="gpt2")
    assert (tokenizer.vocabulary_size, tokenizer.padding_id) == (size + 1, size)
    values["added_tokens"][-1]["id"] = size + 1
    write(tmp_path, tokenizer__json=values)
    with pytest.raises(UserError, match=r"must run from \d+ to \d+, each once, not"):
        find_tokenizer(tmp_path, family="gpt2")


@pytest.fixture(scope="module")
def sentence_piece():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the cat sat on the mat", "a cat and a mat"] * 5),
        model_writer=model,
        vocab_size=30,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return model.getvalue()


def test_sentence_piece_models(tmp_path, sentence_piece):
    (tmp_path / "spiece.model").write_bytes(sentence_piece)
    write(tmp_path, tokenizer_config__json={"extra_ids": 7})
    assert find_tokenizer(tmp_path, family="t5").extra_ids == 7
    llama = find_tokenizer(tmp_path / "spiece.model", family="llama")
    reference = sentencepiece.SentencePieceProcessor(model_proto=sentence_piece)
    assert (llama.extra_ids, llama.start_id) == (0, reference.bos_id())
    assert llama("the cat").numpy().tolist() == reference.encode("the cat")
    with pytest.raises(UserError, match="number the pieces"):
        find_tokenizer(tmp_path, family="roberta")


def test_ours_and_none(tmp_path):
    assert find_tokenizer(tmp_path, family="gpt2") is None
    ByteTokenizer().save_assets(tmp_path / "tokenizer")
    assert find_tokenizer(tmp_path, family="gpt2").kind == "byte"
    assert find_tokenizer(tmp_path / "tokenizer", family="gpt2").kind == "byte"


@pytest.mark.parametrize(
    "values, message",
    [
        ({}, "has no model"),
        ({"model": {"type": "Unigram", "vocab": []}}, "read from a .model file"),
        ({"model": {"type": "BPE", "byte_fallback": True}}, "read from a .model file"),
        ({"model": {"type": "BPE", "vocab": {}, "merges": []}}, "do not split text as GPT-2 does"),
        ({"model": {"type": "WordPiece", "vocab": {"a": "b"}}}, "must be an integer"),
        ({"model": {"type": "WordPiece", "vocab": {"a": 0, "b": 2}}}, "ids must run from 0"),
        ({"model": {"type": "WordPiece", "vocab": {"a": 0}}}, "do not split text as BERT does"),
        ({**LOWERCASE, "added_tokens": [], "model": {"type": "WordPiece", "vocab": {"a": 0}}}, "does not hold '[UNK]'"),
    ],
)
def test_tokenizer_json_that_is_refused(tmp_path, values, message):
    write(tmp_path, tokenizer__json=values)
    with pytest.raises(UserError) as error:
        find_tokenizer(tmp_path, family="bert")
    assert message in str(error.value)


def test_files_that_are_refused(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        find_tokenizer(tmp_path / "vocab.txt", family="bert")
    write(tmp_path, readme__md="x", vocab__txt=lines(CASED), tokenizer_config__json={"do_lower_case": "yes"})
    with pytest.raises(UserError, match="is not a known tokenizer file"):
        find_tokenizer(tmp_path / "readme.md", family="bert")
    with pytest.raises(UserError, match="lowercase must be true or false, not 'yes'"):
        find_tokenizer(tmp_path, family="bert")
