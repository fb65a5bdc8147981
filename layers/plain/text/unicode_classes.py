"""Classes of Unicode characters, the same under every version of Python.

Measured once on all code points with Hugging Face `tokenizers` 0.23, whose parts follow different versions of Unicode
(8 for BERT, 16 for GPT-2), none of them Python's. A class is written as lengths of runs in hexadecimal: alternately the
number of code points outside it and inside it.
"""

import numpy as np

NUM_CODE_POINTS = 0x110000

CONTROL = """
0 9 2 2 1 12 5f 21 d 1 552 6 16 1 c0 1 31 1 10fe 1 7fc 5 1a 5 31 5 1 a bf90 1900 5ff 1 f9 3 1 1 10bf 1 abe2 4
14cf 8 c2e86 1 1e 60 ff80 fffe 2 fffe
"""
"""Cc, Cf and Co except tab and line ends, NUL and U+FFFD: BERT's normalization removes them."""

SPACE = "9 2 2 1 12 1 7f 1 15df 1 97f b 1d 2 5 1 2f 1 fa0 1"
"""Characters that BERT's normalization treats as a space."""

PUNCTUATION = """
21 f a 7 1a 6 1a 4 22 1 5 1 3 1 a 2 3 1 3 1 2be 1 8 1 1d2 6 29 2 33 1 1 1 2 1 2 1 2c 2 14 2 1 2 d 1 2 2 4a 4
66 1 2b e e9 3 36 f 1f 1 105 2 a 1 17f 1 303 1 5a 1 a 2 a8 f 1 1 25 4 47 1 4a 5 4 2 6f 6 ab 1 264 9 97 1 26c 2
2c 2 4e 3 47 2 9d 3 1 3 25 b 139 2 d8 2 80 7 1 6 ac 7 9b 4 3b 5 3e 2 40 8 b 1 33c 18 8 14 1 d 1 c 1e 2 e 2 279
4 1d 2 43d e 4f 2 1f a 193 16 3f 4 20 2 2fb 4 1 2 70 1 8f 2f 1 13 1be 3 4 a 2 c 10 1 c 1 62 1 5a 1 7402 2 10d
3 63 1 a 1 73 6 17c 4 56 2 28 3 1 1 31 2 2f 1 61 d 10 2 7c 4 7e 2 10 2 f9 1 5152 2 d0 a 16 23 1 e 1 1 4 1 1 2
95 3 1 6 1 4 a 2 3 2 1a 3 1 1 1b 1 1 1 1 7 19a 3 29c 1 30 1 19e 1 2e7 1 c7 1 1f 1 110 9 26 1 70 7 42 7 59 4
4aa 7 6d 2 1 4 7e 4 30 2 4f 5 3 1 d 1 1 3 58 6 6b 1 21c 1 fa 17 69 3 f8 3 d31 5 45f9 2 85 1 41 5 8 1 515a 1
1de7 5
"""
"""ASCII signs and category P: each is a word for BERT."""

