"""The contract that every causal language model keeps, so that a model's own test is about its own maths."""

import json
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from langzoo import zoo

TOLERANCE = 1e-5
BATCH, LENGTH = 3, 7
LENGTHS = (7, 1, 4)


def check_causal_lm(model, *, tolerance=TOLERANCE):
    """Checks one model with a tokenizer and weights that make its predictions differ.

    Args:
        model: a `CausalLM`; its vocabulary is small, up to about 30 tokens, since beam search is compared with the
            search of all continuations.
        tolerance: of logits and log-probabilities, absolute.
    """
    ids = np.random.default_rng(1).integers(0, model.config.vocabulary_size, (BATCH, LENGTH)).astype(np.int32)
    check_steps(model, ids, tolerance)
    check_prefill(model, ids, tolerance)
    check_causality(model, ids, tolerance)
    check_padding(model, ids, tolerance)
    check_state_is_carried(model, ids, tolerance)
    check_likelihood(model, ids, tolerance)
    check_scores(model, ids, tolerance)
    check_parameters(model)
    check_travels(model, ids)
    check_generation(model, ids, tolerance)
    check_beam(model, ids, tolerance)


def logits_of(model, ids, **kwargs):
    """(B, T, V) of whole texts, as an array."""
    return model({"token_ids": tf.constant(ids), **kwargs})["logits"].numpy()


def close(actual, expected, tolerance, message):
    """Equal to the tolerance, infinities included."""
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance, err_msg=message)


def check_steps(model, ids, tolerance):
    """`step`, one token after the other, gives what `call` gives at every position: the one idea of this library."""
    state = model.initial_state(BATCH, LENGTH)
    expected = logits_of(model, ids)
    for t in range(LENGTH):
        logits, state = model.step(tf.constant(ids[:, t]), state)
        close(logits, expected[:, t], tolerance, f"step is not call at position {t}")
    assert logits.dtype == tf.float32, f"step gives {logits.dtype.name} logits"


def check_prefill(model, ids, tolerance):
    """Prompts of unequal lengths: the logits behind each one's last token, and a state to go on from."""
    lengths = np.array(LENGTHS)
    mask = np.arange(LENGTH) < lengths[:, None]
    logits, state = model.prefill({"token_ids": ids, "padding_mask": mask}, model.initial_state(BATCH, LENGTH + 1))
    rows = [logits_of(model, ids[i : i + 1, :n])[0, -1] for i, n in enumerate(lengths)]
    close(logits, rows, tolerance, "prefill is not call behind the last token")
    new = np.array([1, 2, 0], np.int32) % model.config.vocabulary_size
    logits, _ = model.step(tf.constant(new), state)
    texts = [[*ids[i, :n], new[i]] for i, n in enumerate(lengths)]
    rows = [logits_of(model, np.array([text], np.int32))[0, -1] for text in texts]
    close(logits, rows, tolerance, "step behind prefill is not call")


def check_causality(model, ids, tolerance):
    """What comes later changes nothing before it."""
    before = logits_of(model, ids)
    for t in range(LENGTH - 1):
        changed = ids.copy()
        changed[:, t + 1 :] = (changed[:, t + 1 :] + 1) % model.config.vocabulary_size
        close(logits_of(model, changed)[:, : t + 1], before[:, : t + 1], tolerance, f"positions to {t} see beyond it")


def check_padding(model, ids, tolerance):
    """Whatever stands in the padding on the right changes nothing."""
    mask = np.arange(LENGTH) < np.array(LENGTHS)[:, None]
    padded = np.where(mask, ids, (ids + 3) % model.config.vocabulary_size)
    with_padding = logits_of(model, padded, padding_mask=tf.constant(mask))
    for row, length in enumerate(LENGTHS):
        alone = logits_of(model, ids[row : row + 1, :length])[0]
        close(with_padding[row, :length], alone, tolerance, f"row {row} changes with its padding")


