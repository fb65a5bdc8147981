"""What all tokenizers share: graph and eager agree, ranks, saving, export."""

import json
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import (
    ByteLevelBPETokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    load_tokenizer,
)

WORDS = ["the", "<eos>", "cat", "<unk>", "猫", "！", "don't", "."]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "c", "##a", "##t", "猫", "！"]
TEXTS = ["the cat\n don't .", "", "猫！ dog", "\u2028 the\r\n", "The\0cat."]
TOKENIZERS = {
    "words": lambda: WordTokenizer(WORDS),
    "punctuation": lambda: WordTokenizer(WORDS, split="punctuation", lowercase=True),
    "characters": lambda: CharacterTokenizer(["<unk>", "<eos>", *'\nthe\u2028 \\"猫']),
    "bytes": ByteTokenizer,
    "wordpiece": lambda: WordPieceTokenizer(PIECES),
    "bpe": lambda: ByteLevelBPETokenizer(
        [*byte_alphabet(), "Ġt", "he", "<eos>"], merges=["Ġ t", "h e"], end_token="<eos>"
    ),
}


@pytest.fixture(params=TOKENIZERS)
def tokenizer(request):
    return TOKENIZERS[request.param]()


def test_graph_eager_and_dataset_agree(tokenizer):
    eager = tokenizer(TEXTS)
    assert eager.dtype == tf.int32 and eager.shape.as_list() == [len(TEXTS), None]
    graph = tf.function(tokenizer, input_signature=[tf.TensorSpec([None], tf.string)])(tf.constant(TEXTS))
    assert graph.to_list() == eager.to_list()
    dataset = tf.data.Dataset.from_tensor_slices(TEXTS)
    assert [row.tolist() for row in dataset.map(tokenizer).as_numpy_iterator()] == eager.to_list()
    assert next(iter(dataset.batch(9).map(tokenizer))).to_list() == eager.to_list()
    detokenize = tf.function(tokenizer.detokenize, input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)])
    assert detokenize(eager).numpy().tolist() == tokenizer.detokenize(eager).numpy().tolist()


def test_a_row_is_what_it_is_alone(tokenizer):
    batch = tokenizer(TEXTS)
    texts = tokenizer.detokenize(batch)
    for index, text in enumerate(TEXTS):
        alone = tokenizer(text)
        assert alone.shape.rank == 1 and alone.numpy().tolist() == batch[index].numpy().tolist()
        assert tokenizer.detokenize(alone).numpy() == texts[index].numpy()


def test_shapes_of_ids(tokenizer):
    one = tokenizer.detokenize([0, 2]).numpy()
    for ids in ([[0, 2], [0, 2]], np.array([[0, 2]] * 2, np.uint8), tf.constant([[0, 2]] * 2, tf.int64)):
        assert tokenizer.detokenize(ids).numpy().tolist() == [one, one]
    assert tokenizer.detokenize(tf.ragged.constant([[0, 2], []], dtype=tf.int64)).numpy().tolist() == [one, b""]
    assert tokenizer.detokenize([]).numpy() == b""
    assert tokenizer([]).to_list() == [] and tokenizer.detokenize([[]]).numpy().tolist() == [b""]
    for wrong in (3, [1.5], "a", [[[0]]]):
        with pytest.raises(ValueError, match="token_ids must be integers of shape"):
            tokenizer.detokenize(wrong)
    for outside in (tokenizer.vocabulary_size, -1):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tokenizer.detokenize([outside])


def test_calling_with_what_is_no_text_says_so_in_one_line(tokenizer):
    with pytest.raises(UserError, match=r"^text holds half a surrogate pair[^\n]*$"):
        tokenizer("\ud800")


def test_names_of_tokens(tokenizer):
    tokens = tokenizer.tokens
    assert len(tokens) == len(set(tokens)) == tokenizer.vocabulary_size
    assert all(token.isprintable() for token in tokens)
    assert [tokenizer.token_to_id(token) for token in tokens] == list(range(len(tokens)))
    assert [tokenizer.id_to_token(token_id) for token_id in range(len(tokens))] == tokens
    assert tokens[tokenizer.end_id] in ("<eos>", "[SEP]")
    assert tokenizer.unknown_id is None or tokens[tokenizer.unknown_id] in ("<unk>", "[UNK]")
    with pytest.raises(UserError, match="does not hold 'zebra'"):
        tokenizer.token_to_id("zebra")
    for outside in (-1, len(tokens)):
        with pytest.raises(ValueError, match=rf"token_id must be in \[0, {len(tokens)}\), got {outside}"):
            tokenizer.id_to_token(outside)


