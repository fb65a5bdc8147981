import keras
import numpy as np
import pytest
import tensorflow as tf
import tokenizers
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.plain.text.packing_rule import packed_row, packing_style
from langzoo.layers.text import ByteLevelBPETokenizer, ByteTokenizer, SequencePacker, WordPieceTokenizer

LETTERS = list("abcdefgh")
PIECES = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS])
BYTES = ByteLevelBPETokenizer(
    ["<s>", "<pad>", "</s>", *byte_alphabet()],
    merges=[],
    start_token="<s>",
    end_token="</s>",
    separator_token="</s>",
    padding_token="<pad>",
)
LENGTHS = [(first, second) for first in range(9) for second in range(9)]
FIRST = [" ".join("abcdefgh"[:first]) for first, _ in LENGTHS]
SECOND = [" ".join("hgfedcba"[:second]) for _, second in LENGTHS]


def reference(tokenizer):
    ids = {token: index for index, token in enumerate(tokenizer.vocabulary)}
    if tokenizer is PIECES:
        return tokenizers.BertWordPieceTokenizer(ids)
    found = tokenizers.ByteLevelBPETokenizer(ids, [])
    found.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return found


@pytest.mark.parametrize("tokenizer", [PIECES, BYTES], ids=["bert", "roberta"])
@pytest.mark.parametrize("pairs", [True, False])
@pytest.mark.parametrize("max_length", [4, 5, 8, 11, 12, 64])
def test_all_lengths_are_packed_like_the_reference(tokenizer, pairs, max_length):
    expected = reference(tokenizer)
    expected.enable_truncation(max_length)
    expected.enable_padding(pad_id=tokenizer.padding_id, pad_token=tokenizer.tokens[tokenizer.padding_id])
    encodings = expected.encode_batch(list(zip(FIRST, SECOND, strict=True)) if pairs else FIRST)
    packed = SequencePacker(tokenizer, max_length=max_length)(FIRST, SECOND if pairs else None)
    assert packed["token_ids"].numpy().tolist() == [encoding.ids for encoding in encodings]
    assert packed["padding_mask"].numpy().astype(int).tolist() == [encoding.attention_mask for encoding in encodings]
    assert packed["segment_ids"].numpy().tolist() == [encoding.type_ids for encoding in encodings]
    style = packing_style(tokenizer.kind)
    frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id, "style": style}
    rows = zip(*(tokenizer.tokenize(side).to_list() for side in ((FIRST, SECOND) if pairs else (FIRST,))), strict=True)
    for texts, encoding in zip(rows, encodings, strict=True):  # the same rule in plain Python
        length = sum(encoding.attention_mask)
        expected_row = (encoding.ids[:length], encoding.type_ids[:length])
        assert packed_row(*texts, **frame, max_length=max_length) == expected_row


@pytest.mark.ci
def test_graph_eager_and_keras_model_agree(tmp_path):
    packer = SequencePacker(PIECES, max_length=9)
    eager = packer(FIRST, SECOND)
    assert {name: (value.dtype, value.shape.rank) for name, value in eager.items()} == {
        "token_ids": (tf.int32, 2),
        "padding_mask": (tf.bool, 2),
        "segment_ids": (tf.int32, 2),
    }
    graph = tf.function(packer, input_signature=[tf.TensorSpec([None], tf.string)] * 2)
    dataset = tf.data.Dataset.from_tensor_slices((FIRST, SECOND)).batch(len(FIRST)).map(packer)
    inputs = [keras.Input((), dtype="string"), keras.Input((), dtype="string")]
    keras.Model(inputs, packer(*inputs)).save(tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras")
    texts = [tf.constant(FIRST), tf.constant(SECOND)]
    for found in (graph(*texts), next(iter(dataset)), model(texts)):
        for name, value in eager.items():
            np.testing.assert_array_equal(found[name], value)
    assert packer([])["token_ids"].shape == (0, 0) and packer([], [])["padding_mask"].shape == (0, 0)


def test_a_tokenizer_without_a_separator_closes_texts_with_its_end_token():
    tokenizer = ByteTokenizer()
    a, b, end = *tokenizer("ab").numpy().tolist(), tokenizer.end_id
    packed = SequencePacker(tokenizer, max_length=8)(["a", "ab"], ["b", "b"])
    assert packed["token_ids"].numpy().tolist() == [[end, a, end, b, end, 0], [end, a, b, end, b, end]]


def test_config():
    packer = SequencePacker(BYTES, max_length=9)
    twin = SequencePacker.from_config(packer.get_config())
    assert (twin.style, twin.max_length, twin.tokenizer.assets) == ("roberta", 9, BYTES.assets)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="max_length must be an integer of at least 4, got 3"):
        SequencePacker(PIECES, max_length=3)
    with pytest.raises(ValueError, match="style must be one of bert, roberta, got 'gpt'"):
        SequencePacker(PIECES, style="gpt")
