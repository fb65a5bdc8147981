"""Whether a SavedModel does what the live model does."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from . import check_saved_model
from .export_error import ExportError
from .run_alone import run_alone
from .signatures import DEFAULT_MAX_TOKENS

if TYPE_CHECKING:
    from ..tasks import CausalLM

TOLERANCE = 1e-5
NEW_TOKENS = 20
DECODINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("greedy", {}),
    ("temperature", {"temperature": 0.8, "top_k": 20, "top_p": 0.95}),
)
SEED = 7


def compare_saved_model(
    model: "CausalLM", directory: Path | str, *, texts: Sequence[str | bytes] | None = None
) -> float:
    """Calls every signature in a process without langzoo and compares the answers with the live model's.

    Args:
        model: the live one.
        directory: the SavedModel.
        texts: what to score and to continue; by default the empty text, English, Chinese, and tokens from the whole
            range of the vocabulary.

    Returns:
        The largest difference found in a log-probability or logit.

    Raises:
        ExportError: a number differs by more than 1e-5 (times its own size, if that is above 1), another token was
            chosen, or the model does not run.
    """
    given = [text.encode() if isinstance(text, str) else text for text in (texts or sample_texts(model))]
    token_ids = sample_token_ids(model)
    prompts = np.array(given, object)
    calls: list[tuple[str, dict[str, Any]]] = [("serving_default", {"prompt": prompts}), ("score", {"text": prompts})]
    calls += [("generate", generate_inputs(prompts, **options)) for _, options in DECODINGS]
    calls += [("tokens", {"token_ids": token_ids})]
    request = {
        "directory": str(directory),
        "calls": [
            {"signature": name, "inputs": {key: check_saved_model.to_json(value) for key, value in inputs.items()}}
            for name, inputs in calls
        ],
    }
    with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
        pending = pool.submit(run_alone, check_saved_model.__file__, request)
        live_default = model.generate(given, max_tokens=DEFAULT_MAX_TOKENS)
        live_score = model.score(given)
        live_generated = [
            model.generate(given, max_tokens=NEW_TOKENS, decoder=decoder, seed=SEED, **options)
            for decoder, options in DECODINGS
        ]
        live_logits = model({"token_ids": tf.constant(token_ids)})["logits"].numpy()
        answers = pending.result()
    default, score, *generated, tokens = (
        {name: check_saved_model.from_json(tensor) for name, tensor in answer.items()} for answer in answers
    )

    _compare_texts("serving_default", default, live_default)
    differences = [_compare_rows("score", model, score, live_score)]
    for (decoder, _), exported, live in zip(DECODINGS, generated, live_generated, strict=True):
        _compare_texts(f"generate ({decoder})", exported, live)
        differences.append(_compare_rows(f"generate ({decoder})", model, exported, live))
    differences.append(largest_difference("tokens: logits", tokens["logits"], live_logits, tolerance=TOLERANCE))
    return max(differences)


def sample_texts(model: "CausalLM") -> list[bytes]:
    """Short texts, and one of up to 24 tokens from the whole range of the vocabulary."""
    ids = np.unique(np.linspace(0, model.config.vocabulary_size - 1, 24).astype(np.int32))
    spread = model.need_tokenizer().detokenize(tf.constant(ids)).numpy()
    return [b"", b"the", "the cat sat on the mat . 猫坐在垫子上。\n".encode(), spread]


def sample_token_ids(model: "CausalLM") -> np.ndarray:
    """int32 (2, 8) from the whole range of the vocabulary."""
    return np.linspace(0, model.config.vocabulary_size - 1, 16).astype(np.int32).reshape(2, 8)


def generate_inputs(
    prompts, *, max_tokens=NEW_TOKENS, temperature=0.0, top_k=0, top_p=1.0, seed=SEED
) -> dict[str, Any]:
    """The inputs of the signature `generate`, in its types."""
    return {
        "prompt": prompts,
        "max_tokens": np.int32(max_tokens),
        "temperature": np.float32(temperature),
        "top_k": np.int32(top_k),
        "top_p": np.float32(top_p),
        "seed": np.int32(seed),
    }


def largest_difference(what: str, exported, live, *, tolerance: float) -> float:
    """The largest difference of two arrays.

    Raises:
        ExportError: the shapes differ, or a number does by more than the tolerance, absolute for numbers up to 1 and
            relative above; -inf equals -inf, and NaN equals nothing.

    Example:
        >>> largest_difference("logits", [1.0, 2.0], [1.0, 2.25], tolerance=0.5)
        0.25
    """
    exported, live = np.asarray(exported, np.float64), np.asarray(live, np.float64)
    if exported.shape != live.shape:
        raise ExportError(f"{what}: shape {exported.shape} exported, {live.shape} live")
    with np.errstate(invalid="ignore"):  # inf - inf, where both are equal
        difference = np.where(exported == live, 0.0, np.abs(exported - live))
    largest = float(difference.max(initial=0.0))
    allowed = tolerance * np.where(np.isfinite(live), np.maximum(1.0, np.abs(live)), 0.0)
    if not (difference <= allowed).all():
        raise ExportError(f"{what} differ from the live model's by up to {largest:.3g}; {tolerance:g} is allowed")
    return largest


def _compare_texts(what: str, exported: Mapping[str, np.ndarray], live: Sequence[Mapping]) -> None:
    texts = [text.decode("utf-8", errors="replace") for text in exported["text"]]
    _same(f"{what}: text", texts, [row["text"] for row in live])


def _compare_rows(what: str, model: "CausalLM", exported: Mapping[str, np.ndarray], live: Sequence[Mapping]) -> float:
    """Token for token, and then their log-probabilities."""
    names, largest = model.need_tokenizer().tokens, 0.0
    _same(f"{what}: number of rows", len(exported["lengths"]), len(live))
    for row, expected in enumerate(live):
        length = int(exported["lengths"][row])
        _same(f"{what}: tokens", [names[i] for i in exported["token_ids"][row, :length]], expected["tokens"])
        found = exported["log_probabilities"][row, :length]
        difference = largest_difference(
            f"{what}: log_probabilities", found, expected["log_probabilities"], tolerance=TOLERANCE
        )
        largest = max(largest, difference)
    return largest


def _same(what: str, exported, live) -> None:
    if exported != live:
        raise ExportError(f"{what} is {exported!r} exported, {live!r} live")