def check_state_is_carried(model, ids, tolerance):
    """A text cut anywhere, the state carried over, gives the logits of the whole."""
    whole = logits_of(model, ids)
    for cut in (1, 3, LENGTH - 1):
        first = model({"token_ids": ids[:, :cut]}, state=model.initial_state(BATCH, LENGTH))
        second = model({"token_ids": ids[:, cut:]}, state=first["state"])
        parts = np.concatenate([first["logits"], second["logits"]], axis=1)
        close(parts, whole, tolerance, f"the text cut at {cut} is not the whole")


def check_likelihood(model, ids, tolerance):
    """`negative_log_likelihood` is the softmax's, and its graph of unknown shapes gives the same."""
    inputs, targets = ids[:, :-1], ids[:, 1:]
    expected = -np.take_along_axis(tf.nn.log_softmax(logits_of(model, inputs)).numpy(), targets[..., None], -1)[..., 0]
    losses, _ = model.negative_log_likelihood({"token_ids": tf.constant(inputs)}, tf.constant(targets))
    assert losses.dtype == tf.float32
    close(losses, expected, tolerance, "negative_log_likelihood is not -log softmax(logits)")
    spec = tf.TensorSpec((None, None), tf.int32)
    graph = tf.function(
        lambda x, y: model.negative_log_likelihood({"token_ids": x}, y)[0], input_signature=[spec] * 2, autograph=False
    )
    close(graph(inputs, targets), expected, tolerance, "negative_log_likelihood is another one in a graph")


def check_scores(model, ids, tolerance):
    """`score` reads each text behind the start token, whatever texts are beside it."""
    texts = texts_of(model, ids)
    scores = model.score([*texts, ""])
    assert {"states": [], **scores[-1]} == {"tokens": [], "log_probabilities": [], "states": []}
    for text, score in zip(texts, scores, strict=False):
        tokens = model.tokenizer.tokenize(text).numpy()
        logits = logits_of(model, np.array([[model.tokenizer.end_id, *tokens[:-1]]], np.int32))[0]
        expected = tf.nn.log_softmax(logits).numpy()[np.arange(len(tokens)), tokens]
        assert score["tokens"] == [model.tokenizer.id_to_token(int(i)) for i in tokens]
        close(score["log_probabilities"], expected, tolerance, f"the score of {text!r} is not that of its tokens")
        close(sum(score["log_probabilities"]), expected.sum(), 10 * tolerance, f"the sum of {text!r}")


def texts_of(model, ids):
    """Texts of unequal lengths that the tokenizer reads back as themselves, one of them empty."""
    rows = [ids[i, :n] for i, n in enumerate(LENGTHS)]
    return [*(text.numpy().decode("utf-8", "replace") for text in map(model.tokenizer.detokenize, rows)), ""]


def check_parameters(model):
    """The configuration counts the weights without building them."""
    counted, built = model.config.parameter_count(), model.count_params()
    assert counted == built, f"parameter_count() is {counted:,}; the model has {built:,} weights"


def check_travels(model, ids):
    """A model directory and a `.keras` file give the same bits."""
    expected = logits_of(model, ids)
    with tempfile.TemporaryDirectory() as folder:
        zoo.save(model, folder)
        described = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
        assert described["parameters"] == model.count_params()
        loaded = zoo.load(folder)
        path = Path(folder) / "model.keras"
        model.save(path)
        from_keras = keras.models.load_model(path)
    for twin, where in ((loaded, "model directory"), (from_keras, ".keras file")):
        assert twin.config == model.config and twin.name == model.name, f"{where}: another configuration or name"
        for ours, its in zip(model.weights, twin.weights, strict=True):
            np.testing.assert_array_equal(its.numpy(), ours.numpy(), err_msg=f"{where}: {ours.path}")
        np.testing.assert_array_equal(logits_of(twin, ids), expected, err_msg=f"{where}: logits")
    assert loaded.tokenizer.get_config() | {"name": ""} == model.tokenizer.get_config() | {"name": ""}


