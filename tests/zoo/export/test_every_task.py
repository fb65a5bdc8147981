"""SavedModels of every family with every task that it has: exported == live. What test_tasks has is left to it."""

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.probabilistic import count_ngrams
from langzoo.layers.text import CharacterTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.serving import LiteModel
from langzoo.zoo.registry import named_model
from langzoo.zoo.tasks.text_encoder import POOLINGS

from tests.checks.export import DECODINGS, check_export, check_litert, generation
from tests.zoo.export.tiny_models import CAUSAL, ENCODERS, PIECES, SEQ2SEQ

TEXTS = ["the cats sat on 猫 .", "", "cat", "xyz", "the " * 40, b"\xff cat"]
WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫"]
QUESTIONS = {
    "masked_lm": [lambda m: m.fill(["the [MASK] sat", "[MASK] 猫 [MASK]", "[MASK]"], count=12)],
    "text_encoder": [lambda m: m.embed(TEXTS), lambda m: m.embed(TEXTS, batch_size=1)],
    "text_classifier": [lambda m: m.classify(TEXTS), lambda m: m.classify(TEXTS, TEXTS[::-1])],
    "replaced_token_detector": [lambda m: m.detect(TEXTS)],
    "token_tagger": [lambda m: m.tag(TEXTS)],
    "span_extractor": [lambda m: m.answer(["the 猫", "cat", "x"], ["cat sat 猫 . " * 9, "猫", b"\xff cat"], count=3)],
    "relation_classifier": [lambda m: m.classify(["the <e1>cats</e1> sat on <e2>猫</e2>"])],
}
# A task with its options, for each family; the pooler belongs to BERT alone.
OPTIONS = {
    "masked_lm": [{}],
    "text_encoder": [{"pooling": pooling} for pooling in POOLINGS]
    + [
        {"normalize": False, "max_length": 5},
        {"prompts": {"query": "the cat ", "document": ""}, "default_prompt_name": "query"},
    ],
    "text_classifier": [{"labels": ["bad", "good", "猫"]}],
    "replaced_token_detector": [{}],
    "span_extractor": [{"max_length": 24, "no_answer_threshold": 0.0}],
    "relation_classifier": [{"labels": ["On(e1,e2)", "Other"], "marker_ids": [5, 6]}],
    "multi_task": [],  # whose heads are exported, as models of their tasks; so are
    "electra_pair": [],  # the two of a pair
    "token_tagger": [
        {"labels": ["O", "B-猫", "I-猫"]},
        {"labels": ["noun", "verb"], "head": "crf", "words": "character", "intents": ["ask", "tell"]},
    ],
}


def cases():
    for family, (name, tested, options) in ENCODERS.items():
        for task in named_model(name).config.fitting_tasks():
            for given in OPTIONS[task]:
                if (task, given) != (tested, options) and (given.get("pooling") != "pooler" or family == "bert"):
                    yield pytest.param(name, task, given, id="-".join([family, task, *map(str, given.values())]))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "task", "options"), cases())
def test_encoders(name, task, options, tmp_path):
    keras.utils.set_random_seed(0)
    sizes = {"num_layers": 1, "max_sequence_length": 24, "initializer_range": 0.5}
    model = zoo.create(name, task=task, tokenizer=WordPieceTokenizer(PIECES), options=options, **sizes)
    check_export(model, QUESTIONS[task], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["text_bilstm_tiny", "text_cnn_tiny"])
def test_bodies_that_read_texts(name, tmp_path):
    keras.utils.set_random_seed(0)
    model = zoo.create(name, tokenizer=WordPieceTokenizer(PIECES), options={"labels": ["bad", "good", "猫"]})
    check_export(model, QUESTIONS["text_classifier"], tmp_path)


def unigram():
    model = zoo.create("unigram", tokenizer=WordTokenizer(WORDS))
    model.head.set_counts(np.array([1, 2, 9, 4, 3, 5]))
    return model


def bigram():
    text = np.array([1, 2, 3, 4, 1, 5, 2, 1, 2, 3, 1])
    counts = count_ngrams([(text[:-1], text[1:])], len(WORDS))
    model = zoo.create("bigram", tokenizer=WordTokenizer(WORDS), num_bigrams=len(counts[2]), prior_strength=0.5)
    model.head.set_counts(*counts)
    return model


def small(name, tokenizer, **sizes):
    keras.utils.set_random_seed(0)
    return zoo.create(name, tokenizer=tokenizer, initializer_range=0.5, **sizes)


LANGUAGE_MODELS = {
    "unigram": unigram,
    "bigram": bigram,
    "lstm_tied": lambda: small("lstm_tied", WordTokenizer(WORDS), hidden_dim=8, embedding_dim=8),
    "char_lstm": lambda: small("char_lstm", CharacterTokenizer(["<unk>", "<eos>", *"the cas猫"]), hidden_dim=8),
    "hmm_tiny": lambda: small("hmm_tiny", WordTokenizer(WORDS), num_states=4),
    "rnnlm_tiny": lambda: small("rnnlm_tiny", WordTokenizer(WORDS)),
    "gru_tiny": lambda: small("gru_tiny", WordTokenizer(WORDS)),
    "nnlm_tiny": lambda: small("nnlm_tiny", WordTokenizer(WORDS)),
    "char_cnn_lstm_tiny": lambda: small("char_cnn_lstm_tiny", WordTokenizer(WORDS)),
    "awd_lstm_tiny": lambda: small("awd_lstm_tiny", WordTokenizer(WORDS)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_counts_and_recurrent_models(name, tmp_path):
    """Greedy, and seeded with every decoder; prompts of unequal length, in which bytes are no UTF-8."""
    texts = ["", "the cat sat the cat sat", "猫", b"the \xff", "sat"]
    decodings = [{}, {"decoder": "temperature", "temperature": 0}, *DECODINGS]

    def scores(model):  # the states of a hidden Markov model are the live one's alone
        return [{key: row[key] for key in ("tokens", "log_probabilities")} for row in model.score(texts)]

    check_export(LANGUAGE_MODELS[name](), [scores, *generation(texts, decodings=decodings)], tmp_path)


@pytest.mark.ci
@pytest.mark.parametrize(
    "name", ["hmm_tiny", "rnnlm_tiny", "gru_tiny", "nnlm_tiny", "char_cnn_lstm_tiny", "awd_lstm_tiny"]
)
def test_in_one_file(name, tmp_path):
    """A `.tflite` file and what is read with it: the text of the live model."""
    model = LANGUAGE_MODELS[name]()
    report, _ = check_litert(model, tmp_path / "litert", prefill_lengths=[4], context=32)
    lite = LiteModel(report.path, num_threads=1)
    for options in ({}, {"decoder": "temperature", "temperature": 0.7, "seed": 3}):
        for text in ("", "the cat sat", "猫"):
            found, expected = (each.generate([text], max_tokens=6, **options) for each in (lite, model))
            assert [row["text"] for row in found] == [row["text"] for row in expected], (text, options)


def test_every_family_is_exported_somewhere():
    """A new family needs a line in tiny_models, or a test of its own."""
    from langzoo.zoo.registry import MODELS

    here = {zoo.named_model(name).family for name in LANGUAGE_MODELS}
    elsewhere = {"backoff", "bilstm", "text_lstm", "text_cnn", "bayes", "lstm_vae"}
    assert {*MODELS.families()} == {*CAUSAL, *SEQ2SEQ, *ENCODERS} | here | elsewhere
