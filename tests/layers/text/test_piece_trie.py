import random

import tensorflow as tf
import tokenizers
from langzoo.layers.text.piece_trie import PieceTrie


def points(pieces):
    return {tuple(map(ord, piece)): index for piece, index in pieces.items()}


def test_words_of_few_letters_are_cut_like_the_reference():
    source = random.Random(0)
    vocabulary = {"[UNK]": 0}
    for _ in range(60):
        piece = source.choice(["", "##"]) + "".join(source.choices("abc", k=source.randrange(1, 6)))
        vocabulary.setdefault(piece, len(vocabulary))
    words = ["".join(source.choices("abcd", [9, 9, 9, 1], k=source.randrange(1, 24))) for _ in range(3000)]
    first = {piece: index for piece, index in vocabulary.items() if not piece.startswith("##")}
    others = {piece[2:]: index for piece, index in vocabulary.items() if piece.startswith("##")}
    trie = PieceTrie(points(first), others=points(others), unknown_id=0, max_characters=20)
    text = tf.strings.unicode_decode(words, "UTF-8")
    starts = tf.scatter_nd(text.row_splits[:-1, tf.newaxis], tf.ones(len(words), tf.int32), text.row_splits[-1:]) > 0
    pieces = trie.cut(text.flat_values, starts)
    model = tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=20)
    expected = [
        (token.id, begin + token.offsets[0], begin + token.offsets[1])
        for word, begin in zip(words, text.row_splits.numpy().tolist(), strict=False)
        for token in model.tokenize(word)
    ]
    assert list(zip(*(array.numpy().tolist() for array in pieces), strict=True)) == expected
    assert 100 < sum(token_id == 0 for token_id, *_ in expected) < 2900  # words of both sorts


def test_no_words():
    trie = PieceTrie({}, others={}, unknown_id=7, max_characters=9)
    assert trie.cut(tf.zeros([0], tf.int32), tf.zeros([0], tf.bool)).token_ids.numpy().tolist() == []
    assert trie.cut(tf.constant([5, 6]), tf.constant([True, False])).token_ids.numpy().tolist() == [7]
