"""Whether a LiteRT file does what the live model does."""

import math
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..signatures import Call, LiteRTProgram, Signature
from . import check_litert
from .compare_saved_model import largest_difference
from .comparison import Comparison
from .export_error import ExportError
from .run_alone import run_alone

FLOAT_TOLERANCE = 1e-4
LEAST_AGREEMENT = 0.98
# Of the range of a live output: a quantised model is not exact, but a wrong graph is far beyond this.
RANGE_SHARE = 0.25
KEPT_CALLS = 160


def compare_litert(
    program: LiteRTProgram,
    path: Path | str,
    *,
    quantize: str,
    real_text: bool = False,
    least_agreement: float = LEAST_AGREEMENT,
) -> Comparison:
    """Rehearses with a LiteRT file, in a process without langzoo and TensorFlow, and compares it with the live model.

    The numbers of 160 calls are compared, the first ones of every signature in equal shares, and the decisions
    (`Signature.decision`) and scores of all.

    Args:
        program: over the live model.
        path: the `.tflite` file.
        quantize: "none", "float16" or "int8".
        real_text: whether the rehearsals are of real text, on which a quantised file must decide as the live model.
        least_agreement: the share of cases, 0 to 1, in which it must.

    Raises:
        ExportError: in float32, a number differs by more than 1e-4 (times its own size, if that is above 1), or a whole
            number at all; quantised, a number by more than a quarter of the range of that output, or the agreement on
            real text is under `least_agreement`; or the file does not run.
    """
    keep = _kept(program)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "outputs.npz"
        request = {
            "file": str(path),
            "out": str(out),
            "rows": list(program.rows),
            "rehearsals": _request(program, keep),
        }
        with ThreadPoolExecutor(1) as pool:  # the other process runs while this one computes
            pending = pool.submit(run_alone, check_litert.__file__, request)
            live, live_decisions, live_scores = _rehearse(program, keep)
            answer = pending.result()
        with np.load(out) as file:
            found = dict(file)
    if sorted(found) != sorted(live):
        raise ExportError(f"outputs are {sorted(found)[:9]} exported, {sorted(live)[:9]} live")
    largest = _compare(program, found, live, quantize)
    exported = [np.array(each) for each in answer["decisions"]]
    equal = [_counted(call, a == b) for call, a, b in zip(_deciding(program), exported, live_decisions, strict=True)]
    votes = np.concatenate(equal) if equal else np.zeros(0, bool)
    agreement = float(votes.mean()) if len(votes) else None
    if quantize != "none" and real_text and agreement is not None and agreement < least_agreement:
        raise ExportError(
            f"{quantize} decides as the live model does in {agreement:.1%} of {len(votes):,} cases, and "
            f"{least_agreement:.4g} is asked for: {_way_out(quantize, agreement)}"
        )
    return Comparison(
        largest_difference=largest,
        agreement=agreement,
        cases=len(votes),
        live=_summary(live_scores),
        exported=_summary(answer["scores"]) or (_similarity(program, found, live) if real_text else {}),
        targets=sum(count for *_, count in live_scores),
    )


def _way_out(quantize: str, agreement: float) -> str:
    """What to do about a file that agrees too rarely."""
    other = "float16, or nothing" if quantize == "int8" else "nothing"
    accepted = math.floor(agreement * 1000) / 1000
    return f"quantize to {other}, or accept it with --min-agreement {accepted:g} (least_agreement in Python)"


def _kept(program: LiteRTProgram) -> set[tuple[int, int]]:
    """The first calls of every signature, in as equal shares as there are signatures."""
    kept: dict[str, list[tuple[int, int]]] = {}
    share = KEPT_CALLS // len(program.signatures)
    for i, calls in enumerate(program.rehearsals):
        for j, call in enumerate(calls):
            places = kept.setdefault(call.signature, [])
            if len(places) < share:
                places.append((i, j))
    return {place for places in kept.values() for place in places}


