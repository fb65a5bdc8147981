"""The model card of a run."""

import os
import shlex
from pathlib import Path

from ..zoo.atomic_file import write_text
from ..zoo.export.model_card import model_card
from ..zoo.tasks import TextModel
from .run_description import read_run
from .run_metrics import TRAINING_FILE, evaluation_facts
from .tasks import training_class

CARD_FILE = "model_card.md"


def write_run_card(model: TextModel, directory: Path) -> None:
    """Writes `model_card.md` of a finished run.

    Args:
        model: with its tokenizer.
        directory: of the run, with its `training.json` and what it measured.
    """
    facts = {
        **training_facts(directory),
        "TF Serving": f"    langzoo export {shlex.quote(str(directory))}",
        "Python": f"    from langzoo import zoo\n    zoo.load({str(directory)!r}).{_example(model)}",
    }
    # Its signatures are an export's; the sections that tell of them are replaced.
    write_text(directory / CARD_FILE, model_card(model, {}, metrics=evaluation_facts(directory), facts=facts))


def _example(model: TextModel) -> str:
    tokenizer = model.need_tokenizer()
    mask = "" if tokenizer.mask_id is None else tokenizer.tokens[tokenizer.mask_id]
    return training_class(model.task).example.replace("{mask}", mask)


def training_facts(directory: Path) -> dict[str, str]:
    """The sections of a card that tell what a run learned from and how; empty for a model that no run trained."""
    if not os.path.lexists(directory / TRAINING_FILE):
        return {}
    described = read_run(directory)
    training, optimizer = described.training, described.training.optimizer
    return {
        "Training data": f"Files: {', '.join(map(_name, described.data))}.\n"
        f"Validation: {', '.join(map(_name, described.valid)) or 'none'}.",
        "Training": f"{optimizer.name}, learning rate {optimizer.learning_rate:g} ({optimizer.schedule}), "
        f"batches of {training.data.batch_size} · {training.data.sequence_length} tokens "
        f"({training.data.arrangement}), seed {training.seed}, {training.precision}. "
        "All settings are in the run's `training.json`.",
    }


def _name(path: str) -> str:
    """A file's name as a word of Markdown: a line end in it would begin a paragraph of the card."""
    return "".join(character if character.isprintable() else "?" for character in Path(path).name)
