"""langzoo evaluate."""

import dataclasses
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from .console import facts_table, output, print_json, progress_bar
from .model_reference import ModelReference
from .options import FilesOption, JsonOption, ModelArgument
from .quiet_tensorflow import quiet_tensorflow


def evaluate(
    model: ModelArgument,
    data: FilesOption,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Segments of text read side by side; the result does not depend on it.")
    ] = 32,
    as_json: JsonOption = False,
) -> None:
    """Measure a trained model's perplexity on text files."""
    reference = ModelReference.parse(model)
    quiet_tensorflow()
    from ..trainers.data import TokenCorpus, check_text_files
    from ..trainers.evaluation import evaluate as evaluate_model
    from ..trainers.run_card import arrangement_of

    check_text_files(data)
    loaded = reference.load_run()
    assert loaded.tokenizer is not None  # load_run sees to it
    # Windows keeps a file that is mapped into memory; the system's own cleaning takes it then.
    with tempfile.TemporaryDirectory(prefix="langzoo-", ignore_cleanup_errors=True) as cache:
        with progress_bar("characters read") as progress:
            corpus = TokenCorpus.from_files(data, loaded.tokenizer, cache=cache, progress=progress)
        with progress_bar("tokens evaluated", total=len(corpus)) as progress:
            found = evaluate_model(
                loaded, corpus, batch_size=batch_size, arrangement=arrangement_of(Path(model)), progress=progress
            )
    derived = {"perplexity": found.perplexity, "bits_per_byte": found.bits_per_byte}
    if as_json:
        print_json({"model": model, **dataclasses.asdict(found), **derived})
        return
    output().print(
        facts_table(
            {
                "perplexity": f"{found.perplexity:,.4f}",
                "loss": f"{found.loss:.6f} nats a token",
                "bits a byte": f"{found.bits_per_byte:.6f}",
                "tokens": f"{found.tokens:,} in {found.num_bytes:,} bytes",
                "unknown tokens": f"{found.unknown_rate:.3%}",
            }
        )
    )