MARK = """
300 70 113 5 109 2d 1 1 1 2 1 2 1 1 48 b 30 15 10 1 65 7 2 6 2 2 1 4 23 1 1e 1b 5b b 3a 9 22 4 1 9 1 3 1 5 2b
3 87 20 37 1 1 1 4 8 4 1 3 7 a 2 1d 1 3a 1 4 4 8 1 14 2 1d 2 39 1 4 2 4 2 2 3 3 1 1e 2 3 1 b 2 39 1 4 5 1 2 4
1 14 2 1d 1 3a 1 2 1 1 4 8 1 8 1 b 2 1e 1 3d 1 c 1 32 1 3d 3 5 3 1 4 7 2 b 2 1d 1 3a 1 2 1 6 1 5 2 14 2 1d 1
3f 4 8 1 14 2 66 1 7 3 1 1 5a 1 2 7 c 8 62 1 2 6 1 2 b 6 4a 2 1b 1 1 1 1 1 37 e 1 5 1 2 5 b 1 24 9 1 66 4 1 6
1 2 2 2 19 2 4 3 10 4 d 1 2 2 6 1 f 1 2bf 3 3b2 3 1d 3 1d 2 1e 2 40 2 1 7 8 1 2 b 9 1 2d 3 9b 1 76 3 4 2 9 1 6
3 db 2 2 1 3a 1 1 7 1 1 1 1 2 8 6 a 2 1 30 e 42 4 30 1 1 5 1 1 5 1 28 9 c 2 20 4 2 2 1 3 38 1 1 2 3 1 1 3 3a 8
2 2 98 3 1 d 1 7 4 1 6 1 3 2 c6 36 6 4 2d0 d 4 1 3 c bfe 3 8d 1 60 20 22a 4 6b 2 75d4 1 4 a 20 2 50 2 110 1 3
1 4 1 19 2 9d 1 1b 12 34 8 19 b 2e 3 30 1 2 4 2 1 28 1 43 6 2 2 2 2 c 1 8 1 2f 1 33 1 1 3 2 2 5 2 1 1 2a 2 8 1
ee 1 2 1 4 1 4f30 1 2e1 10 10 10 3cd 1 e2 1 95 5 686 3 1 2 5 4 28 3 4 1 a5 2 51a 1 36 f 38 3 31 4 2 2 45 3 24
5 1 8 3e 1 c 2 34 9 b 3 62 3 2 1 1 2 a7 1 3 8 15 2 3a 1 3 1 25 7 3 5 13e 6 1 1 4 2 1 2 ee 4 6 2 1 2 1b 2 55 8
2 1 1 2 6a 1 1 1 2 6 1 1 65 3 2 4 1 5 53c4 5 3b 7 458 4 4d0a 2 14c8 3 11 8 2 7 1e 4 94 3 7bb 37 4 32 8 1 e 1
16 5 1 f e20 7 c1829 f0
"""
"""Mn: removed with the accents."""

