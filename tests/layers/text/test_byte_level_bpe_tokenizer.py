import json
import os
from pathlib import Path

import pytest
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer, load_tokenizer
from langzoo.trainers.vocabularies import byte_pair_vocabulary

from tests.layers.text.noisy_text import noisy_lines

BYTES = byte_alphabet()
END = "<|endoftext|>"
TOKENS = [*BYTES, "Ġt", "he", "Ġthe", END]
MERGES = ["Ġ t", "h e", "Ġt he"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>"]


def check_like_reference(ours, lines, *, places=True):
    ids = {token: index for index, token in enumerate(ours.vocabulary)}
    merges = [tuple(merge.split(" ")) for merge in ours.merges]
    add_prefix_space = ours.options["add_prefix_space"]
    reference = tokenizers.ByteLevelBPETokenizer(ids, merges, add_prefix_space=add_prefix_space)
    # (It makes its model without a token for what is unknown.)
    reference._tokenizer.model.unk_token = ours.options["missing_byte_token"]
    if ours.options["single_digits"]:
        digits = tokenizers.pre_tokenizers.Digits(individual_digits=True)
        reference._tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([digits, reference.pre_tokenizer])
    specials = [value for name, value in ours.options.items() if name.endswith("_token") and value]
    reference.add_special_tokens([tokenizers.AddedToken(token, lstrip=token == "<mask>") for token in specials])
    encodings = reference.encode_batch(lines)
    assert ours(lines).to_list() == [encoding.ids for encoding in encodings]
    found = {name: rows.to_list() for name, rows in ours.offsets(lines).items()}
    assert found["token_ids"] == [encoding.ids for encoding in encodings]
    if not places:
        return
    assert found["starts"] == [[start for start, _ in encoding.offsets] for encoding in encodings]
    assert found["limits"] == [[limit for _, limit in encoding.offsets] for encoding in encodings]


@pytest.mark.parametrize("add_prefix_space", [False, True])
def test_ids_and_offsets_of_the_reference(add_prefix_space):
    lines = [*noisy_lines(1000, extra=[END, f" {END}", "<|endoftext"]), "", " ", "a" * 3000]
    vocabulary, merges = byte_pair_vocabulary(lines, size=1500)
    check_like_reference(ByteLevelBPETokenizer(vocabulary, merges=merges, add_prefix_space=add_prefix_space), lines)


def test_ids_and_offsets_with_robertas_special_tokens(tmp_path):
    lines = noisy_lines(500, extra=["<mask>", " <mask>", "\n\u3000<mask> ", "<s>", "</s>"])
    vocabulary, merges = byte_pair_vocabulary(lines, size=600)
    (tmp_path / "encoder.json").write_text(json.dumps({token: index for index, token in enumerate(vocabulary)}))
    (tmp_path / "vocab.bpe").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    order = [f"{index} 5" for index in reversed(range(len(vocabulary)))] + ["madeupword0000 0", "madeupword0001 0"]
    (tmp_path / "dict.txt").write_text("\n".join(order))
    paths = [tmp_path / "encoder.json", tmp_path / "vocab.bpe"]
    size = 4 + len(vocabulary) + 2
    tokenizer = ByteLevelBPETokenizer.from_files(*paths, dictionary=tmp_path / "dict.txt", vocabulary_size=size)
    assert tokenizer.vocabulary == [*ROBERTA, *reversed(vocabulary), "madeupword0000", "<mask>"]
    assert (tokenizer.start_id, tokenizer.padding_id, tokenizer.end_id, tokenizer.separator_id) == (0, 1, 2, 2)
    assert (tokenizer.unknown_id, tokenizer.mask_id, tokenizer.special_ids) == (3, size - 1, (0, 1, 2, size - 1))
    check_like_reference(tokenizer, lines)
    whole = ByteLevelBPETokenizer.from_files(*paths, dictionary=tmp_path / "dict.txt")
    assert whole.vocabulary_size == size + 1
    with pytest.raises(UserError, match=rf"gives {size + 1} ids, not 9,999"):
        ByteLevelBPETokenizer.from_files(*paths, dictionary=tmp_path / "dict.txt", vocabulary_size=9999)
    with pytest.raises(ValueError, match="vocabulary_size must come with dictionary"):
        ByteLevelBPETokenizer.from_files(*paths, vocabulary_size=9999)


@pytest.mark.data
@pytest.mark.parametrize("name", ["gpt2", "roberta"])
def test_ten_thousand_lines_with_published_vocabularies(name):
    folder = Path(os.environ.get("LANGZOO_DATA", "")) / "vocab"
    if "LANGZOO_DATA" not in os.environ or not (folder / "gpt2-encoder.json").is_file():
        pytest.skip("LANGZOO_DATA names no folder with vocab/gpt2-encoder.json")
    options = {} if name == "gpt2" else {"dictionary": folder / "roberta-dict.txt", "vocabulary_size": 50265}
    tokenizer = ByteLevelBPETokenizer.from_files(folder / "gpt2-encoder.json", folder / "gpt2-vocab.bpe", **options)
    hello = {"gpt2": [15496, 995], "roberta": [31414, 232]}
    assert tokenizer("Hello world").numpy().tolist() == hello[name]
    check_like_reference(tokenizer, noisy_lines(10_000, seed=1, extra=[END, "<mask>", "<s>"]))


def test_text_comes_back():
    tokenizer = ByteLevelBPETokenizer(TOKENS, merges=MERGES)
    for text in (" the  the\n\n猫 don't\t👍🏽 \u3000", "", "\0\x85\u2028"):
        assert tokenizer.detokenize(tokenizer(text)).numpy().decode() == text
    assert tokenizer.detokenize([258, 259, 258]).numpy() == b" the the"
    assert tokenizer(b"\xff").numpy().tolist() == tokenizer("\ufffd").numpy().tolist()


def test_special_ids():
    tokenizer = ByteLevelBPETokenizer(TOKENS, merges=MERGES)
    assert (tokenizer.start_id, tokenizer.end_id, tokenizer.stop_ids) == (259, 259, (259,))
    assert (tokenizer.special_ids, tokenizer.padding_id) == ((259,), 0)
    assert (tokenizer.mask_id, tokenizer.separator_id, tokenizer.unknown_id) == (None, None, None)


def test_saved_and_loaded(tmp_path):
    tokenizer = ByteLevelBPETokenizer(TOKENS, merges=MERGES, add_prefix_space=True)
    tokenizer.save_assets(tmp_path)
    assert (tmp_path / "merges.txt").read_text(encoding="utf-8") == "#version: 0.2\nĠ t\nh e\nĠt he\n"
    loaded = load_tokenizer(tmp_path)
    assert loaded.assets == tokenizer.assets and loaded.options == tokenizer.options
    assert loaded("the").numpy().tolist() == [258]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "merges.txt is empty"),
        ("Ġ t\nx yz\n", "merge 2, 'x yz': the vocabulary does not hold 'yz'"),
        ("h e\nt h\n", "merge 2, 't h': the vocabulary does not hold 'th'"),
        ("Ġ t\nĠ t\n", "merge 2, 'Ġ t', occurs twice"),
        ("Ġ t h\n", "merge 1, 'Ġ t h', must be two tokens"),
        (None, "merges.txt is missing"),
    ],
)
def test_merges_that_do_not_fit(tmp_path, data, message):
    ByteLevelBPETokenizer(TOKENS, merges=MERGES).save_assets(tmp_path)
    (tmp_path / "merges.txt").unlink()
    if data is not None:
        (tmp_path / "merges.txt").write_text(data, encoding="utf-8")
    with pytest.raises(UserError, match=message) as caught:
        load_tokenizer(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "must hold a JSON object"),
        (b'{"a": 0, "b": 2}', "from 0 to 1, each once, but 1 is missing"),
        (b'{"a": 0, "b": 0}', "but 1 is missing"),
        (b'{"a": true}', "must be an integer"),
    ],
)
def test_encoders_that_are_none(tmp_path, data, message):
    (tmp_path / "vocab.json").write_bytes(data)
    (tmp_path / "merges.txt").write_text("a b\n")
    with pytest.raises(UserError, match=message) as caught:
        ByteLevelBPETokenizer.from_files(tmp_path / "vocab.json", tmp_path / "merges.txt", end_token="a")
    assert "\n" not in str(caught.value)


