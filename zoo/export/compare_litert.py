"""Whether a LiteRT file does what the live model does."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from ..decoding import SamplingDecoder, decode
from . import check_litert
from .compare_saved_model import largest_difference
from .export_error import ExportError
from .run_alone import run_alone

if TYPE_CHECKING:
    from ..tasks import CausalLM

FLOAT_TOLERANCE = 1e-4
LEAST_AGREEMENT = 0.98
# Of the range of the live logits: int8 is not exact, but a wrong graph is far beyond this.
INT8_RANGE_SHARE = 0.25
KEPT_POSITIONS = 64
OWN_TEXT_TOKENS = 128


def compare_litert(
    model: "CausalLM", path: Path | str, *, quantize: str, prefill_length: int, sample_ids: Sequence[int] | None = None
) -> tuple[float, float, int]:
    """Runs a LiteRT file over tokens, in a process without langzoo and TensorFlow, and compares it with the live model.

    Args:
        model: the live one.
        path: the `.tflite` file.
        quantize: "none" or "int8".
        prefill_length: tokens that `prefill` takes at once.
        sample_ids: tokens of real text; text that the model draws itself when None.

    Returns:
        The largest difference of a logit; the share of tokens after which both find the same next token most probable;
        and how many tokens that were.

    Raises:
        ExportError: in float32, a logit differs by more than 1e-4 (times its own size, if that is above 1); in int8, by
            more than a quarter of the range of the logits, or the agreement on the given `sample_ids` is under 98 %;
            or the file does not run.
    """
    own_text = sample_ids is None
    token_ids = _own_text(model) if own_text else np.array(sample_ids, np.int32)
    short = min(3, len(token_ids), prefill_length)
    whole = min(len(token_ids), KEPT_POSITIONS)
    pieces = [[1], [short], _cut(whole, prefill_length)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "logits.npy"
        request = {
            "file": str(path),
            "token_ids": token_ids.tolist(),
            "prefill_length": prefill_length,
            "pieces": pieces,
            "keep": whole,
            "out": str(out),
        }
        with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
            pending = pool.submit(run_alone, check_litert.__file__, request)
            logits, live_best = _live(model, token_ids)
            best = np.array(pending.result()["best"])
        found = np.load(out)
    expected = np.concatenate([logits, logits[[sum(lengths) - 1 for lengths in pieces]]])
    finite = np.where(np.isfinite(expected), expected, 0.0)
    tolerance = FLOAT_TOLERANCE if quantize == "none" else INT8_RANGE_SHARE * float(np.ptp(finite))
    decoded = largest_difference("decode: logits", found[:whole], logits, tolerance=tolerance)
    read = largest_difference("prefill: logits", found[whole:], expected[whole:], tolerance=tolerance)
    agreement = float((best == live_best).mean())
    if quantize != "none" and not own_text and agreement < LEAST_AGREEMENT:
        raise ExportError(
            f"{quantize} finds the same most probable next token after {agreement:.1%} of {len(token_ids):,} tokens; "
            f"at least {LEAST_AGREEMENT:.0%} is asked for: export without quantization"
        )
    return max(decoded, read), agreement, len(token_ids)


def _own_text(model: "CausalLM") -> np.ndarray:
    """A start token and what the model draws after it."""
    start = tf.constant([[model.need_tokenizer().end_id]], tf.int32)

    @tf.function
    def draw():
        return decode(
            model,
            start,
            tf.constant([1]),
            SamplingDecoder(),
            max_tokens=tf.constant(OWN_TEXT_TOKENS - 1),
            stop_ids=tf.zeros((0,), tf.int32),
            seeds=tf.constant([0]),
        )

    return np.concatenate([start.numpy()[0], draw()["token_ids"].numpy()[0]])


def _live(model: "CausalLM", token_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first logits, and the most probable next token after every token; read in pieces, as memory has an end."""

    @tf.function(input_signature=[tf.TensorSpec((1, None), tf.int32), _specs(model)])
    def read(piece, state):
        out = model({"token_ids": piece}, state=state)
        return out["logits"][0], tf.argmax(out["logits"][0], axis=-1), out["state"]

    state, kept, best = model.initial_state(1), [], []
    for first in range(0, len(token_ids), KEPT_POSITIONS):
        piece = tf.constant(token_ids[np.newaxis, first : first + KEPT_POSITIONS])
        logits, most_probable, state = read(piece, state)
        kept = kept or [logits.numpy()]
        best.append(most_probable.numpy())
    return kept[0], np.concatenate(best)


def _specs(model: "CausalLM"):
    return {name: tf.TensorSpec(value.shape, value.dtype) for name, value in model.initial_state(1).items()}


def _cut(length: int, piece: int) -> list[int]:
    """The lengths of pieces: `_cut(10, 4)` is 4, 4, 2."""
    return [min(piece, length - first) for first in range(0, length, piece)]
