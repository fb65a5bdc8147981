"""langzoo import."""

from pathlib import Path
from typing import Annotated

import typer

from .console import facts_table, output, print_json, progress_bar, stage
from .options import JsonOption
from .quiet_tensorflow import quiet_tensorflow
from .remarks import printed_remarks

NO_TOKENIZER = "none"


def import_model(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A Hugging Face folder, a KerasHub preset, a TensorFlow checkpoint (BERT, GPT-2), a llama2.c .bin "
            "file or an ARPA file of n-grams.",
            show_default=False,
        ),
    ],
    run: Annotated[Path, typer.Option(help="A new folder for the model.", show_default=False)],
    tokenizer: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|FOLDER|none",
            help="The tokenizer, if it is not in the folder of the weights; none for a model that reads token ids.",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Task to use the model for; by default the published one.", show_default=False)
    ] = None,
    leave_out: Annotated[
        list[str],
        typer.Option(
            metavar="PATTERN", help="Weights of the source that may be left out, e.g. 'cls.*'.", show_default=False
        ),
    ] = [],  # noqa: B006
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what is otherwise reported and ignored, such as unknown settings.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import pretrained weights as a run directory."""
    quiet_tensorflow()
    from ..zoo.import_model import FIND
    from ..zoo.import_run import import_run

    with printed_remarks(), progress_bar("weights read") as progress:
        model = import_run(
            source,
            run,
            tokenizer=FIND if tokenizer is None else None if tokenizer == NO_TOKENIZER else Path(tokenizer),
            task=task,
            leave_out=leave_out,
            strict=strict,
            progress=lambda done, total: progress(done),
        )
    if model.tokenizer is None and tokenizer != NO_TOKENIZER:
        stage("there is no tokenizer with the weights: the model reads token ids only; --tokenizer names one")
    summary = {
        "path": str(run),
        "name": model.name,
        "family": model.config.family,
        "task": model.task,
        "options": model.options,
        "parameters": model.count_params(),
        "tokenizer": None if model.tokenizer is None else model.tokenizer.kind,
        "vocabulary_size": model.config.vocabulary_size,
    }
    if as_json:
        print_json(summary)
        return
    facts = {
        "imported": summary["path"],
        "model": f"{model.name} ({model.config.family}, {model.task})",
        "parameters": f"{summary['parameters']:,}",
        "tokenizer": summary["tokenizer"] or "none",
    }
    output().print(facts_table(facts))
