"""The page that tells a stranger what an exported model is and how to use it."""

import importlib.metadata
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from ..registry import find_model
from .programs import Signature

if TYPE_CHECKING:
    from ..tasks import TextModel

MOST_ROWS = 2
SERVING_TAG = ".".join(tf.__version__.split(".")[:2]) + ".0"  # a server of the version that made the export


def model_card(
    model: "TextModel",
    signatures: Mapping[str, Signature],
    *,
    metrics: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
) -> str:
    """A model card in Markdown (Mitchell et al. 2019, arXiv:1810.03993).

    Args:
        model: with its tokenizer.
        signatures: of the export.
        metrics: name -> number.
        facts: heading -> Markdown; replaces the section of that heading ("Training data", "Licence", ...) or adds one.
    """
    sections = {
        "What it is": _description(model),
        "Training data": "Not stated.",
        "Evaluation": _evaluation(metrics),
        "Intended use": model.intended_use,
        "Limits": "It repeats what its training data says, errors and prejudices included, and knows nothing of truth. "
        "Text of another language or style is badly predicted. Do not let it decide about people.",
        "TF Serving": _serving(model.name, signatures),
        "Python": _python(model, signatures),
        "Licence": "State your own.",
    }
    sections.update(facts or {})
    parts = [f"# {model.name}"]
    parts += [f"## {heading}\n\n{text.strip(chr(10))}" for heading, text in sections.items()]
    return "\n\n".join(parts) + "\n"


def _description(model: "TextModel") -> str:
    tokenizer = model.need_tokenizer()
    options = "".join(f", {name} {value}" for name, value in tokenizer.options.items())
    rows = {
        "Task": f"{model.purpose} (`{model.task}`)",
        **{name.capitalize().replace("_", " "): _value(value) for name, value in model.options.items()},
        "Family": model.config.family,
        "Parameters": f"{model.count_params():,}",
        "Vocabulary": f"{tokenizer.vocabulary_size:,} tokens ({tokenizer.kind}{options})",
        "Made with": f"langzoo {importlib.metadata.version('langzoo')}",
    }
    first = f"A language model of langzoo's family `{model.config.family}`."
    registered = find_model(model.name)
    if registered is not None:
        # Not its description, which may give the size of the model as registered.
        first = f"A language model of langzoo: `{model.name}`, of the family `{model.config.family}`."
        rows.update({"Paper": registered.paper} if registered.paper else {})
    fields = "\n".join(f"- {name}: {value}" for name, value in model.config.to_dict().items())
    return f"{first}\n\n{_table(('', ''), rows)}\n\nConfiguration:\n\n{fields}"


def _evaluation(metrics: Mapping[str, Any] | None) -> str:
    if not metrics:
        return "Not stated."
    shown = {name: f"{value:,.6g}" if isinstance(value, float) else str(value) for name, value in metrics.items()}
    return _table(("Metric", "Value"), shown)


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [head, ("---", "---"), *rows.items()]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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
    """The body of a request, in rows."""
    chosen = {} if name == "serving_default" else {"signature_name": name}
    columns = signature.examples[0]
    rows = [row for row in zip(*columns.values(), strict=True) if not any(map(_is_empty_text, row))]
    readable = [{key: _readable(value) for key, value in zip(columns, row, strict=True)} for row in rows[:MOST_ROWS]]
    return {
        **chosen,
        "instances": [value for row in readable for value in row.values()] if len(columns) == 1 else readable,
    }


def _is_empty_text(value: Any) -> bool:
    return isinstance(value, bytes) and not value


def _readable(value: Any) -> Any:
    """One row of an input as a JSON value; numbers as people write them."""
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
        mask_id = model.need_tokenizer().mask_id
        mask = "" if mask_id is None else model.need_tokenizer().tokens[mask_id]
        call = model.example_call.replace("{mask}", mask)
        parts.append(
            "With langzoo:\n\n    from langzoo.serving import ExportedModel\n"
            f'    ExportedModel("path/to/the/version").{call}'
        )
    return "\n\n".join(parts)