LETTER = """
41 1a 6 1a 2f 1 a 1 4 1 5 17 1 1f 1 1ca 4 c e 5 7 1 1 1 81 5 1 2 2 4 1 1 6 1 1 3 1 1 1 14 1 53 1 8b 8 a6 1 26
2 1 6 29 47 1b 4 4 2d 2b 23 2 1 63 1 1 f 2 7 2 a 3 2 1 10 1 1 1e 1d 59 b 1 18 21 9 2 4 1 5 16 4 1 9 1 3 1 17
19 7 b 5 18 1 6 11 2a 3a 36 3 1 12 1 7 a f 10 4 8 2 2 2 16 1 7 1 1 3 4 3 1 10 1 d 2 1 3 e 2 a 1 8 6 4 2 2 16 1
7 1 2 1 2 1 2 1f 4 1 1 13 3 10 9 1 3 1 16 1 7 1 2 1 5 3 1 12 1 f 2 17 1 b 8 2 2 2 16 1 7 1 2 1 5 3 1 1e 2 1 3
f 1 11 1 1 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 c 16 1 34 8 1 3 1 17 1 10 3 1 1a 3 2 1 2 2 1e 1 4 8 1 3 1 17 1 a 1
5 3 1 1f 2 1 2 f 2 11 9 1 3 1 29 2 1 10 1 5 3 8 3 18 6 5 12 3 18 1 9 1 1 2 7 3a 30 1 2 c 7 3a 2 1 1 1 5 1 18 1
1 1 a 1 2 9 1 2 5 1 1 15 4 20 1 3f 8 1 24 1b 5 73 2b 14 1 10 6 4 4 3 1 3 2 7 3 4 d c 1 11 26 1 1 5 1 2 2b 1
14d 1 4 2 7 1 1 1 4 2 29 1 4 2 21 1 4 2 7 1 1 1 4 2 f 1 39 1 4 2 43 25 10 10 56 2 6 3 26c 2 11 1 1a 5 4b 6 8 7
12 d 13 e 12 e d 1 3 f 34 23 1 4 1 43 59 7 5 2 22 1 1 5 46 a 1f 31 1e 2 5 b 2c 4 1a 36 17 9 35 52 1 5d 2f 11 8
36 1e d 2 a 2c 1a 24 29 3 a 24 2 b 5 2b 2 3 29 4 1 6 1 2 3 1 5 c0 40 116 2 6 2 26 2 6 2 8 1 1 1 1 1 1 1 1f 2
35 1 7 1 1 3 3 1 7 3 4 2 6 4 d 5 3 1 7 74 1 d 1 10 d 65 1 4 1 2 a 1 1 3 5 6 1 1 1 1 1 1 4 1 b 2 4 5 5 4 1 34 2
a7b e5 6 4 3 2 c 26 1 1 5 1 2 38 7 1 10 17 9 7 1 7 1 7 1 7 1 7 1 7 1 7 1 7 50 1 1d5 2 2a 5 5 2 4 56 6 3 1 5a 1
4 5 2b 1 5e 11 20 30 10 200 19c0 40 568d 43 2e 2 10d 3 10 a 2 14 2f 10 1f 2 46 31 9 2 67 2 43 2 2 1 1 1 8 15
10 1 3 1 4 1 17 1d 34 e 32 3e 6 3 1 1 2 b 1c a 17 19 1d 7 2f 1c 1 10 5 1 a a 5 1 29 17 3 1 8 14 17 3 1 3 32 1
1 3 2 2 5 2 1 1 1 18 3 2 b 7 3 c 6 2 6 2 6 9 7 1 7 1 2b 1 e 6 73 1d 2ba4 c 17 4 31 2104 16e 2 6a 26 7 c 5 5 1
1 a 1 d 1 5 1 1 1 2 1 2 1 6c 21 16b 12 40 2 36 28 c 74 5 1 87 24 1a 6 1a b 59 3 6 2 6 2 6 2 3 23 c 1 1a 1 13 1
2 1 f 2 e 22 7b 185 1d 3 31 2f 20 d 14 1 8 6 26 a 1e 2 24 4 8 30 9e 12 24 4 24 4 28 8 34 c b 1 f 1 7 1 2 1 b 1
f 1 7 1 2 3 34 c 137 9 16 a 8 18 6 1 2a 1 9 45 6 2 1 1 2c 1 2 3 1 2 17 a 17 9 1f 41 13 1 2 a 16 a 1a 46 38 6 2
40 1 f 4 1 3 1 1d 2a 1d 3 1d 23 8 1 1c 1b 36 a 16 a 13 d 12 6e 49 37 33 d 33 d 24 26 1c 9 17 fa 2a 6 2 10 3 3b
1d a 1 8 16 2a 12 2e 15 1b 17 c 35 39 2 2 1 d 2d 20 19 1a 24 1d 1 2 1 8 23 3 1 c 30 e 4 15 1 1 1 23 12 1 19 13
2 3f 7 1 1 1 4 1 f 1 a 7 2f 26 8 2 2 2 16 1 7 1 2 1 5 3 1 12 1 c 5 1e a 1 1 2 1 1 26 1 1 19 1 1 1 2c 35 12 4
14 3 1e 30 14 2 1 1 b8 2f 29 4 24 30 14 1 3b 2b d 1 47 1b 25 7 b9 2c 74 40 1f 8 2 1 2 8 1 2 1 18 f 1 1 1 5e 8
2 27 10 1 1 1 1c 1 a 28 7 1 15 1 b 2e 13 1 12 49 c7 21 1f 9 1 25 11 1 31 1e 70 7 1 2 1 26 15 1 19 6 1 2 1 20 e
1 147 13 f 1 1 d 1 22 7c 1 4f 39a e6 c4 a4c 61 f 430 11 6 19 f9b 5 247 1ab9 1e 6e2 239 7 1f 11 4f 11 1e 12 30
10 4 1f 15 5 13 1b0 2d d3 40 80 4b 5 1 42 d 40 2 1 1 1c 17f8 8 4d6 29 a 22e7 4 1 7 1 2 1 123 f 1 1d 3 2 1 e 4
8 18c 904 6b 5 d 3 9 7 a 1766 55 1 47 1 2 2 1 2 2 2 4 1 c 1 1 1 7 1 41 1 4 2 8 1 7 1 1c 1 4 1 5 1 1 3 7 1 154
2 19 1 19 1 1f 1 19 1 1f 1 19 1 1f 1 19 1 1f 1 19 1 8 734 1f 6 6 105 3e 92 2d a 7 10 1 141 1e 12 2c 1e4 1c e4
1e 2 1 1ef 7 1 4 1 2 1 f 1 c5 3b 44 7 1 4b4 4 1 1b 1 2 1 1 2 1 1 a 1 4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1
1 1 1 1 1 1 1 1 1 2 1 1 2 4 1 7 1 4 1 4 1 1 1 a 1 11 5 3 1 5 1 11 1144 a6e0 20 103a 6 de 2 1682 e 1d31 f 26e
9a2 21e 5e2 134b 5 1060
"""
"""\\p{L} of GPT-2's regular expression."""

