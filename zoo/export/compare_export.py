"""Comparison of an export with the live model, in a separate Python process."""

import errno
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from ..export_error import ExportError
from ..export_report import LEAST_AGREEMENT
from . import check_export
from .programs import Call, Program, Signature

TOLERANCE = {"saved_model": 1e-5, "litert": 1e-4}
# Relative to the range of a live output: a quantised model is not exact, but a wrong graph is far beyond this.
RANGE_SHARE = 0.25
KEPT_CALLS = 160


def compare_export(
    program: Program,
    path: Path | str,
    *,
    kind: Literal["saved_model", "litert"],
    tensorflow_text: bool = False,
    quantize: str = "none",
    real_text: bool = False,
    least_agreement: float = LEAST_AGREEMENT,
) -> dict[str, Any]:
    """Runs an export in a process without langzoo and compares its answers with those of the live functions.

    The outputs of 160 calls are compared, the first ones of every signature in equal shares, and the decisions
    (`Signature.decision`) and scores of all.

    Args:
        program: over the live model.
        path: the folder of a SavedModel, or the `.tflite` file.
        kind: "saved_model" or "litert"; for a LiteRT file the process has no TensorFlow either.
        tensorflow_text: whether it may import TensorFlow Text; otherwise it has TensorFlow alone.
        quantize: "none", "float16" or "int8".
        real_text: whether the rehearsals use real text, on which a quantised file must decide as the live model does.
        least_agreement: the required share of such cases, 0 to 1.

    Returns:
        The measured fields of `ExportReport`: `largest_difference` of numbers that are not integers, and those after
        it.

    Raises:
        ExportError: such a number differs by more than 1e-5, for LiteRT 1e-4 (relative if it is above 1); a text, a
            token or another whole number differs at all; if quantised, a number differs by more than a quarter of the
            range of its output, or the agreement on real text is below `least_agreement`; or the export does not run.
    """
    calls = {f"{i}/{j}": call for i, row in enumerate(program.rehearsals) for j, call in enumerate(row)}
    keep = _kept(program, calls.values())
    rehearsals = [[_described(program, call, call in keep) for call in row] for row in program.rehearsals]
    given = {f"{place}/{name}": np.asarray(v) for place, call in calls.items() for name, v in call.inputs.items()}
    request = {
        "kind": kind,
        "file": str(path),
        "tensorflow_text": tensorflow_text,
        "rows": list(program.rows),
        "rehearsals": rehearsals,
    }
    with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
        packed = {name: check_export.packed(array) for name, array in given.items()}
        pending = pool.submit(run_alone, check_export.__file__, request, packed)
        live, live_decisions, live_scores = check_export.rehearse(
            lambda name, known: _answer(program.signatures[name], known), rehearsals, given, list(program.rows)
        )
        answer, found = pending.result()
    largest = _compare(program, calls, found, live, TOLERANCE[kind], quantize)
    deciding = [call for call in calls.values() if program.signatures[call.signature].decision]
    made = zip(deciding, answer["decisions"], live_decisions, strict=True)
    equal = [_counted(call, np.array(exported) == decision) for call, exported, decision in made]
    votes = np.concatenate(equal) if equal else np.zeros(0, bool)
    agreement = float(votes.mean()) if len(votes) else None
    if quantize != "none" and real_text and agreement is not None and agreement < least_agreement:
        raise ExportError(
            f"{quantize} decides as the live model does in {agreement:.1%} of {len(votes):,} cases, but "
            f"{least_agreement:.4g} is required: {_way_out(quantize, agreement)}"
        )
    measured = {"largest_difference": largest, "agreement": agreement, "compared_tokens": len(votes)}
    of_text = _summary(answer["scores"]) or (_similarity(program, found, live) if real_text else {})
    if not of_text:
        return measured
    targets = sum(count for *_, count in live_scores)
    return {**measured, "live": _summary(live_scores), "exported": of_text, "targets": targets}


