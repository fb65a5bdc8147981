"""Sections of a model card on the use of an exported SavedModel."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from ..model_card import filled_example
from .programs import Signature

if TYPE_CHECKING:
    from ..tasks import TextModel

MOST_ROWS = 2
SERVING_TAG = ".".join(tf.__version__.split(".")[:2]) + ".0"  # a server of the version that wrote the export


def card_sections(model: "TextModel", signatures: Mapping[str, Signature]) -> dict[str, str]:
    """Describes how to use an export with TF Serving and from Python: heading -> Markdown.

    Args:
        model: a model with its tokenizer.
        signatures: the signatures of the export.
    """
    return {"TF Serving": _serving(model.name, signatures), "Python": _python(model, signatures)}


def _serving(name: str, signatures: Mapping[str, Signature]) -> str:
    parts = [
        f"""From the folder that holds `{name}/<version>/`:

    docker run -p 8501:8501 -v "$PWD/{name}:/models/{name}" -e MODEL_NAME={name} tensorflow/serving:{SERVING_TAG}"""
    ]
    shown = set()
    for key, signature in signatures.items():
        if signature not in shown and signature.examples:
            shown.add(signature)
            names = [f"`{other}`" for other, same in signatures.items() if same is signature]
            body = json.dumps(_request(key, signature), ensure_ascii=False).replace("'", "\\u0027")
            parts.append(
                f"{signature.meaning} ({', '.join(names)}):\n\n"
                f"    curl -d '{body}' http://localhost:8501/v1/models/{name}:predict"
            )
    return "\n\n".join(parts)


def _request(name: str, signature: Signature) -> dict[str, Any]:
    """The body of a request, in row format."""
    chosen = {} if name == "serving_default" else {"signature_name": name}
    columns = signature.examples[0]
    rows = [
        row
        for row in zip(*columns.values(), strict=True)
        if not any(isinstance(value, bytes) and not value for value in row)  # no empty texts
    ]
    readable = [{key: _readable(value) for key, value in zip(columns, row, strict=True)} for row in rows[:MOST_ROWS]]
    return {
        **chosen,
        "instances": [value for row in readable for value in row.values()] if len(columns) == 1 else readable,
    }


def _readable(value: Any) -> Any:
    """One row of an input as a JSON value, with readable numbers."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    array = np.asarray(value)
    return (array.astype(np.float64).round(6) if array.dtype.kind == "f" else array).tolist()


def _python(model: "TextModel", signatures: Mapping[str, Signature]) -> str:
    needs_text = model.need_tokenizer().needs_tensorflow_text
    parts, extra = ["With TensorFlow alone:"], ""
    if needs_text:
        parts = [
            'With TensorFlow and TensorFlow Text; without its import, loading fails with "Op type not registered '
            "'SentencepieceOp'\":"
        ]
        extra = "\n    import tensorflow_text  # for its operations"
    lines = [f"    import tensorflow as tf{extra}"]
    lines.append('    model = tf.saved_model.load("path/to/the/version")  # keep it while you call its signatures')
    default = signatures.get("serving_default")
    if default is not None:
        given = ", ".join(f'{name}=tf.constant(["the"])' for name in default.inputs)
        lines.append(f'    model.signatures["serving_default"]({given})')
    parts.append("\n".join(lines))
    if model.example_call:
        parts.append(
            "With langzoo:\n\n    from langzoo.serving import ExportedModel\n"
            f'    ExportedModel("path/to/the/version").{filled_example(model, model.example_call)}'
        )
    return "\n\n".join(parts)
