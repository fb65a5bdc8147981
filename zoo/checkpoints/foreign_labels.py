"""The names of a published classifier's classes."""

from collections.abc import Mapping
from typing import Any

from ...layers.errors import UserError
from .source_tensors import SourceTensors


def read_labels(values: Mapping[str, Any], tensors: SourceTensors) -> list[str]:
    """The labels in the order of their logits.

    Args:
        values: of `config.json`; where it has no `id2label`, labels are LABEL_0, LABEL_1 and so on, as transformers
            names them.
        tensors: the weights, whose last layer says how many there are then.

    Raises:
        UserError: `id2label` does not number its labels 0, 1, 2 and so on.

    Example:
        >>> read_labels({"id2label": {"1": "good", "0": "bad"}}, {})
        ['bad', 'good']
    """
    named = values.get("id2label")
    if named is None:
        last = [name for name in tensors if name.endswith(("classifier.weight", "classifier.out_proj.weight"))]
        return [f"LABEL_{i}" for i in range(tensors.shape(last[0])[0] if last else 2)]
    numbers = [str(number) for number in range(len(named))] if isinstance(named, dict) else []
    if not numbers or {str(key) for key in named} != set(numbers):
        raise UserError("config.json: id2label must name the labels 0, 1, 2 and so on")
    by_number = {str(key): str(label) for key, label in named.items()}
    return [by_number[number] for number in numbers]
