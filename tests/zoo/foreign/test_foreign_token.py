"""What the files of a published tokenizer say is honoured, told or refused: the `tokenizers` library is the oracle."""

import io
import json
import tempfile
import warnings
from pathlib import Path

import pytest
import sentencepiece
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.sentence_piece_model import SentencePieceModel
from langzoo.serving.text import load_plain_tokenizer
from langzoo.zoo.foreign.find_tokenizer import find_tokenizer
from langzoo.zoo.import_remark import ImportRemark
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

SENTENCES = ["the cat sat on the mat in 2017", "a cat, the mat: 猫 and 42 é <|x|>"] * 4
TEXTS = [
    "a  2017",
    "<|im_start|>user the cat<|im_end|>\n the mat",
    "covid19x gpt4turbo",
    "Covid19XGPT4turbo the[MASK]cat",
    "the <mask> cat",
    " the  cat</s>the <s> mat [INST] cat [/INST]the",
    "[INST]the",
    "",
    "  ",
]
ADDED = [
    AddedToken("<|im_start|>", special=True, normalized=False),
    AddedToken("<|im_end|>", special=True, normalized=False),
    AddedToken("covid19x", normalized=True),
    AddedToken("gpt4turbo", normalized=True),
]


def word_piece():
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "c", "##at", "mat", "a", "user", "2017", "co"]
    return tokenizers.BertWordPieceTokenizer({word: number for number, word in enumerate(words)})._tokenizer


def byte_level(*, digits=False):
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(SENTENCES, 300, special_tokens=["<|endoftext|>"])
    backend = trained._tokenizer
    if digits:
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    return backend


