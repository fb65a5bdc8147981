"""A run directory from weights that others published."""

import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..atomic_file import write_text
from ..staging import refuse_existing, staged_folder
from .import_model import FIND, import_model

if TYPE_CHECKING:
    from ...layers.text import Tokenizer
    from ..tasks import TextModel

CARD_FILE = "model_card.md"


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

    The folder appears when all of it is written.

    Args:
        source: as of `import_model`, as are the other arguments.
        directory: a folder that is empty or not there; an empty one stays the same folder.
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
    from ..model_directory import save_description, save_weights

    with staged_folder(directory) as staging:
        save_description(model, staging)
        save_weights(model, staging)
        write_text(staging / CARD_FILE, import_card(model, source))
    return model


def import_card(model: "TextModel", source: str | Path) -> str:
    """The model card of an imported model, in Markdown."""
    tokenizer = model.tokenizer
    vocabulary = "none: it reads ids" if tokenizer is None else f"{tokenizer.vocabulary_size:,} ({tokenizer.kind})"
    fields = "\n".join(f"- {name}: {value}" for name, value in model.config.to_dict().items())
    return f"""# {model.name}

## What it is

A model that others trained, imported by langzoo {importlib.metadata.version("langzoo")} from `{Path(source).name}`.

| | |
| --- | --- |
| Task | `{model.task}` |
| Family | {model.config.family} |
| Parameters | {model.count_params():,} |
| Tokens | {vocabulary} |

Configuration:

{fields}

## Training data

See the model card of its publisher.

## Licence

That of its publisher.
"""
