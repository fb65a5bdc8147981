"""Sentences of words that models of n-grams are counted on, and the same counted in plain Python."""

from collections import Counter

import numpy as np
from langzoo.layers import WordTokenizer
from langzoo.trainers.data import TokenCorpus

WORDS = ["<unk>", "<eos>", "a", "b", "c", "d", "e", "f", "never"]
START = "<s>"


def sentences(seed=0, count=80):
    """Lists of words, some of them empty; "never" is in none."""
    draw = np.random.default_rng(seed)
    chances = [0.3, 0.25, 0.2, 0.15, 0.06, 0.04]
    return [draw.choice(WORDS[2:8], draw.integers(0, 9), p=chances).tolist() for _ in range(count)]


def corpus_of(lines, folder, *, name="text.txt", by_lines=False):
    """The corpus of sentences, and its tokenizer."""
    (folder / name).write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
    tokenizer = WordTokenizer(WORDS)
    return TokenCorpus.from_files([folder / name], tokenizer, cache=folder, by_lines=by_lines), tokenizer


def counted(lines, order):
    """How often each n-gram of each order from 1 on occurs, as tuples of words."""
    found = [Counter() for _ in range(order)]
    for line in lines:
        words = [START, *line, "<eos>"]
        for length in range(1, order + 1):
            found[length - 1].update(tuple(words[end - length : end]) for end in range(max(length, 2), len(words) + 1))
    return found


def probabilities_of(model, history):
    """p(w|h) of every word, by name; the history begins with the start of a text or not."""
    ids = [WORDS.index("<eos>" if word == START else word) for word in history]
    if ids:
        logits = model({"token_ids": np.array([ids], np.int32)})["logits"][0, -1]
    else:
        logits = model.head(np.zeros((1, model.backbone.hidden_dim), np.int32))[0]
    return dict(zip(WORDS, np.exp(logits).tolist(), strict=True))