def test_bytes_that_the_vocabulary_lacks():
    """As SmolLM2's, which has no token for 21 bytes: left out, or another token stands there."""
    lacking = [token for token in TOKENS if token not in ("z", BYTES[0xE7], BYTES[0x09])]
    lines = ["the zthe \t猫 the", "z", "hze", "", *noisy_lines(200, extra=[END])]
    for missing in (None, END):
        ours = ByteLevelBPETokenizer(lacking, merges=MERGES, missing_byte_token=missing)
        # The reference counts no byte that it leaves out, so that its places move: they are compared here.
        check_like_reference(ours, lines, places=missing is not None)
        places = ours.offsets(["hze\t猫"])
        held = [(0, 3), (4, 5), (4, 5)] if missing is None else [(i, i + 1) for i in (0, 1, 2, 3, 4, 4, 4)]
        assert list(zip(places["starts"].to_list()[0], places["limits"].to_list()[0], strict=True)) == held
    with pytest.raises(UserError, match="does not contain a single byte"):
        ByteLevelBPETokenizer(["ab", END], merges=[])
    with pytest.raises(UserError, match="does not hold '<none>'"):
        ByteLevelBPETokenizer(lacking, merges=MERGES, missing_byte_token="<none>")


def test_single_digits():
    vocabulary, merges = byte_pair_vocabulary(["in 2017 200 years  2017"] * 3, size=270)
    ours = ByteLevelBPETokenizer(vocabulary, merges=merges, single_digits=True)
    lines = ["a  2017", "x2 0\n 7½٣", *noisy_lines(200)]
    check_like_reference(ours, lines)
    assert [ours.vocabulary[i] for i in ours("a  20").numpy()] == ["a", "Ġ", "Ġ", "2", "0"]


def test_arguments_are_checked():
    with pytest.raises(UserError, match="does not hold '<mask>'"):
        ByteLevelBPETokenizer(TOKENS, merges=MERGES, mask_token="<mask>")
    with pytest.raises(ValueError, match="add_prefix_space must be True or False, got 1"):
        ByteLevelBPETokenizer(TOKENS, merges=MERGES, add_prefix_space=1)
    with pytest.raises(ValueError, match="end_token must be a string, got None"):
        ByteLevelBPETokenizer(TOKENS, merges=MERGES, end_token=None)
