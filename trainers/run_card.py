"""The model card of a run."""

import os
import shlex
from pathlib import Path

from ..zoo.atomic_file import write_text
from ..zoo.model_card import CARD_FILE, filled_example, model_card
from ..zoo.tasks import CausalLM, TextModel
from .run_description import read_run
from .run_metrics import TRAINING_FILE, evaluation_facts
from .tasks import training_class


def write_run_card(model: TextModel, directory: Path) -> None:
    """Writes `model_card.md` for a finished run.

    Args:
        model: with its tokenizer.
        directory: the run directory, with its `training.json` and metrics.
    """
    call = filled_example(model, training_class(model.task).example)
    use = {
        "TF Serving": f"    langzoo export {shlex.quote(str(directory))}",
        "Python": f"    from langzoo import zoo\n    zoo.load({str(directory)!r}).{call}",
    }
    facts, metrics = training_facts(directory), evaluation_facts(directory)
    if isinstance(model, CausalLM):
        facts |= model.backbone.card_sections(model.need_tokenizer().tokens)
    write_text(directory / CARD_FILE, model_card(model, use, metrics=metrics, facts=facts))


def training_facts(directory: Path) -> dict[str, str]:
    """The sections of a card on training data and settings; empty for a model without a training run."""
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
    """Escapes a file name as a word of Markdown: a newline in it would begin a paragraph of the card."""
    return "".join(character if character.isprintable() else "?" for character in Path(path).name)
