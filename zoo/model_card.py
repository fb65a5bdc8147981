"""Model cards of runs, imports and exports: what a model is and how to use it."""

import importlib.metadata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .registry import find_model

if TYPE_CHECKING:
    from .tasks import TextModel

CARD_FILE = "model_card.md"


def model_card(
    model: "TextModel",
    use: Mapping[str, str],
    *,
    origin: str = "",
    metrics: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
) -> str:
    """Writes a model card in Markdown (Mitchell et al. 2019, arXiv:1810.03993).

    Args:
        model: a model, with or without its tokenizer.
        use: heading -> Markdown, how to use the model from the folder of the card.
        origin: a sentence that replaces the one that names the model's family.
        metrics: name -> number.
        facts: heading -> Markdown; replaces the section of that heading ("Training data", "Licence", ...) or adds one.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model_card(zoo.create("unigram"), {}).splitlines()[0]
        '# unigram'
    """
    sections = {
        "What it is": _description(model, origin),
        "Training data": "Not stated.",
        "Evaluation": _evaluation(metrics),
        "Intended use": model.intended_use,
        "Limits": "It repeats what its training data says, errors and prejudices included, and knows nothing of truth. "
        "It predicts other languages and styles poorly. Do not let it make decisions about people.",
        **use,
        "Licence": "State your own.",
    }
    sections.update(facts or {})
    parts = [f"# {model.name}"]
    parts += [f"## {heading}\n\n{text.strip(chr(10))}" for heading, text in sections.items()]
    return "\n\n".join(parts) + "\n"


def filled_example(model: "TextModel", call: str) -> str:
    """An example call for users, with the model's own mask token in place of `{mask}`."""
    mask_id = None if model.tokenizer is None else model.tokenizer.mask_id
    return call.replace("{mask}", "" if mask_id is None else model.need_tokenizer().tokens[mask_id])


def _description(model: "TextModel", origin: str) -> str:
    rows = {
        "Task": f"{model.purpose} (`{model.task}`)",
        **{name.capitalize().replace("_", " "): _value(value) for name, value in model.options.items()},
        "Family": model.config.family,
        "Parameters": f"{model.count_params():,}",
        "Vocabulary": _vocabulary(model),
        "Made with": f"langzoo {importlib.metadata.version('langzoo')}",
    }
    first = f"A language model of langzoo's family `{model.config.family}`."
    registered = find_model(model.name)
    if origin:
        first = origin
    elif registered is not None:
        # Not its description, which may give the size of the registered model.
        first = f"A language model of langzoo: `{model.name}`, of the family `{model.config.family}`."
        rows.update({"Paper": registered.paper} if registered.paper else {})
    fields = "\n".join(f"- {name}: {value}" for name, value in model.config.to_dict().items())
    return f"{first}\n\n{_table(('', ''), rows)}\n\nConfiguration:\n\n{fields}"


def _vocabulary(model: "TextModel") -> str:
    tokenizer = model.tokenizer
    if tokenizer is None:
        return "none: it reads ids"
    options = "".join(f", {name} {value}" for name, value in tokenizer.options.items())
    return f"{tokenizer.vocabulary_size:,} tokens ({tokenizer.kind}{options})"


def _evaluation(metrics: Mapping[str, Any] | None) -> str:
    if not metrics:
        return "Not stated."
    shown = {name: f"{value:,.6g}" if isinstance(value, float) else str(value) for name, value in metrics.items()}
    return _table(("Metric", "Value"), shown)


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [head, ("---", "---"), *rows.items()]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """A table cell as one line: labels, prompts and tokens of an imported model may contain anything."""
    return " ".join(text.split()).replace("|", "\\|")


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
