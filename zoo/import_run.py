"""Import of published weights into a run directory."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .atomic_file import write_text
from .foreign.generation_config import generation_flags, read_generation_config
from .foreign.published_settings import keep_published_settings
from .import_model import FIND, import_model
from .model_card import CARD_FILE, model_card
from .staging import refuse_existing, staged_folder

if TYPE_CHECKING:
    from ..layers.text import Tokenizer
    from .tasks import TextModel


def import_run(
    source: str | Path,
    directory: str | Path,
    *,
    tokenizer: "str | Path | Tokenizer | None" = FIND,
    task: str | None = None,
    leave_out: Sequence[str] = (),
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> "TextModel":
    """Imports a model and writes its run directory: configuration, tokenizer, weights and a model card.

    The folder appears once all of it is written.

    Args:
        source: see `import_model`.
        directory: a folder that is empty or does not exist; an empty one stays the same folder.
        tokenizer: see `import_model`.
        task: see `import_model`.
        leave_out: see `import_model`.
        strict: see `import_model`.
        progress: see `import_model`.

    Raises:
        UserError: the directory is not empty; and whatever `import_model` raises.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import_run("stories260K.bin", "runs/stories").task
        'causal_lm'
    """
    directory = Path(directory)
    refuse_existing(directory)
    model = import_model(source, tokenizer=tokenizer, task=task, leave_out=leave_out, strict=strict, progress=progress)
    from .model_directory import save_description, save_weights

    with staged_folder(directory) as staging:
        save_description(model, staging)
        save_weights(model, staging)
        settings = _keep_settings(model, Path(source), staging)
        write_text(staging / CARD_FILE, import_card(model, source, settings))
    return model


def _keep_settings(model: "TextModel", source: Path, staging: Path) -> dict[str, Any]:
    """Keeps the publisher's settings for generation, if the model generates text, in files of their own."""
    if model.task not in ("causal_lm", "seq2seq_lm") or not source.is_dir():
        return {}
    keep_published_settings(source, staging)
    return read_generation_config(staging)


def import_card(model: "TextModel", source: str | Path, settings: Mapping[str, Any] | None = None) -> str:
    """The model card of an imported model, in Markdown.

    Args:
        model: the imported model.
        source: the path that it was imported from.
        settings: the generation settings that its publisher recommends.
    """
    origin = f"A published model, imported by langzoo from `{Path(source).name}`."
    facts = {"Training data": "See the model card of its publisher.", "Licence": "See the model card of its publisher."}
    return model_card(model, _recommended(settings or {}), origin=origin, facts=facts)


def _recommended(settings: Mapping[str, Any]) -> dict[str, str]:
    if not settings:
        return {}
    flags = generation_flags(settings)
    parts = [
        "The publisher's recommended settings. `langzoo generate` has its own defaults and uses these only on request.",
        "\n".join(f"- {name}: {json.dumps(value)}" for name, value in settings.items()),
        *([f"To use them: `langzoo generate MODEL {flags}`."] if flags else []),
    ]
    return {"Generation": "\n\n".join(parts)}
