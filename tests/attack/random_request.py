"""Requests to `generate`, good and bad: every option with values of every odd type and range, and hostile prompts."""

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
from langzoo.layers.plain.beam_options import BeamOptions
from langzoo.layers.plain.generation_options import MAX_TOKENS
from langzoo.layers.plain.option import options_of

SEARCH = tuple(options_of(BeamOptions))

PROMPTS = [
    "the cat",
    "",
    " ",
    "\n",
    "a ",
    "a\t",
    "Once upon",
    "3.14 (",
    "a\0b",
    "\0",
    "\r\n",
    "🙂",
    "👨‍👩‍👧",
    "e\u0301\u0301",
]
PROMPTS += [
    "שלום",
    "\u202eabc",
    "\ufeffa",
    "\ufffd",
    "猫坐",
    "我爱 ",
    "<eos>",
    "<unk>",
    "</s>",
    "\u2028",
    "a\u3000",
    "a" * 62,
]
PROMPTS += ["a" * 63, "a" * 64, "ß", "İ", b"\xff\xfe", b"\xe7\x8c", b"a\xc2", bytes(range(40)), np.str_("a")]
REFUSED_PROMPTS = ["\ud800", "a\udfff", "a" * 100_000, "猫 " * 33_000]
NO_PROMPTS = ["text", b"text", None, 3, 0.5, [3], [None], ["a", 3], [["a"]], np.array("a"), [np.array(["a"])], object()]
NO_ROWS = [[], (), {}, np.array([])]
NUMBERS = [
    0,
    1,
    2,
    3,
    40,
    257,
    10**6,
    2**31 - 1,
    2**31,
    -1,
    -(2**31),
    -(2**31) - 1,
    2**63,
    10**400,
    -(10**400),
    10**5000,
]
NUMBERS += [0.0, -0.0, 0.5, 1.0, 0.999999999, 1.0000000001, 2.5, 1e-46, 1e-45, 1e-40, 1e-38, 1e-30, 1e30, 3.4e38, 1e39]
NUMBERS += [
    float("nan"),
    float("inf"),
    -float("inf"),
    Fraction(1, 3),
    Fraction(10**60),
    np.float32(0.5),
    np.float64(0.7),
]
NUMBERS += [np.float16(0.5), np.int64(3), np.uint8(2), np.float32("nan")]
ODD = [
    True,
    False,
    np.bool_(True),
    "1",
    "",
    "hot",
    b"1",
    [],
    [1],
    [0.5],
    {},
    (),
    1j,
    Decimal("0.5"),
    object(),
    np.array(1),
]
GOOD = {
    "temperature": [0, 0.0, 0.7, 1, 1.5, 1e-30, 1e30],
    "top_k": [0, 1, 3, 40, 2**31 - 1],
    "top_p": [1, 0.9, 0.3, 1e-6],
    "width": [2],
    "length_penalty": [0, 0.6],
    "repetition_penalty": [1, 1.0, 1.2, 2, 0.5],
    "no_repeat_ngram_size": [0, 1, 2, 3, 40],
    "min_p": [0, 0.05, 0.5, 1],
    "typical_p": [1, 0.9, 0.2],
    "epsilon_cutoff": [0, 3e-4, 0.1],
    "eta_cutoff": [0, 3e-4, 0.1],
    "frequency_penalty": [0, 0.5, -2],
    "presence_penalty": [0, 2.0, -0.5],
    "min_new_tokens": [0, 2, 5],
    "seed": [0, 1, -1, 2**31 - 1, -(2**31)],
    "max_tokens": [1, 2, 5, 8],
}
TEXTS = {
    "banned_words": ["", "a", "a,b", "ab", ["a", "cat"], (), "猫", ","],
    "allowed_words": ["a,b", ["a"], "", "a,,b"],
    "logit_bias": ["", "a=5", {"b": -100}, "a=1e9", "a", {}],
    "forced_start": ["", "ab", " a"],
    "regex": ["", "[a-c ]{1,6}", "(ab)+", "[", "a猫"],
    "json_schema": [{"type": "integer", "maximum": 9}, "{", {"enum": []}],
    "grammar": ['start: "a"+', "start: b"],
}
"""Options of logit rules that are text, which no SavedModel takes."""
DECODERS = ["greedy", "sampling", "temperature", "top_k", "top_p"]
NO_DECODERS = ["", "Greedy", "nucleus", "top-k", "beam ", 3, True, b"greedy", ["greedy"], object()]
LISTS = [
    [],
    ["a"],
    ["ab"],
    ["e a", "zz"],
    ["\n\n", "tt"],
    [""],
    ["a", "e"],
    ["\n"],
    "a",
    b"a",
    3,
    [3],
    [None],
    [b"a"],
    ["\ud800"],
    ["猫"],
    ("a",),
    None,
    ["\0"],
]


def random_request(number, *, bounded):
    """Prompts and options of one request.

    Args:
        number: of the request; the same number is the same request.
        bounded: whether the model has positions that end a text.
    """
    source = random.Random(number)
    prompts = source.choices(PROMPTS, k=source.choice((1, 1, 1, 2, 3)))
    if source.random() < 0.1:
        prompts = source.choice([*NO_PROMPTS, *NO_ROWS])
    elif source.random() < 0.05:
        prompts = [*prompts, source.choice(REFUSED_PROMPTS if bounded else REFUSED_PROMPTS[:2])]
    options = {"max_tokens": source.choice([*GOOD["max_tokens"], *([1_000, MAX_TOKENS] if bounded else [])])}
    if source.random() < 0.6:
        options["decoder"] = source.choice([*DECODERS, None])
    for name, values in GOOD.items():
        if name not in SEARCH and source.random() < 0.3:
            options[name] = source.choice(values)
    if source.random() < 0.15:
        name = source.choice(list(TEXTS))
        options[name] = source.choice([*TEXTS[name], *TEXTS[name], *ODD])
    bad = source.choice((0, 0, 1, 1, 2))
    for _ in range(bad):
        name = source.choice([*GOOD, "decoder", "stop", "suppress", "topk", "beams"])
        options[name] = source.choice(
            {"decoder": [*NO_DECODERS, "beam"], "stop": LISTS, "suppress": LISTS}.get(name, NUMBERS + ODD)
        )
        if name in ("max_tokens", "width") and type(options[name]) is int and 8 < options[name] <= MAX_TOKENS:
            options[name] = 4
    return prompts, options