NUMBER = """
30 a 78 2 5 1 2 3 5a1 a 86 a c6 a 19c a 76 a 4 6 6c a 76 a 76 a 2 6 6e d 73 a 8 7 67 a 68 7 7 13 6d a 60 a 76
a 46 14 10c a 46 a 2cf 14 371 3 ef a 6 a 16 a 12c a 80 b a5 a 6 a b6 a 56 a 86 a 6 a 416 1 3 6 6 a c6 33 2 5
2d6 3c 4e 16 276 1e 569 1 309 1 19 9 e 3 157 4 8a a 1e 8 1 f 20 a 27 f 7360 a bc a 140 6 9a a 26 a c6 a 16 a
56 a 196 a 5316 a 1ed 2d c 39 11 2 155 1b 24 4 1d 1 8 1 86 5 ca a 3ae 8 19 7 27 9 4b 5 16 6 a0 2 2 10 2 2e 40
9 34 2 1e 3 4b 5 68 8 18 8 29 7 14a 6 30 a 6 a 116 1f 9e a 2a 4 70 7 86 1e 80 a 3c a 90 a 7 14 fb a 156 a 76 a
176 a 66 a 6 14 4c c 1a4 13 5d a 296 a 56 1d e3 a 46 a 1a6 a 66 15 42b 6f 3cc1 a 926 a 56 a 86 a 1 7 20e a 106
17 5e59 a 5c6 14 c 14 6c 19 455 32 940 a 1a6 a 1f6 a f7 a 2cc 9 80 a 317 3b 1 3 1 4 4c 2d 1 f 3c2 d ae3 a
"""
"""\\p{N} of GPT-2's regular expression."""

LATER_NUMBER = "11de0 a 520a 3"
"""Further digits of the pre-tokenizer `Digits`, which follows Unicode 17."""

WHITE_SPACE = "9 5 12 1 64 1 1a 1 15df 1 97f b 1d 2 5 1 2f 1 fa0 1"
"""\\s of GPT-2's regular expression."""


def members(runs: str) -> np.ndarray:
    """Returns which code points are in a class.

    Args:
        runs: one of this module's classes.

    Returns:
        bool (0x110000,).

    Example:
        >>> [chr(point) for point in np.flatnonzero(members(NUMBER))[8:13]]
        ['8', '9', '²', '³', '¹']
    """
    lengths = [int(length, 16) for length in runs.split()]
    inside = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
    return np.concatenate([inside, np.zeros(NUM_CODE_POINTS - len(inside), bool)])
