"""The exports of latent-variable language models."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ...decoding import GreedyDecoder
from ...tasks import LatentLM
from .call import Call
from .causal_lm import PREFILL_LENGTHS, UNBOUNDED_TOKENS, step_program
from .checked_inputs import checked_inputs, id_rules
from .generation_signatures import DEFAULT_MAX_TOKENS, generation_signatures
from .litert_generation import bound_in_file, decode_calls, generate_signature
from .program import Program, litert_program, need_lengths, padded_row
from .sample_texts import sample_texts, spread_ids
from .signature import Signature, string_signatures

SENTENCE_LENGTHS = (32, 128)


@string_signatures.register
def latent_signatures(model: LatentLM) -> dict[str, Signature]:
    """`serving_default` and `generate` of `generation_signatures`, with a vector drawn from the prior by each seed, and

    - `encode`: text (B,) -> mean and log_variance of q(z | text), (B, Z), and, if the prior has components,
      responsibilities (B, K).
    - `write`: latent (B, Z) -> text (B,), greedy, at most 50 tokens.
    - `tokens`: token_ids (B, T), latent (B, Z) -> logits (B, T, V) of the token that follows each.
    """
    texts, vector = sample_texts(model), tf.TensorSpec((None, model.config.latent_dim), tf.float32)
    drawn = model.drawn_latents(tf.range(len(texts))).numpy()

    def tokens(inputs):
        rules = id_rules("token_ids", inputs["token_ids"], model.config.vocabulary_size)
        same = tf.equal(tf.shape(inputs["token_ids"])[0], tf.shape(inputs["latent"])[0])
        rules["token_ids and latent must have the same number of rows"] = same
        return {"logits": model(checked_inputs(inputs, rules))["logits"]}

    def write(inputs):
        return {"text": model.written(inputs["latent"], GreedyDecoder(), max_tokens=DEFAULT_MAX_TOKENS)}

    ids = np.resize(spread_ids(model.config.vocabulary_size, 16), (2, 8)).astype(np.int32)
    return {
        **generation_signatures(model, texts, answer="sentence for a vector drawn with the seed"),
        "encode": Signature(
            function=lambda inputs: model.encode_strings(inputs["text"]),
            inputs={"text": tf.TensorSpec((None,), tf.string)},
            meaning="The mean and the logarithm of the variance of each sentence's vector",
            examples=[{"text": texts}],
        ),
        "write": Signature(
            function=write,
            inputs={"latent": vector},
            meaning=f"The greedy sentence of each vector, at most {DEFAULT_MAX_TOKENS} tokens",
            examples=[{"latent": drawn}],
        ),
        "tokens": Signature(
            function=tokens,
            inputs={"token_ids": tf.TensorSpec((None, None), tf.int32), "latent": vector},
            meaning="From token_ids (rows of equal length) and vectors to logits",
            examples=[{"token_ids": ids, "latent": drawn[:2]}],
        ),
    }


@litert_program.register
def latent_program(
    model: LatentLM,
    *,
    prefill_lengths: Sequence[int] = PREFILL_LENGTHS,
    sentence_lengths: Sequence[int] = SENTENCE_LENGTHS,
    sample: Sequence[str] | None = None,
) -> Program:
    """Signatures that draw a vector and generate a sentence from it, or encode a sentence as a vector.

    - `draw`: seed () -> latent (1, Z), the vector of the prior that the live model draws with that seed.
    - `start`: latent (1, Z) -> the state before any token.
    - `prefill_16`, `prefill_128` and `decode` of `step_program`, from that state on.
    - `generate` of `step_program`, which draws its vector by `seed` itself.
    - `posterior_32`, `posterior_128`: token_ids (1, S), the sentence with its end-of-line token, and padding_mask (1,
      S) -> mean and log_variance of its vector, (1, Z), and, if the prior has components, responsibilities (1, K).

    Args:
        model: a model with its tokenizer.
        prefill_lengths: values of P, see `step_program`.
        sentence_lengths: values of S.
        sample: real text to test it on; None for text that the model draws itself.

    Raises:
        ValueError: a length is below 1 or over 65,536.
    """
    program = step_program(model, prefill_lengths=prefill_lengths, sample=sample)
    lengths = need_lengths("sentence_lengths", sentence_lengths, None)

    def begin(inputs):
        bound = model.bound(inputs["seed"][tf.newaxis])
        count = inputs["num_tokens"]
        return bound_in_file(bound, None, count=count[0], cache={}), inputs["token_ids"], count

    def posterior(inputs):
        read = model.encode(inputs)
        if not model.prior.has_components:
            return read
        return {**read, "responsibilities": model.prior.responsibilities(read["mean"])}

    longest = program.signatures[f"prefill_{max(program.facts['prefill_lengths'])}"]
    prompt = {name: longest.inputs[name] for name in ("token_ids", "num_tokens")}
    signatures = {
        **program.signatures,
        "generate": generate_signature(model, prompt, begin, width=UNBOUNDED_TOKENS),
        "draw": Signature(
            function=lambda inputs: {"latent": model.drawn_latents(inputs["seed"][tf.newaxis])},
            inputs={"seed": tf.TensorSpec((), tf.int32)},
        ),
        "start": Signature(
            function=lambda inputs: model.start_state(inputs["latent"]),
            inputs={"latent": tf.TensorSpec((1, model.config.latent_dim), tf.float32)},
        ),
    }
    rehearsals = list(program.rehearsals)
    ids = spread_ids(model.config.vocabulary_size)
    for length in lengths:
        row = {"token_ids": tf.TensorSpec((1, length), tf.int32), "padding_mask": tf.TensorSpec((1, length), tf.bool)}
        signatures[f"posterior_{length}"] = Signature(function=posterior, inputs=row)
        given = dict(zip(row, padded_row(ids[: length - 1], length), strict=True))
        rehearsals.append([Call(signature=f"posterior_{length}", inputs=given)])
    for seed in (0, 7):
        drawn = [Call(signature="draw", inputs={"seed": np.array(seed, np.int32)}), Call(signature="start", inputs={})]
        rehearsals.append([*drawn, *decode_calls([*ids[:4], -1], known=False)])
    return dataclasses.replace(program, signatures=signatures, rehearsals=rehearsals)