def mistral():
    """A SentencePiece model with control pieces, and the `tokenizer.json` that Mistral v0.3 has."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_writer=model,
        model_type="bpe",
        vocab_size=330,
        control_symbols=["[INST]", "[/INST]"],
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    return model.getvalue()


def sentence_piece_json(data, *, scheme):
    """As the converter of transformers writes it, the merges in the order of the scores."""
    processor, read = sentencepiece.SentencePieceProcessor(model_proto=data), SentencePieceModel(data)
    ids = {piece: number for number, piece in enumerate(read.pieces)}
    pairs = [
        (-processor.get_score(ids[piece]), ids[piece[:cut]], ids[piece[cut:]], (piece[:cut], piece[cut:]))
        for piece in ids
        for cut in range(1, len(piece))
        if piece[:cut] in ids and piece[cut:] in ids and read.types[ids[piece]] == 1
    ]
    bpe = models.BPE(ids, [pair for *_, pair in sorted(pairs)], unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    backend = Tokenizer(bpe)
    if scheme == "prepend":
        backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    backend.decoder = decoders.ByteFallback()
    names = [read.pieces[number] for number, kind in enumerate(read.types) if kind in (2, 3)]
    backend.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in names])
    return backend


def write(folder, **files):
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
        )


def weaker_files(folder, backend):
    """The vocabulary as it was published before `tokenizer.json`."""
    model = json.loads(backend.to_str())["model"]
    if model["type"] == "WordPiece":
        write(folder, vocab__txt="".join(f"{token}\n" for token in model["vocab"]))
    else:
        merges = "".join(f"{' '.join(pair)}\n" for pair in model["merges"])
        write(folder, vocab__json=model["vocab"], merges__txt=f"#version: 0.2\n{merges}")


def same(tokenizer, backend):
    expected = [backend.encode(text, add_special_tokens=False).ids for text in TEXTS]
    assert [case for case in zip(TEXTS, tokenizer(TEXTS).to_list(), expected, strict=True) if case[1] != case[2]] == []
    # Saved, and without TensorFlow.
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_assets(folder)
        plain = load_plain_tokenizer({path.name: path.read_bytes() for path in Path(folder).iterdir()})
    assert [plain.encode(text) for text in TEXTS] == expected
    written = tokenizer.detokenize(tokenizer(TEXTS)).numpy().tolist()
    assert [plain.decode(ids) for ids in expected] == written


BACKENDS = {"bert": word_piece, "gpt2": byte_level, "llama": lambda: byte_level(digits=True)}


@pytest.mark.parametrize("family", BACKENDS)
def test_tokenizer_json_counts_beside_weaker_files(tmp_path, family):
    backend = BACKENDS[family]()
    weaker_files(tmp_path, backend)
    size = backend.get_vocab_size()
    backend.add_tokens(ADDED)
    backend.save(str(tmp_path / "tokenizer.json"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokenizer = find_tokenizer(tmp_path, family=family)
    same(tokenizer, backend)
    assert tokenizer.vocabulary_size == size + 4
    with pytest.warns(ImportRemark, match=r"tokenizer\.json is not read, since vocab\.\w+ was named"):
        named = find_tokenizer(next(tmp_path.glob("vocab.*")), family=family)
    assert named.vocabulary_size == size


@pytest.mark.parametrize("family", ["bert", "gpt2"])
@pytest.mark.parametrize("file", ["added_tokens.json", "tokenizer_config.json"])
def test_added_tokens_of_weaker_files(tmp_path, family, file):
    backend = BACKENDS[family]()
    weaker_files(tmp_path, backend)
    size = backend.get_vocab_size()
    added = ADDED[2:] if file == "added_tokens.json" else ADDED
    backend.add_tokens(added)
    if file == "added_tokens.json":
        write(tmp_path, added_tokens__json={token.content: size + place for place, token in enumerate(added)})
    else:
        decoder = {
            str(size + place): {"content": token.content, "normalized": token.normalized, "special": token.special}
            for place, token in enumerate(added)
        }
        write(tmp_path, tokenizer_config__json={"added_tokens_decoder": decoder})
    tokenizer = find_tokenizer(tmp_path, family=family)
    same(tokenizer, backend)
    if family == "bert":
        assert tokenizer("covid19x gpt4turbo").numpy().tolist() == [tokenizer.vocabulary_size - 2 + i for i in (0, 1)]


@pytest.mark.parametrize("scheme", ["prepend", "always", "first"])
def test_control_pieces_in_text(tmp_path, scheme):
    data = mistral()
    backend = sentence_piece_json(data, scheme=scheme)
    (tmp_path / "tokenizer.model").write_bytes(data)
    backend.save(str(tmp_path / "tokenizer.json"))
    tokenizer = find_tokenizer(tmp_path, family="llama")
    same(tokenizer, backend)
    assert tokenizer("[INST][/INST]").numpy().tolist() == [3, 4]
    assert {3, 4} <= set(tokenizer.special_ids)
    backend.add_tokens([AddedToken("<pad>", special=True), AddedToken("covid19x", normalized=False)])
    backend.save(str(tmp_path / "tokenizer.json"))
    tokenizer = find_tokenizer(tmp_path, family="llama")
    same(tokenizer, backend)
    assert tokenizer.detokenize(tokenizer("the covid19x<pad></s>")).numpy() == b"the covid19x"


def test_control_pieces_of_a_model_alone(tmp_path):
    (tmp_path / "tokenizer.model").write_bytes(mistral())
    tokenizer = find_tokenizer(tmp_path, family="llama")
    assert tokenizer("[INST]</s><unk>[/INST]").numpy().tolist() == [3, 2, 0, 4]
    write(tmp_path, added_tokens__json={"<pad>": tokenizer.vocabulary_size})
    assert find_tokenizer(tmp_path, family="llama")("<pad>").numpy().tolist() == [tokenizer.vocabulary_size]


def test_another_model_than_tokenizer_json(tmp_path):
    data = mistral()
    values = json.loads(sentence_piece_json(data, scheme="first").to_str())
    (tmp_path / "tokenizer.model").write_bytes(data)
    values["model"]["vocab"]["other"] = values["model"]["vocab"].pop("<0x41>")
    write(tmp_path, tokenizer__json=values)
    with pytest.raises(UserError, match=r"has another piece \d+ than tokenizer.model"):
        find_tokenizer(tmp_path, family="llama")


def test_differences_are_told(tmp_path):
    backend = byte_level()
    backend.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    backend.save(str(tmp_path / "tokenizer.json"))
    flags = {"content": "<mask>", "lstrip": False, "normalized": False}
    write(tmp_path, special_tokens_map__json={"mask_token": flags})
    with pytest.warns(ImportRemark, match="differ in the lstrip of '<mask>': tokenizer.json is used"):
        same(find_tokenizer(tmp_path, family="gpt2"), backend)
    write(tmp_path, special_tokens_map__json={"pad_token": "<none>"}, vocab__json={"a": 0})
    with pytest.warns(ImportRemark) as told:
        find_tokenizer(tmp_path, family="gpt2")
    lines = [str(one.message) for one in told]
    assert any("names '<none>', which is not in the vocabulary" in line for line in lines)
    assert any("tokenizer.json and vocab.json contain different tokens" in line for line in lines)


SPLIT = {"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Isolated", "invert": False}


@pytest.mark.parametrize(
    "family, changes, message",
    [
        ("gpt2", {"pre_tokenizer": SPLIT}, r"the pre-tokenizer \(Split\) do not split"),
        ("gpt2", {"pre_tokenizer": None}, r"the pre-tokenizer \(none\) do not split"),
        ("gpt2", {"normalizer": {"type": "NFC"}}, r"the normalizer \(NFC\)"),
        ("bert", {"normalizer": {"type": "Lowercase"}}, r"the normalizer \(Lowercase\)"),
        ("bert", {"normalizer": None}, r"the normalizer \(none\)"),
        ("bert", {"pre_tokenizer": {"type": "Whitespace"}}, r"the pre-tokenizer \(Whitespace\)"),
        ("gpt2", {"pre_tokenizer": {"type": "Sequence", "pretokenizers": []}}, "the pre_tokenizer is invalid"),
        ("gpt2", {"added_tokens": [{"content": "a", "id": 97, "single_word": True}]}, "single_word of the added token"),
        ("gpt2", {"added_tokens": [{"content": "zz", "id": 5}]}, "gives 'zz' the id 5 of"),
        ("gpt2", {"added_tokens": [{"content": "!", "id": 9}]}, "gives '!' the id 9, which has"),
        ("gpt2", {"added_tokens": [{"content": "zz", "id": "5"}]}, "the id of every token must be an integer"),
        ("gpt2", {"added_tokens": [{"id": 5}]}, "has no content"),
        ("gpt2", {"added_tokens": {"a": 5}}, "added_tokens must be a list"),
        ("gpt2", {"added_tokens": [{"content": "a", "id": 5, "lstrip": 1}]}, "lstrip of 'a' must be true or false"),
    ],
)
def test_what_is_refused_by_name(tmp_path, family, changes, message):
    values = json.loads(BACKENDS[family]().to_str())
    weaker_files(tmp_path, BACKENDS[family]())
    write(tmp_path, tokenizer__json={**values, **changes})
    with pytest.raises(UserError, match=message):
        find_tokenizer(tmp_path, family=family)


@pytest.mark.parametrize("family, name", [("bert", "BertJapaneseTokenizer"), ("gpt2", "Qwen2Tokenizer")])
def test_classes_that_read_a_file_by_other_rules(tmp_path, family, name):
    weaker_files(tmp_path, BACKENDS[family]())
    write(tmp_path, tokenizer_config__json={"tokenizer_class": name})
    with pytest.raises(UserError, match=f"the tokenizer_class '{name}' splits text by other rules"):
        find_tokenizer(tmp_path, family=family)
    (tmp_path / "tokenizer_config.json").unlink()
    (tmp_path / "tokenizer.model").write_bytes(mistral())
    write(tmp_path, tokenizer_config__json={"tokenizer_class": "AlbertTokenizer"})
    with pytest.raises(UserError, match="'AlbertTokenizer' splits text by other rules"):
        find_tokenizer(tmp_path, family="llama")


def test_a_vocabulary_that_lacks_bytes(tmp_path):
    values = json.loads(byte_level().to_str())
    for character in "zq":  # the last ids, so that none is left out
        values["model"]["vocab"].pop(character)
    values["model"]["vocab"] = {token: number for number, token in enumerate(values["model"]["vocab"])}
    values["added_tokens"][0]["id"] = values["model"]["vocab"]["<|endoftext|>"]
    backend = Tokenizer.from_str(json.dumps(values))
    backend.save(str(tmp_path / "tokenizer.json"))
    tokenizer = find_tokenizer(tmp_path, family="gpt2")
    for text in ("zzz the quartz", "q"):
        assert tokenizer(text).numpy().tolist() == backend.encode(text).ids


@pytest.mark.parametrize(
    "family, files, starts",
    [
        ("gpt2", {}, False),
        ("gpt2", {"add_bos_token": True}, True),
        ("llama", {}, True),
        ("llama", {"add_bos_token": False}, False),
        ("llama", {"post_processor": "template"}, True),
        ("llama", {"post_processor": "none"}, False),
        ("llama", {"post_processor": "template", "add_bos_token": False}, False),
    ],
)
def test_whether_a_text_begins_with_a_start_token(tmp_path, family, files, starts):
    if family == "gpt2":
        weaker_files(tmp_path, byte_level())
    else:
        data = mistral()
        (tmp_path / "tokenizer.model").write_bytes(data)
        if "post_processor" in files:
            backend = sentence_piece_json(data, scheme="first")
            if files["post_processor"] == "template":
                backend.post_processor = tokenizers.processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
            backend.save(str(tmp_path / "tokenizer.json"))
    write(tmp_path, tokenizer_config__json={k: v for k, v in files.items() if k == "add_bos_token"})
    tokenizer = find_tokenizer(tmp_path, family=family)
    assert tokenizer.add_start is tokenizer.options["add_start"] is starts
