"""A tokenizer of every kind with the text that its vocabulary is of, and nasty text for all of them."""

import io
import random

from langzoo.layers.text import (
    ByteLevelBPETokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    Llama2cTokenizer,
    SentencePieceTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    split_words,
)
from langzoo.trainers.vocabularies import byte_pair_vocabulary, word_piece_vocabulary
from sentencepiece import SentencePieceTrainer

from tests.layers.text.mixed_lines import mixed_lines
from tests.layers.text.noisy_text import noisy_lines
from tests.layers.text.test_llama2c_tokenizer import learned, packed

SPECIALS = ["<unk>", "<eos>", "[MASK]", "[SEP]", "<|endoftext|>", "<s>", "</s>", "<mask>", " <mask>", "\n\u3000<mask>"]
SPECIALS += ["<extra_id_0>", "<extra_id_2>", "<extra_id_9>", "<0x41>", "##", "##a", "[MASK", "|>", "\u2581", "\u2581a"]
NASTY = [
    "",
    " ",
    "  a  b  ",
    "\t\r\n a\r\nb\rc\n\n",
    "a\0b\0",
    "caf\u00e9 cafe\u0301 A\u030a\u0327 \u1e0b\u0323 \ud55c\u1112\u1161\u11ab \u0958",
    "\u200ba\u200db\u2060c\ufeffd\u00ade",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \U0001f1e8\U0001f1f3\U0001f1e8 \u2764\ufe0f",
    "\u65e5\u672c\u8a9e\u30bf\u30ef\u30fc \u6211\u7231\u4f60\uff01 \u4ef7\u683c\uff14\uff15\u5143 \u304c\u304b\u3099",
    "\u039f\u0394\u039f\u03a3 \u03a3 \u0391\u03a3'\u0391 \u0391\u03a3\u0301 1\u03a3a a\u03a3\u00ad\u03a3 \u0130I\u0307",
    "3.14 1,000,5a v2.21.x $5 \u20ac 9 -- --- \u2014\u2026 (a) \"b\" 'c' don't ''s x'll'd I'm 'S",
    "a" * 600,
    "1.1" * 150 + "," + "\u6c49" * 150,
    "\u1b44\u302e\u1baa a\u302e\u0301\u1b44",
    "\U0001e922\U00010570\u1c89\ua7cb\U00016ea0 \U00011938 \U0010ffff\ue000\ufffd\ufdd0",
    *SPECIALS,
    "".join(SPECIALS),
    "x".join(SPECIALS) + "\n",
]
BROKEN = [
    b"\xff",
    b"a\xc3",
    b"\xe7\x8c b",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80<mask>",
    b"\xc0\x80",
    b"\xe2\xff\x81<eos>",
]
ALPHABET = [
    *"aabceinorstABCDEST \u00df  \t\n\r\0.,:;'!?-_()[]<>|#$%/0123456789\u2019\u201c\u2026\u2014",
    *"\u6211\u7231\u4f60\u4e2d\u6587\u3042\u30a2\u30fc\u3002\uff0c\uff01\uff11\ud55c\u1112\u1161\u0e44\u0928\u094d\u0639",
    *"\u00e9\u0301\u0327\u0323\u030a\u03a3\u03c3\u0130\u01c5\ufb01\u212b\u00bd\u2167\u00ad\u200b\u200c\u200d\ufeff\u2581",
    *"\u00a0\u1680\u2028\u2029\u3000\x85\x1c\x0b\x7f\ufffd\ue000\u0378\U0001f468\U0001f3fd\U0001f1e8\ufe0f\U00020bb7\u302e",
]


def texts(count, *, seed=0):
    """Nasty and broken texts as bytes, then random ones over a mixed alphabet, with special tokens and broken bytes."""
    source = random.Random(seed)
    found = [*(text.encode() for text in NASTY), *BROKEN, *(text.encode() for text in noisy_lines(300, extra=SPECIALS))]
    while len(found) < count:
        pieces = source.choices(ALPHABET, k=source.randrange(25))
        for _ in range(source.choice((0, 0, 1, 3))):
            pieces.insert(source.randrange(len(pieces) + 1), source.choice(SPECIALS))
        text = "".join(pieces).encode()
        if source.random() < 0.15:
            place = source.randrange(len(text) + 1)
            text = text[:place] + source.randbytes(source.randrange(3)) + text[place + source.randrange(2) :]
        found.append(text)
    return found


def _lines():
    return [line for line in noisy_lines(400, seed=3) if "\0" not in line and line.strip()] + [
        text for text in NASTY if text.strip() and "\0" not in text and len(text) < 1000
    ]


def _words(**options):
    found = split_words(_lines(), **options).flat_values.numpy()
    words = dict.fromkeys(word.decode() for word in found[: len(found) * 3 // 4])
    return WordTokenizer(dict.fromkeys(["<unk>", "<eos>", *words]), **options)


def _word_pieces(**options):
    return WordPieceTokenizer(
        word_piece_vocabulary(_lines(), size=900, lowercase=options.get("lowercase", True), min_frequency=1), **options
    )


def _byte_pairs(*specials, **options):
    vocabulary, merges = byte_pair_vocabulary(_lines(), size=700)
    return ByteLevelBPETokenizer([*specials, *vocabulary], merges=merges, **options)


def sentence_piece_model(**options):
    """The bytes of a model that was trained on 2,000 lines."""
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(mixed_lines(2000)),
        model_writer=model,
        minloglevel=2,
        character_coverage=0.98,
        vocab_size=2000,
        **options,
    )
    return model.getvalue()


LLAMA = {
    "model_type": "bpe",
    "byte_fallback": True,
    "normalization_rule_name": "identity",
    "remove_extra_whitespaces": False,
    "split_digits": True,
}
T5 = {"model_type": "unigram", "pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
ROBERTA = {
    "start_token": "<s>",
    "end_token": "</s>",
    "separator_token": "</s>",
    "mask_token": "<mask>",
    "unknown_token": "<unk>",
}
CASES = {
    "word": lambda: _words(split="whitespace", lowercase=False),
    "word signs": lambda: _words(split="punctuation", lowercase=False),
    "word lower signs": lambda: _words(split="punctuation", lowercase=True),
    "character": lambda: CharacterTokenizer(["<unk>", "<eos>", *sorted(set("".join(_lines())))[::2]]),
    "byte": ByteTokenizer,
    "wordpiece": _word_pieces,
    "wordpiece cased": lambda: _word_pieces(lowercase=False, split_chinese=False, max_characters_per_word=9),
    "wordpiece accents": lambda: _word_pieces(strip_accents=False),
    "bpe": _byte_pairs,
    "bpe roberta": lambda: _byte_pairs("<s>", "</s>", "<mask>", "<unk>", add_prefix_space=True, **ROBERTA),
    "sentencepiece unigram": lambda: SentencePieceTokenizer(sentence_piece_model(**T5), extra_ids=3),
    "sentencepiece bpe": lambda: SentencePieceTokenizer(sentence_piece_model(**LLAMA), start="begin"),
    "llama2c": lambda: Llama2cTokenizer(packed(learned([line[:40] for line in _lines()[:150]], 100))),
}
"""Name, its first word the kind -> the layer."""