def test_special_ids_say_nothing(tokenizer):
    special = tokenizer.special_ids
    assert tokenizer.detokenize(list(special)).numpy() == b"" and tokenizer.unknown_id not in special
    named = (tokenizer.start_id, tokenizer.end_id, tokenizer.padding_id)
    assert all(0 <= token_id < tokenizer.vocabulary_size for token_id in (*named, *special))
    if not special:
        assert (tokenizer.start_id, tokenizer.padding_id) == (tokenizer.end_id, 0)
        assert tokenizer.mask_id is None and tokenizer.separator_id is None


def test_offsets(tokenizer):
    spec = [tf.TensorSpec([None], tf.string)]
    found = tf.function(tokenizer.offsets, input_signature=spec)(tf.constant(TEXTS))
    assert found["token_ids"].to_list() == tokenizer(TEXTS).to_list()
    for text, starts, limits in zip(TEXTS, found["starts"].to_list(), found["limits"].to_list(), strict=True):
        assert all(0 <= start < limit <= len(text) for start, limit in zip(starts, limits, strict=True))


def test_saved_and_loaded(tokenizer, tmp_path):
    tokenizer.save_assets(tmp_path / "a" / "b")
    loaded = load_tokenizer(tmp_path / "a" / "b")
    assert type(loaded) is type(tokenizer)
    assert loaded.tokens == tokenizer.tokens and loaded.options == tokenizer.options
    assert loaded.stop_ids == tokenizer.stop_ids and loaded.end_id == tokenizer.end_id
    assert loaded(TEXTS).to_list() == tokenizer(TEXTS).to_list()
    assert json.loads((tmp_path / "a" / "b" / "tokenizer.json").read_text())["kind"] == tokenizer.kind


def test_config_and_keras_file(tokenizer, tmp_path):
    twin = type(tokenizer).from_config(json.loads(json.dumps(tokenizer.get_config())))
    assert twin.get_config() == tokenizer.get_config()
    inputs = keras.Input((), dtype="string")
    keras.Model(inputs, tokenizer(inputs)).save(tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras")
    assert model(tf.constant(TEXTS)).to_list() == tokenizer(TEXTS).to_list()


def test_mixed_precision_leaves_ids_alone(tokenizer):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert type(tokenizer).from_config(tokenizer.get_config())("the").dtype == tf.int32
    finally:
        keras.config.set_dtype_policy(policy)


@pytest.mark.ci
def test_exported_it_needs_tensorflow_only(tmp_path):
    tokenizers = {name: make() for name, make in TOKENIZERS.items()}
    archive = keras.export.ExportArchive()
    for tokenizer in tokenizers.values():
        archive.track(tokenizer)  # as exports do

    def round_trip(tokenizer):
        return lambda text: {"text": tokenizer.detokenize(tokenizer(text))}

    for name, tokenizer in tokenizers.items():
        spec = tf.TensorSpec([None], tf.string, name="text")
        archive.add_endpoint(name, round_trip(tokenizer), input_signature=[spec])
    archive.write_out(tmp_path / "export", verbose=False)
    program = f"""
        import json, sys
        import tensorflow as tf
        model = tf.saved_model.load({str(tmp_path / "export")!r})
        texts = tf.constant(json.loads(sys.stdin.read()))
        found = {{name: f(text=texts)["text"].numpy().tolist() for name, f in model.signatures.items()}}
        assert not {{"langzoo", "tensorflow_text"}} & {{name.split(".")[0] for name in sys.modules}}
        print(json.dumps({{name: [t.hex() for t in rows] for name, rows in found.items()}}))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    for name, tokenizer in tokenizers.items():
        live = tokenizer.detokenize(tokenizer(TEXTS)).numpy().tolist()
        assert [bytes.fromhex(text) for text in found[name]] == live, name
