"""Labels and problem types of published classifiers."""

from collections.abc import Mapping
from typing import Any

from ...layers.plain.errors import UserError
from .source_tensors import SourceTensors

SINGLE, MULTI, REGRESSION = "single_label_classification", "multi_label_classification", "regression"
ACTIVATION_KEY = "sentence_transformers"
"""The keys where cross-encoders of sentence-transformers 4 and later name their activation."""
OLD_ACTIVATION_KEY = "sbert_ce_default_activation_function"
_TORCH_ACTIVATIONS = {"Identity": "identity", "Sigmoid": "sigmoid"}
_TORCH_PATHS = {"identity": "torch.nn.modules.linear.Identity", "sigmoid": "torch.nn.modules.activation.Sigmoid"}


def classifier_options(values: Mapping[str, Any], tensors: SourceTensors) -> dict[str, Any]:
    """Reads the options of a `TextClassifier`: `labels`, `problem_type` and, for regression, `activation`.

    One label means regression (also a reranker's score), whose logit is used as it is unless the file names a sigmoid.

    Args:
        values: the values of `config.json`.
        tensors: the weights, whose last layer gives the number of labels if the file does not.

    Raises:
        UserError: labels that are not numbered 0, 1, 2 and so on; a problem type or an activation that is unknown.

    Example:
        >>> classifier_options({"id2label": {"0": "LABEL_0"}}, {})
        {'labels': ['LABEL_0'], 'problem_type': 'regression', 'activation': 'identity'}
    """
    labels = _read_labels(values, tensors)
    kind, activation = values.get("problem_type"), _read_activation(values)
    if kind not in (None, SINGLE, MULTI, REGRESSION):
        raise UserError(
            f"config.json: problem_type is {str(kind)[:40]!r}; supported: {SINGLE}, {MULTI} and {REGRESSION}"
        )
    if kind == SINGLE and len(labels) == 1:
        # A softmax of one number is 1: transformers' pipeline takes the sigmoid.
        kind, activation = REGRESSION, activation or "sigmoid"
    if kind is None:
        kind = REGRESSION if len(labels) == 1 else MULTI if activation == "sigmoid" else SINGLE
    options = {"labels": labels, "problem_type": kind}
    return {**options, "activation": activation or "identity"} if kind == REGRESSION else options


def classifier_keys(options: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse: the keys of `config.json` for the options of a `TextClassifier`.

    Example:
        >>> classifier_keys({"labels": ["bad", "good"], "problem_type": "single_label_classification"})["label2id"]
        {'bad': 0, 'good': 1}
    """
    labels, activation = options["labels"], options.get("activation")
    keys = {
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "problem_type": options["problem_type"],
    }
    if activation is None:
        return keys
    if activation == "sigmoid" and len(labels) == 1:
        # With "regression" transformers' pipeline returns the logit; without it, its sigmoid.
        del keys["problem_type"]
    return {**keys, ACTIVATION_KEY: {"activation_fn": _TORCH_PATHS[activation]}}


def _read_labels(values: Mapping[str, Any], tensors: SourceTensors) -> list[str]:
    """The labels in the order of their logits; LABEL_0, LABEL_1 and so on if there are no names, as in transformers."""
    named = values.get("id2label")
    if named is None:
        ends = ("classifier.bias", "classifier.out_proj.bias", "logits/bias")
        last = [name for name in tensors if name.endswith(ends)]
        return [f"LABEL_{i}" for i in range(tensors.shape(last[0])[0] if last else 2)]
    numbers = [str(number) for number in range(len(named))] if isinstance(named, dict) else []
    if not numbers or {str(key) for key in named} != set(numbers):
        raise UserError("config.json: id2label must name the labels 0, 1, 2 and so on")
    by_number = {str(key): str(label) for key, label in named.items()}
    return [by_number[number] for number in numbers]


def _read_activation(values: Mapping[str, Any]) -> str | None:
    """The activation in the file of a cross-encoder; None if it is not given."""
    newer = values.get(ACTIVATION_KEY)
    path = newer.get("activation_fn") if isinstance(newer, dict) else None
    key = OLD_ACTIVATION_KEY if path is None else f"{ACTIVATION_KEY}.activation_fn"
    path = values.get(OLD_ACTIVATION_KEY) if path is None else path
    if path is None:
        return None
    name = str(path).rpartition(".")[2]
    if name not in _TORCH_ACTIVATIONS:
        raise UserError(f"config.json: {key} is {str(path)[:60]!r}; supported: {' and '.join(_TORCH_PATHS.values())}")
    return _TORCH_ACTIVATIONS[name]