def _kept(program: Program, calls: Iterable[Call]) -> set[Call]:
    """The first calls of every signature, in equal shares."""
    found: dict[str, list[Call]] = {}
    for call in calls:
        found.setdefault(call.signature, []).append(call)
    return {call for each in found.values() for call in each[: KEPT_CALLS // len(program.signatures)]}


def _described(program: Program, call: Call, keep: bool) -> dict[str, Any]:
    return {
        "signature": call.signature,
        "inputs": list(call.inputs),
        "keep": keep,
        "decision": program.signatures[call.signature].decision,
        "targets": None if call.targets is None else call.targets.tolist(),
    }


def _answer(signature: Signature, known: Mapping[str, Any]) -> tuple[Any, dict[str, np.ndarray]]:
    inputs = {
        name: tf.constant(known[name], spec.dtype) if name in known else tf.zeros(spec.shape, spec.dtype)
        for name, spec in signature.inputs.items()
    }
    return inputs, {name: np.asarray(value) for name, value in signature.answer(inputs).items()}


def _compare(
    program: Program, calls: Mapping[str, Call], found: Mapping, live: Mapping, tolerance: float, quantize: str
) -> float:
    """Compares output by output, each relative to the range of its own values in all calls."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key in live:
        i, j, output = key.split("/", 2)
        groups.setdefault((calls[f"{i}/{j}"].signature, output), []).append(key)
    if sorted(found) != sorted(live):
        raise ExportError(f"outputs are {sorted(found)[:9]} exported, {sorted(live)[:9]} live")
    largest = 0.0
    # Whole numbers first: a different token explains a different log-probability, not the other way round.
    for (signature, output), keys in sorted(groups.items(), key=lambda item: live[item[1][0]].dtype.kind == "f"):
        what, allowed = f"{signature}: {output}", tolerance
        decided = program.signatures[signature].decision == (output, "itself")  # judged by the share of equal decisions
        if quantize != "none" and (signature == "generate" or decided):
            continue  # after one different token, everything that follows is another text
        if live[keys[0]].dtype.kind != "f":
            for key in keys:
                _same(what, check_export.unpacked(found[key]).tolist(), live[key].tolist())
            continue
        if quantize != "none":
            values = np.concatenate([live[key].ravel() for key in keys]).astype(np.float64)
            allowed = max(allowed, RANGE_SHARE * float(np.ptp(np.where(np.isfinite(values), values, 0.0))))
        largest = max(largest, *(largest_difference(what, found[key], live[key], tolerance=allowed) for key in keys))
    return largest


def largest_difference(what: str, exported, live, *, tolerance: float) -> float:
    """The largest difference of two arrays.

    Raises:
        ExportError: the shapes differ, or a number differs by more than the tolerance, absolute for numbers up to 1 and
            relative above; -inf equals -inf, and NaN equals nothing.

    Example:
        >>> largest_difference("logits", [1.0, 2.0], [1.0, 2.25], tolerance=0.5)
        0.25
    """
    exported, live = np.asarray(exported, np.float64), np.asarray(live, np.float64)
    if exported.shape != live.shape:
        raise ExportError(f"{what}: shape {exported.shape} exported, {live.shape} live")
    with np.errstate(invalid="ignore"):  # inf - inf, if both are equal
        difference = np.where(exported == live, 0.0, np.abs(exported - live))
    largest = float(difference.max(initial=0.0))
    allowed = tolerance * np.where(np.isfinite(live), np.maximum(1.0, np.abs(live)), 0.0)
    if not (difference <= allowed).all():
        raise ExportError(f"{what} differ from the live model's by up to {largest:.3g}; {tolerance:g} is allowed")
    return largest


def _same(what: str, exported, live) -> None:
    if exported != live:
        shown = [text if len(text) <= 200 else text[:200] + "..." for text in (repr(exported), repr(live))]
        raise ExportError(f"{what} differ: {shown[0]} exported, {shown[1]} live")


def _way_out(quantize: str, agreement: float) -> str:
    """Advice for a file that agrees too rarely."""
    other = "float16, or nothing" if quantize == "int8" else "nothing"
    accepted = math.floor(agreement * 1000) / 1000
    return f"quantize to {other}, or accept it with --min-agreement {accepted:g} (least_agreement in Python)"


def _summary(scores: list[list]) -> dict[str, float]:
    loss, hits, count = (sum(column) for column in zip(*scores, strict=True)) if scores else (0.0, 0, 0)
    return {"perplexity": math.exp(min(loss / count, 700.0)), "accuracy": hits / count} if count else {}


def _similarity(program: Program, found: Mapping, live: Mapping) -> dict[str, float]:
    """The mean cosine similarity of the vectors to the live ones, for tasks that return vectors and decide nothing."""
    if any(signature.decision is not None for signature in program.signatures.values()):
        return {}
    cosines = []
    for key in live:
        a, b = found[key].astype(np.float64).ravel(), live[key].astype(np.float64).ravel()
        if len(b) == 1:  # a score: the cosine of two numbers is their sign
            return {}
        cosines.append(float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))))
    return {"similarity": float(np.mean(cosines))}


def _counted(call: Call, equal: np.ndarray) -> np.ndarray:
    """The decisions, without those on padding."""
    if "num_words" in call.inputs:
        return equal[:, : int(call.inputs["num_words"][0])].ravel()
    mask = call.inputs.get("padding_mask")
    return equal[mask] if mask is not None and mask.shape == equal.shape else equal.ravel()


def run_alone(
    script: Path | str, request: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None
) -> tuple[Any, dict[str, np.ndarray]]:
    """Runs a script of this folder in another process, on the CPU, and returns its answer.

    Args:
        script: its path; its arguments are the paths of a request and of an answer, both JSON; next to each are arrays,
            in a file of the same name and `.npz`.
        request: JSON values; `path` is added, the folders where this process looks for packages, because a Python that
            is isolated from this folder (`-I`) is also isolated from the user's site-packages and PYTHONPATH.
        arrays: by name.

    Returns:
        The answer, and its arrays, if any.

    Raises:
        ExportError: the script failed; the message is the last line of its output.
        OSError: the disk of temporary files is full.
    """
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        paths = [entry for entry in sys.path if entry]
        question.write_text(json.dumps({**request, "path": paths}), encoding="utf-8")
        np.savez(f"{question}.npz", **(arrays or {}))  # type: ignore[arg-type]
        run = subprocess.run(
            [sys.executable, "-I", str(script), str(question), str(answer)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            # An export must run where there is no GPU.
            env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
            check=False,
        )
        if run.returncode != 0:
            lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
            reason = lines[-1] if lines else f"exit code {run.returncode}"
            if os.strerror(errno.ENOSPC) in reason:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), tempfile.gettempdir())
            raise ExportError(f"the exported model fails in a process without langzoo: {reason}")
        found = Path(f"{answer}.npz")
        outputs = dict(np.load(found)) if found.exists() else {}
        return json.loads(answer.read_text(encoding="utf-8")), outputs
