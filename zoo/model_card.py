"""The page that tells a stranger what a model is and how to use it: of runs, imports and exports alike."""

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
    """A model card in Markdown (Mitchell et al. 2019, arXiv:1810.03993).

    Args:
        model: with or without its tokenizer.
        use: heading -> Markdown, how the model is used from where the card lies.
        origin: a sentence, in the place of the one that names the model's family.
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
        "Text of another language or style is badly predicted. Do not let it decide about people.",
        **use,
        "Licence": "State your own.",
    }
    sections.update(facts or {})
    parts = [f"# {model.name}"]
    parts += [f"## {heading}\n\n{text.strip(chr(10))}" for heading, text in sections.items()]
    return "\n\n".join(parts) + "\n"


def filled_example(model: "TextModel", call: str) -> str:
    """A call that is shown to users, with the model's own mask token in the place of `{mask}`."""
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
        # Not its description, which may give the size of the model as registered.
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
    """One line: labels, prompts and tokens of an imported model are anybody's."""
    return " ".join(text.split()).replace("|", "\\|")


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
