"""The page that tells a stranger what an exported model is and how to use it."""

import importlib.metadata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..registry import named_models
from .signatures import DEFAULT_MAX_TOKENS

if TYPE_CHECKING:
    from ..tasks import CausalLM


def model_card(
    model: "CausalLM", *, metrics: Mapping[str, Any] | None = None, facts: Mapping[str, str] | None = None
) -> str:
    """A model card in Markdown (Mitchell et al. 2019, arXiv:1810.03993).

    Args:
        model: with its tokenizer.
        metrics: name -> number.
        facts: heading -> Markdown; replaces the section of that heading ("Training data", "Licence", ...) or adds one.
    """
    sections = {
        "What it is": _description(model),
        "Training data": "Not stated.",
        "Evaluation": _evaluation(metrics),
        "Intended use": "Continuing text, scoring text, and research on language models, in the language and style of "
        "its training data.",
        "Limits": "It repeats what its training data says, errors and prejudices included, and knows nothing of truth. "
        "Text of another language or style is badly predicted. Do not let it decide about people.",
        "TF Serving": _serving(model),
        "Python": _python(),
        "Licence": "State your own.",
    }
    sections.update(facts or {})
    parts = [f"# {model.name}"]
    parts += [f"## {heading}\n\n{text.strip()}" for heading, text in sections.items()]
    return "\n\n".join(parts) + "\n"


def _description(model: "CausalLM") -> str:
    tokenizer = model.need_tokenizer()
    options = "".join(f", {name} {value}" for name, value in tokenizer.options.items())
    rows = {
        "Task": f"predicts the next token from those before it (`{model.task}`)",
        "Family": model.config.family,
        "Parameters": f"{model.count_params():,}",
        "Vocabulary": f"{tokenizer.vocabulary_size:,} tokens ({tokenizer.kind}{options})",
        "Made with": f"langzoo {importlib.metadata.version('langzoo')}",
    }
    first = f"A language model of langzoo's family `{model.config.family}`."
    registered = {named.name: named for named in named_models()}.get(model.name)
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


def _serving(model: "CausalLM") -> str:
    name = model.name
    return f"""From the folder that holds `{name}/<version>/`:

    docker run -p 8501:8501 -v "$PWD/{name}:/models/{name}" -e MODEL_NAME={name} tensorflow/serving

The greedy continuation, at most {DEFAULT_MAX_TOKENS} tokens a prompt:

    curl -d '{{"instances": ["the", "a"]}}' http://localhost:8501/v1/models/{name}:predict

With options (temperature 0 is greedy, top_k 0 and top_p 1 cut nothing; the same seed gives the same text):

    curl -d '{{"signature_name": "generate", "inputs": {{"prompt": ["the"], "max_tokens": 20, "temperature": 0.8,
             "top_k": 40, "top_p": 0.95, "seed": 1}}}}' http://localhost:8501/v1/models/{name}:predict

The log-probability of every token, natural logarithm:

    curl -d '{{"signature_name": "score", "instances": ["the cat"]}}' http://localhost:8501/v1/models/{name}:predict

The signature `tokens` takes `token_ids` (rows of equal length) and gives the `logits` of the token after each."""


def _python() -> str:
    return """With TensorFlow alone:

    import tensorflow as tf
    model = tf.saved_model.load("path/to/the/version")  # keep it while you call its signatures
    model.signatures["serving_default"](prompt=tf.constant(["the"]))["text"].numpy()[0].decode()

With langzoo:

    from langzoo.serving import ExportedModel
    ExportedModel("path/to/the/version").generate(["the"], max_tokens=20, temperature=0.8, seed=1)"""
