"""Whether a LiteRT file does what the live model does."""

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..signatures import LiteRTProgram, Signature
from . import check_litert
from .compare_saved_model import largest_difference
from .export_error import ExportError
from .run_alone import run_alone

FLOAT_TOLERANCE = 1e-4
LEAST_AGREEMENT = 0.98
# Of the range of a live output: int8 is not exact, but a wrong graph is far beyond this.
INT8_RANGE_SHARE = 0.25
KEPT_CALLS = 160


def compare_litert(
    program: LiteRTProgram, path: Path | str, *, quantize: str, real_text: bool = False
) -> tuple[float, float | None, int]:
    """Rehearses with a LiteRT file, in a process without langzoo and TensorFlow, and compares it with the live model.

    The numbers of the first 160 calls are compared, and the decisions (`Signature.decision`) of all.

    Args:
        program: over the live model.
        path: the `.tflite` file.
        quantize: "none" or "int8".
        real_text: whether the rehearsals are of real text, on which int8 must decide as the live model does.

    Returns:
        The largest difference of a number; the share of equal decisions, None where the task has none; and how many
        decisions that were.

    Raises:
        ExportError: in float32, a number differs by more than 1e-4 (times its own size, if that is above 1); in int8,
            by more than a quarter of the range of that output, or the agreement on real text is under 98 %; or the
            file does not run.
    """
    calls = [(i, j, *call) for i, calls in enumerate(program.rehearsals) for j, call in enumerate(calls)]
    keep = {(i, j) for i, j, *_ in calls[:KEPT_CALLS]}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "outputs.npz"
        request = {"file": str(path), "out": str(out), "rehearsals": _request(program, keep)}
        with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
            pending = pool.submit(run_alone, check_litert.__file__, request)
            live, live_decisions = _rehearse(program, keep)
            decisions = [np.array(each) for each in pending.result()["decisions"]]
        with np.load(out) as file:
            found = dict(file)
    if sorted(found) != sorted(live):
        raise ExportError(f"outputs are {sorted(found)[:9]} exported, {sorted(live)[:9]} live")
    largest = _compare(program, found, live, quantize)
    equal = [_counted(call, a == b) for call, a, b in zip(_deciding(program), decisions, live_decisions, strict=True)]
    if not equal:
        return largest, None, 0
    votes = np.concatenate(equal)
    agreement = float(votes.mean())
    if quantize != "none" and real_text and agreement < LEAST_AGREEMENT:
        raise ExportError(
            f"{quantize} decides as the live model does in {agreement:.1%} of {len(votes):,} cases; "
            f"at least {LEAST_AGREEMENT:.0%} is asked for: export without quantization"
        )
    return largest, agreement, len(votes)


def _request(program: LiteRTProgram, keep: set[tuple[int, int]]) -> list[list[dict[str, Any]]]:
    return [
        [
            {
                "signature": name,
                "inputs": {key: np.asarray(value).tolist() for key, value in inputs.items()},
                "keep": (i, j) in keep,
                "decision": program.signatures[name].decision,
            }
            for j, (name, inputs) in enumerate(calls)
        ]
        for i, calls in enumerate(program.rehearsals)
    ]


def _rehearse(program: LiteRTProgram, keep: set[tuple[int, int]]) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """What `check_litert` does, with the live model."""
    kept, decisions = {}, []
    for i, calls in enumerate(program.rehearsals):
        known: dict[str, Any] = {}
        for j, (name, given) in enumerate(calls):
            signature = program.signatures[name]
            out = signature.answer({key: _input(spec, key, given, known) for key, spec in signature.inputs.items()})
            known.update(out)
            if signature.decision is not None:
                output, kind = signature.decision
                decisions.append(check_litert.DECISIONS[kind](out[output].numpy()))
            if (i, j) in keep:
                kept.update({f"{i}/{j}/{key}": value.numpy() for key, value in out.items()})
    return kept, decisions


def _input(spec: tf.TensorSpec, key: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    if key in given:
        return tf.constant(given[key], spec.dtype)
    return known[key] if key in known else tf.zeros(spec.shape, spec.dtype)


def _compare(program: LiteRTProgram, found: Mapping, live: Mapping, quantize: str) -> float:
    """Output by output, each against the range of its own values in all calls."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key in live:
        i, j, output = key.split("/", 2)
        signature, _ = program.rehearsals[int(i)][int(j)]
        groups.setdefault((signature, output), []).append(key)
    largest = 0.0
    for (signature, output), keys in groups.items():
        values = np.concatenate([live[key].ravel() for key in keys]).astype(np.float64)
        tolerance = FLOAT_TOLERANCE
        if quantize != "none":
            tolerance = max(tolerance, INT8_RANGE_SHARE * float(np.ptp(np.where(np.isfinite(values), values, 0.0))))
        for key in keys:
            difference = largest_difference(f"{signature}: {output}", found[key], live[key], tolerance=tolerance)
            largest = max(largest, difference)
    return largest


def _deciding(program: LiteRTProgram) -> list[tuple[Signature, Mapping[str, Any]]]:
    called = [(program.signatures[name], inputs) for calls in program.rehearsals for name, inputs in calls]
    return [(signature, inputs) for signature, inputs in called if signature.decision is not None]


def _counted(call: tuple[Signature, Mapping[str, Any]], equal: np.ndarray) -> np.ndarray:
    """Without the decisions on padding."""
    mask = call[1].get("padding_mask")
    return equal[mask] if mask is not None and mask.shape == equal.shape else equal.ravel()
