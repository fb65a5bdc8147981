"""Random requests, good and bad, to a live model, its SavedModel and its `.tflite` file: one answer, or one refusal.

A sample runs by default; `pytest -m attack` asks a model of every kind of tokenizer and state thousands of times.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.beam_options import BeamOptions
from langzoo.layers.plain.logit_rules import own_rule_options
from langzoo.layers.plain.logit_rules.history import History
from langzoo.layers.plain.logit_rules.rule_chain import RuleChain
from langzoo.layers.plain.numpy_ops import NumPyOps
from langzoo.layers.plain.option import options_of
from langzoo.layers.plain.sampling_options import SamplingOptions
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import ExportedModel, LiteModel
from langzoo.serving.decoding_options import decoding_options
from langzoo.serving.next_token import next_token
from langzoo.zoo.export import export_litert, export_saved_model
from langzoo.zoo.models.gpt2 import GPT2Config
from langzoo.zoo.models.transformer import TransformerConfig
from langzoo.zoo.tasks import CausalLM, Seq2SeqLM

from tests.attack.random_request import TEXTS, random_request
from tests.checks.export import rough_exports
from tests.serving.text.plain_cases import CASES

SEARCH = tuple(options_of(BeamOptions))
OPTIONS = (*options_of(SamplingOptions), *own_rule_options())
SAMPLE, ALL = 100, 340  # requests of a model
ANSWERS = 21  # of the sample, by the live model, which traces a graph for nearly each
POSITIONS = 64
NO_BEAM, NO_STOP, NO_SUPPRESS = (
    f"an exported model {words}; generate from the run directory instead"
    for words in ("has no beam search", "takes no stop strings", "suppresses no tokens")
)
NO_TEXT = (
    "an exported SavedModel takes only logit rules of numbers, and {} is text: generate from the run directory "
    "instead, or with a LiteModel"
)


def gpt2(tokenizer):
    size = {"num_layers": 1, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 24, "dropout": 0.0}
    config = GPT2Config(vocabulary_size=tokenizer.vocabulary_size, max_sequence_length=POSITIONS, **size)
    return told_apart(CausalLM(config, tokenizer=tokenizer, name="gpt2"))


def transformer(tokenizer):
    size = {"num_layers": 1, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 24, "dropout": 0.0}
    config = TransformerConfig(vocabulary_size=tokenizer.vocabulary_size, max_sequence_length=POSITIONS, **size)
    return told_apart(Seq2SeqLM(config, tokenizer=tokenizer, name="transformer"))


def lstm(tokenizer):
    return told_apart(zoo.create("lstm_tiny", tokenizer=tokenizer, embedding_dim=16, hidden_dim=16))


def told_apart(model):
    """Weights that make up their mind: rounding decides nothing."""
    keras.utils.set_random_seed(0)
    source = np.random.default_rng(0)
    for weight in model.weights:
        if len(weight.shape) > 1:
            weight.assign(source.normal(size=weight.shape) * 0.5)
    return model


MODELS = {
    "gpt2 of bytes": lambda: gpt2(ByteTokenizer()),
    "gpt2 of byte pairs": lambda: gpt2(CASES["bpe"]()),
    "gpt2 of characters": lambda: gpt2(CASES["character"]()),
    "gpt2 of word pieces": lambda: gpt2(CASES["wordpiece"]()),
    "gpt2 of unigram pieces": lambda: gpt2(CASES["sentencepiece unigram"]()),
    "gpt2 of llama2c": lambda: gpt2(CASES["llama2c"]()),
    "lstm of words": lambda: lstm(CASES["word signs"]()),
    "lstm of merged pieces": lambda: lstm(CASES["sentencepiece bpe"]()),
    "transformer of words": lambda: transformer(CASES["word"]()),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The name of a model -> it live, as a SavedModel and as a `.tflite` file."""

    def opened(name):
        live, folder = MODELS[name](), tmp_path_factory.mktemp("attacked")
        lengths = {"source_lengths": [POSITIONS]} if live.task == "seq2seq_lm" else {"prefill_lengths": [16]}
        with rough_exports(saved_model=("serving_default", "score", "tokens")):
            exported = ExportedModel(export_saved_model(live, folder / "1").path)
            return live, exported, LiteModel(export_litert(live, folder, **lengths).path, num_threads=1)

    return opened


def outcome(model, prompts, options):
    """What comes back, or the rule of the refusal without the numbers of the model; anything else is raised."""
    try:
        rows = model.generate(prompts, **options)
    except ValueError as error:
        message = str(error)
        assert "\n" not in message and len(message) < 400
        return "refused", "too long" if "a text is longer than this" in message else message
    for row in rows:
        row["text"].encode("utf-8")
    return "answered", [(row["text"], row["tokens"]) for row in rows]


