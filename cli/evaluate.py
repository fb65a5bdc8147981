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
    from ..trainers.data import check_text_files
    from ..trainers.evaluation import evaluate as evaluate_model
    from ..trainers.run_description import training_of
    from ..trainers.tasks import task_training

    check_text_files(data)
    loaded = reference.load_run()
    learning = task_training(loaded.task)
    assert loaded.tokenizer is not None  # load_run sees to it
    # Windows keeps a file that is mapped into memory; the system's own cleaning takes it then.
    with tempfile.TemporaryDirectory(prefix="langzoo-", ignore_cleanup_errors=True) as cache:
        with progress_bar("characters read") as progress:
            corpus = learning.read(data, loaded.tokenizer, cache=cache, progress=progress)
        with progress_bar("tokens evaluated", total=len(corpus)) as progress:
            training = training_of(Path(model), loaded)
            found = evaluate_model(loaded, corpus, batch_size=batch_size, training=training, progress=progress)
    derived = {"perplexity": found.perplexity, "bits_per_byte": found.bits_per_byte}
    if as_json:
        print_json({"model": model, **dataclasses.asdict(found), **derived})
        return
    facts = {
        "perplexity": f"{found.perplexity:,.4f}",
        "loss": f"{found.loss:.6f} nats a {found.item}",
        f"{found.item}s": f"{found.tokens:,}",
        "unknown tokens": f"{found.unknown_rate:.3%}",
    }
    if found.bits_per_byte is not None:
        facts["bits a byte"] = f"{found.bits_per_byte:.6f} over {found.num_bytes:,} bytes"
    output().print(facts_table(facts))
