"""Lines of English, Chinese, emoji, accents, control characters and noise, the same at every run."""

import random

WORDS = [
    "the",
    "of",
    "and",
    "a",
    "little",
    "girl",
    "went",
    "to",
    "town",
    "don't",
    "can't",
    "naïve",
    "Ünïcödé",
    "Straße",
    "İstanbul",
    "ΣΑΣ",
    "ﬁ",
    "½",
    "Ⅷ",
    "１２３",
    "1,234.56",
    "C++",
    "foo_bar",
    "http://a.b/c?d=e",
    "é",
    "한국어",
    "हिन्दी",
    "ไทย",
    "العربية",
    "👨\u200d👩\u200d👧\u200d👦",
    "🇨🇳",
    "❤️",
    "unbelievable",
    "playing",
    "It's",
    "we'll",
    "they've",
    "I'm",
    "he'd",
    "'tis",
    "rock'n'roll",
    "'S",
    "我爱你",
    "北京大学的学生",
    "今天天气很好，",
    "“引号”",
    "你好！",
    "東京タワー",
    "3.14",
    "don''t",
    "'ve",
    "x'll'd",
    "---",
    "...",
    "(a)",
    "#1",
    "$5",
    "50%",
    "@me",
    "&",
    "*",
    "~",
]
SPACES = [" ", " ", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u3000", "\u2028", "\x0b", "\x0c", "\x85", "\x1c"]
BLOCKS = [
    (0x00, 0x20), (0x20, 0x7F), (0x80, 0x250), (0x300, 0x370), (0x370, 0x600), (0x900, 0xE00), (0x1100, 0x1200),
    (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x3000), (0x3000, 0x3100), (0x4E00, 0xA000), (0xAC00, 0xD7A4),
    (0xE000, 0xF900), (0xF900, 0x10000), (0x10000, 0x13000), (0x1F300, 0x1FB00), (0x20000, 0x31350), (0xE000, 0x110000),
]  # fmt: skip


def noisy_lines(count, *, seed=0, extra=()):
    """`count` lines; `extra` are further words, special tokens above all."""
    source = random.Random(seed)
    lines = []
    while len(lines) < count:
        pieces = []
        for _ in range(source.randrange(12)):
            kind = source.random()
            if kind < 0.55:
                pieces.append(source.choice(WORDS))
            elif kind < 0.65 and extra:
                pieces.append(source.choice(extra))
            else:
                blocks = source.sample(BLOCKS, 2)
                pieces.append(
                    "".join(chr(source.randrange(*source.choice(blocks))) for _ in range(source.randrange(8)))
                )
            if source.random() < 0.8:
                pieces.append(source.choice(SPACES))
        lines.append("".join(pieces))
    return lines