def rounding_decides(live, prompts, options, ours, its):
    """Whether each text that differs does so from a draw on that rounding decides: noise of its size gives either.

    Logits of a graph and of LiteRT differ in their last bits, and a draw falls between two tokens now and then.
    """
    chosen, rules = decoding_options(options.get("decoder"), {name: options.get(name) for name in OPTIONS})
    rules = [rule.bound(live.token_book) for rule in rules]
    chain = RuleChain(rules, ops=NumPyOps)
    stops = live.stop_ids() if options.get("stop") is None else live.stop_ids(options["stop"])
    mute = [*live._suppress_ids(options.get("suppress", ()))]
    source = np.random.default_rng(0)
    for prompt, (_, one), (_, other) in zip(prompts, ours, its, strict=True):
        if one == other:
            continue
        place = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
        place = min(len(one), len(other)) if place is None else place
        wanted = {live.tokenizer.token_to_id(row[place]) if place < len(row) else stops for row in (one, other)}
        new = [live.tokenizer.token_to_id(token) for token in one[:place]]
        logits, read = logits_after(live, prompt, new)
        settings = {"prompt_ids": NumPyOps.row(read, int), "lengths": np.array([len(read)]), "step": len(new)}
        new_ids, stop_ids = np.array([new], np.int32), NumPyOps.row(stops, int)
        history = History(**settings, new_ids=new_ids, ops=NumPyOps, stop_ids=stop_ids, finished=np.array([False]))
        logits[mute] = -np.inf
        found = set()
        for _ in range(2_000):
            noisy = logits + source.normal(size=logits.shape).astype(np.float32) * 3e-6
            noisy = chain.apply(noisy[np.newaxis], history, [{} for _ in rules])[0]
            token = next_token(noisy, step=place, seed=int(options.get("seed", 0)), options=chosen, cut=chain.cut)
            found.add(stops if token in stops else token)
        if not wanted <= found:
            return False
    return True


def logits_after(live, prompt, new):
    """Of the next token after a prompt and some new ones: float32 (V,); and what was read of the prompt."""
    if live.task == "seq2seq_lm":
        source = live.encode_sources(tf.constant([prompt]))
        inputs = {"source_ids": source["token_ids"], "source_mask": source["padding_mask"]}
        ids = [live.target_start_id(), *new]
    else:
        read, lengths = live.encode_prompts(tf.constant([prompt]))
        inputs, ids = {}, [*read[0, : int(lengths[0])].numpy(), *new]
    logits = live({**inputs, "token_ids": tf.constant([ids])})["logits"][0, -1].numpy()
    return logits[: live.tokenizer.vocabulary_size].copy(), np.array(ids[: len(ids) - len(new)], np.int32)


def check(models, number):
    """All three alike, but for what an export cannot do, which it says."""
    live, exported, lite = models
    prompts, options = random_request(number, bounded=live.max_sequence_length is not None)
    expected = outcome(live, prompts, options)
    asked_in_text = [name for name in TEXTS if options.get(name)]
    for model in (exported, lite):
        found = outcome(model, prompts, options)
        allowed = [expected]
        if options.get("decoder") == "beam" or any(options.get(name) is not None for name in SEARCH):
            allowed = [*allowed, ("refused", NO_BEAM)] if expected[0] == "refused" else [("refused", NO_BEAM)]
        elif model is exported and options.get("stop") is not None:
            allowed = [*allowed, ("refused", NO_STOP)] if expected[0] == "refused" else [("refused", NO_STOP)]
        elif model is exported and asked_in_text:
            refusals = [("refused", NO_TEXT.format(name)) for name in asked_in_text]
            allowed = [*allowed, *refusals] if expected[0] == "refused" else refusals
        elif model is exported and options.get("suppress"):
            allowed = [*allowed, ("refused", NO_SUPPRESS)] if expected[0] == "refused" else [("refused", NO_SUPPRESS)]
        if found not in allowed and found[0] == "answered" == expected[0]:
            assert rounding_decides(live, prompts, options, expected[1], found[1]), (number, prompts, options)
            return "rounded"
        assert found in allowed, (number, type(model).__name__, prompts, options)
    return expected[0]


def test_a_sample_of_requests(asked):
    """All that are refused, and as many as there is time for of those that are answered."""
    models, outcomes = asked("gpt2 of bytes"), []
    for number in range(SAMPLE):
        answered = outcome(models[2], *random_request(number, bounded=True))[0] == "answered"
        if not answered or outcomes.count("answered") < ANSWERS:
            outcomes.append(check(models, number))
    assert min(outcomes.count("answered"), outcomes.count("refused")) > SAMPLE // 5


@pytest.mark.attack
@pytest.mark.parametrize("name", MODELS)
def test_thousands_of_requests(asked, name):
    models = asked(name)
    outcomes = [check(models, number) for number in range(1_000, 1_000 + ALL)]
    assert min(outcomes.count("answered"), outcomes.count("refused")) > ALL // 5
    assert outcomes.count("rounded") < ALL // 50