def check_generation(model, ids, tolerance):
    """Greedy and drawn text: the model's own probabilities, alone or in a batch, reproducible, stopped, traced once."""
    prompts = texts_of(model, ids)
    options = ({"decoder": "greedy"}, {"decoder": "temperature", "temperature": 1.3, "seed": 5})
    for option in options:
        together = model.generate(prompts, max_tokens=6, stop=[], **option)
        for prompt, out in zip(prompts, together, strict=True):
            (alone,) = model.generate([prompt], max_tokens=6, stop=[], **option)
            assert alone["tokens"] == out["tokens"] and alone["text"] == out["text"], f"{option}: {prompt!r} in a batch"
            close(out["log_probabilities"], alone["log_probabilities"], tolerance, f"{option}: {prompt!r} in a batch")
            check_continuation(model, prompt, out, tolerance, greedy=option["decoder"] == "greedy")
        assert model.generate(prompts, max_tokens=6, stop=[], **option) == together, f"{option}: another text next time"
        shorter = model.generate(prompts[:2], max_tokens=2, stop=[], **option)
        assert [out["tokens"] for out in shorter] == [out["tokens"][:2] for out in together[:2]], "max_tokens"
    (greedy,) = model.generate(prompts[:1], max_tokens=6, stop=[])
    stop = greedy["tokens"][3]
    (stopped,) = model.generate(prompts[:1], max_tokens=6, stop=[stop])
    assert stopped["tokens"] == greedy["tokens"][: greedy["tokens"].index(stop)], f"did not end before {stop!r}"
    drawn = {model.generate([""], max_tokens=6, stop=[], decoder="temperature", seed=i)[0]["text"] for i in range(4)}
    assert len(drawn) > 1, "every seed draws the same text"
    # Private: how often the graphs behind generate and score were traced is nowhere else to be seen.
    for key, graph in model._graphs.items():
        assert graph.experimental_get_tracing_count() == 1, f"{key} was traced anew for other lengths"


def check_continuation(model, prompt, out, tolerance, *, greedy):
    """The log-probabilities of new tokens are those of `call` over prompt and text."""
    ids = [model.tokenizer.end_id, *model.tokenizer.tokenize(prompt).numpy()]
    new = [model.tokenizer.token_to_id(token) for token in out["tokens"]]
    logits = logits_of(model, np.array([[*ids, *new[:-1]]], np.int32))[0, len(ids) - 1 :]
    log_probabilities = tf.nn.log_softmax(logits).numpy()
    chosen = log_probabilities[np.arange(len(new)), new]
    close(out["log_probabilities"], chosen, tolerance, f"log-probabilities behind {prompt!r}")
    if greedy:
        close(chosen, log_probabilities.max(-1), tolerance, f"greedy behind {prompt!r} is not the most probable")


def check_beam(model, ids, tolerance):
    """Width 1 is greedy; a beam as wide as the vocabulary finds the best of all texts of two tokens."""
    prompts = texts_of(model, ids)
    one = model.generate(prompts, max_tokens=4, stop=[], decoder="beam", width=1)
    greedy = model.generate(prompts, max_tokens=4, stop=[])
    assert [out["tokens"] for out in one] == [out["tokens"] for out in greedy], "a beam of width 1 is not greedy"
    size = model.config.vocabulary_size
    wide = model.generate(prompts, max_tokens=2, stop=[], decoder="beam", width=size, length_penalty=0.0)
    for prompt, out in zip(prompts, wide, strict=True):
        start = [model.tokenizer.end_id, *model.tokenizer.tokenize(prompt).numpy()]
        continued = np.array([[*start, token] for token in range(size)], np.int32)
        log_probabilities = tf.nn.log_softmax(logits_of(model, continued)).numpy()[:, -2:]  # (V, 2, V)
        totals = log_probabilities[0, 0][:, None] + log_probabilities[:, 1]  # (V, V)
        close(
            sum(out["log_probabilities"]), totals.max(), tolerance, f"the beam missed the best text behind {prompt!r}"
        )
