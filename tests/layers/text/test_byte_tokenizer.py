import numpy as np
from langzoo.layers.text import ByteTokenizer


def test_every_byte_comes_back():
    tokenizer = ByteTokenizer()
    random = np.random.default_rng(0)
    texts = [random.integers(0, 256, length, np.uint8).tobytes() for length in (0, 1, 7, 0, 1000)] + [bytes(range(256))]
    token_ids = tokenizer(texts)
    assert token_ids.to_list() == [list(text) for text in texts]
    assert tokenizer.detokenize(token_ids).numpy().tolist() == texts


def test_the_end_is_no_text():
    tokenizer = ByteTokenizer()
    assert (tokenizer.vocabulary_size, tokenizer.end_id, tokenizer.stop_ids, tokenizer.unknown_id) == (
        257,
        256,
        (256,),
        None,
    )
    assert tokenizer("<eos>").numpy().tolist() == list(b"<eos>")
    assert tokenizer.detokenize([104, 256, 105, 256]).numpy() == b"hi"


def test_printable_names():
    tokenizer = ByteTokenizer()
    names = [tokenizer.id_to_token(byte) for byte in (0, 10, 32, 39, 65, 92, 127, 128, 255, 256)]
    assert names == ["\\x00", "\\n", " ", "'", "A", "\\\\", "\\x7f", "<0x80>", "<0xFF>", "<eos>"]
    assert tokenizer.token_to_id("\n") == tokenizer.token_to_id("\\n") == 10
    assert tokenizer.token_to_id("\\") == 92
