import io

import numpy as np
from langzoo.layers.plain.text.inert_characters import inert_characters
from langzoo.layers.plain.text.sentence_piece_model import (
    BYTE,
    NORMAL,
    UNIGRAM,
    UNKNOWN,
    SentencePieceModel,
    build_model,
)
from sentencepiece import SentencePieceNormalizer, SentencePieceTrainer

PIECES = [("<unk>", 0.0, UNKNOWN), ("▁a", -1.0, NORMAL), ("猫犬", -2.0, NORMAL)]


def test_what_is_in_no_piece_and_no_white_space():
    model = SentencePieceModel(build_model(PIECES, model_type=UNIGRAM))
    inert = inert_characters(model, [*model.pieces, "<é>"])
    assert [character for character in "a猫犬é<> \t\0\u3000\u2581bß🙂\ue000\U0010ffff" if inert[ord(character)]] == [
        *"bß🙂\ue000\U0010ffff"
    ]


def test_none_where_what_is_unknown_is_written_in_bytes():
    data = build_model(
        [*PIECES, *((f"<0x{byte:02X}>", 0.0, BYTE) for byte in range(256))], model_type=UNIGRAM, byte_fallback=True
    )
    model = SentencePieceModel(data)
    assert not inert_characters(model, model.pieces).any()


def test_what_the_table_of_characters_replaces_is_not():
    model_file = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(["a b a b"]),
        model_writer=model_file,
        vocab_size=6,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    data = model_file.getvalue()
    model, normalizer = SentencePieceModel(data), SentencePieceNormalizer(model_proto=data)
    inert = inert_characters(model, model.pieces)
    replaced = [
        code for code in range(0x21, 0x3000) if normalizer.normalize(f"a{chr(code)}a").strip("▁") != f"a{chr(code)}a"
    ]
    assert len(replaced) > 500 and not inert[replaced].any()
    assert not inert[[0x301, 0x3099, 0x1161, 0xFFFD]].any()  # which make one character with others before them
    assert inert[[ord("q"), ord("猫"), ord("🙂"), ord("é")]].all() and np.count_nonzero(inert) > 1_000_000