def _request(program: LiteRTProgram, keep: set[tuple[int, int]]) -> list[list[dict[str, Any]]]:
    return [
        [
            {
                "signature": call.signature,
                "inputs": {key: np.asarray(value).tolist() for key, value in call.inputs.items()},
                "keep": (i, j) in keep,
                "decision": program.signatures[call.signature].decision,
                "targets": None if call.targets is None else call.targets.tolist(),
            }
            for j, call in enumerate(calls)
        ]
        for i, calls in enumerate(program.rehearsals)
    ]


def _rehearse(program: LiteRTProgram, keep: set[tuple[int, int]]) -> tuple[dict[str, np.ndarray], list, list]:
    """What `check_litert` does, with the live model."""
    kept, decisions, scores = {}, [], []
    for i, calls in enumerate(program.rehearsals):
        known: dict[str, Any] = {}
        for j, call in enumerate(calls):
            signature = program.signatures[call.signature]
            inputs = {key: _input(spec, key, call.inputs, known) for key, spec in signature.inputs.items()}
            out = {key: value.numpy() for key, value in signature.answer(inputs).items()}
            known = check_litert.after(known, inputs, out, list(program.rows))
            if signature.decision is not None:
                output, kind = signature.decision
                decisions.append(check_litert.DECISIONS[kind](out[output]))
                if call.targets is not None:
                    scores.append(check_litert.score(out[output], call.targets))
            if (i, j) in keep:
                kept.update({f"{i}/{j}/{key}": value for key, value in out.items()})
    return kept, decisions, scores


def _input(spec: tf.TensorSpec, key: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    if key in given:
        return tf.constant(given[key], spec.dtype)
    return tf.constant(known[key], spec.dtype) if key in known else tf.zeros(spec.shape, spec.dtype)


def _compare(program: LiteRTProgram, found: Mapping, live: Mapping, quantize: str) -> float:
    """Output by output, each against the range of its own values in all calls."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key in live:
        i, j, output = key.split("/", 2)
        groups.setdefault((program.rehearsals[int(i)][int(j)].signature, output), []).append(key)
    largest = 0.0
    # Whole numbers first: another token explains another log-probability, not the other way round.
    for (signature, output), keys in sorted(groups.items(), key=lambda item: live[item[1][0]].dtype.kind == "f"):
        if quantize != "none" and signature == "generate":
            continue  # one other token, and all that follows is another text
        values = np.concatenate([live[key].ravel() for key in keys]).astype(np.float64)
        tolerance = FLOAT_TOLERANCE
        if quantize != "none":
            tolerance = max(tolerance, RANGE_SHARE * float(np.ptp(np.where(np.isfinite(values), values, 0.0))))
        for key in keys:
            what = f"{signature}: {output}"
            exact = live[key].dtype.kind != "f"
            difference = largest_difference(what, found[key], live[key], tolerance=0.0 if exact else tolerance)
            largest = max(largest, difference)
    return largest


def _summary(scores: list[list]) -> dict[str, float]:
    loss, hits, count = (sum(column) for column in zip(*scores, strict=True)) if scores else (0.0, 0, 0)
    if not count:
        return {}
    return {"perplexity": math.exp(min(loss / count, 700.0)), "accuracy": hits / count}


def _similarity(program: LiteRTProgram, found: Mapping, live: Mapping) -> dict[str, float]:
    """The mean cosine of the vectors with the live ones, where a task gives vectors and decides nothing."""
    if any(signature.decision is not None for signature in program.signatures.values()):
        return {}
    cosines = []
    for key in live:
        a, b = found[key].astype(np.float64).ravel(), live[key].astype(np.float64).ravel()
        if len(b) == 1:  # a score: the cosine of two numbers is their sign
            return {}
        cosines.append(float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))))
    return {"similarity": float(np.mean(cosines))}


def _deciding(program: LiteRTProgram) -> list[tuple[Signature, Call]]:
    called = [(program.signatures[call.signature], call) for calls in program.rehearsals for call in calls]
    return [(signature, call) for signature, call in called if signature.decision is not None]


def _counted(deciding: tuple[Signature, Call], equal: np.ndarray) -> np.ndarray:
    """Without the decisions on padding."""
    mask = deciding[1].inputs.get("padding_mask")
    return equal[mask] if mask is not None and mask.shape == equal.shape else equal.ravel()
