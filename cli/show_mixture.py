"""Showing how well a mixture of several models predicts a text."""

from pathlib import Path
from typing import Any

from ..layers.plain.errors import UserError
from .console import output, print_json, progress_bar
from .evaluation_tables import figures_table
from .failure import say
from .model_reference import ModelReference
from .printable_text import printable_text

MOST_MODELS = 16


def show_mixture(
    names: list[str],
    data: list[Path],
    *,
    held_out: list[Path],
    weights: str | None,
    cache: int | None,
    cache_decay: float,
    batch_size: int,
    settings: dict[str, Any],
    as_json: bool,
) -> None:
    """Prints the perplexity of each run of causal models and of their mixture.

    Raises:
        UserError: See `evaluate_mixture`; or a model is not a run of a causal model.
    """
    if len(names) > MOST_MODELS:
        raise UserError(f"--with: at most {MOST_MODELS - 1} models in addition to the first, not {len(names) - 1}")
    if len(set(names)) < len(names):
        raise UserError("--with: a model is given twice; name each once")
    if weights is not None and held_out:
        raise UserError("--held-out is for finding the weights that --weights gives: name one of them")
    given = None if weights is None else _numbers(weights)
    references = [ModelReference.parse(name) for name in names]
    for reference in references:
        task = reference.task()
        if reference.kind in ("export", "litert") or task not in (None, "causal_lm"):
            what = "an exported model" if reference.kind in ("export", "litert") else f"a {task} model"
            raise UserError(f"{reference.text} is {what}: only run directories of causal models can be mixed")
    loaded = [reference.open() for reference in references]
    from ..trainers.evaluation.evaluate_mixture import evaluate_mixture
    from ..trainers.run_description import training_of

    models = {
        name: (model, training_of(Path(name), model).with_settings(settings))
        for name, model in zip(names, loaded, strict=True)
    }
    with progress_bar("tokens evaluated") as progress:
        found = evaluate_mixture(
            models,
            data,
            held_out=held_out,
            weights=given,
            cache=None if cache is None else (cache, cache_decay),
            batch_size=batch_size,
            progress=progress,
        )
    summary = found.summary()
    if as_json:
        print_json({"model": names[0], **summary})
        return
    if found.held_out:
        say(f"weights found on {found.held_out}")
    table = figures_table("model", "weight", "perplexity")
    for part in summary["components"]:
        table.add_row(printable_text(part["name"]), f"{part['weight']:.4f}", f"{part['perplexity']:,.4f}")
    table.add_row("mixture", "", f"{summary['perplexity']:,.4f}")
    output().print(table)
    output().print(f"{found.tokens:,} tokens")


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise UserError(f"--weights {text}: must be numbers separated by commas, such as 0.7,0.3") from None
