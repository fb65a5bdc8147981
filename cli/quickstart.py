"""langzoo quickstart."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ..layers.plain.errors import UserError
from ..layers.plain.size_in_words import size_in_words
from .console import messages, output, print_json, stage
from .options import JsonOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow

MODEL = "lstm_tied"
VOCABULARY_SIZE = 5000
PROMPT = "The"  # for the text that ships with Python
UNKNOWN = "<unk>"
SAMPLE_CHARACTERS = 5000  # of held-out text on which the LiteRT file is tried
HELD_OUT = 10  # one part in ten is for validation


def quickstart(
    data: Annotated[
        list[Path],
        typer.Option("--data", metavar="FILES...", help="Your own text; by default Python's language reference."),
    ] = [],  # noqa: B006
    run: Annotated[Path, typer.Option(help="Run directory.")] = Path("runs/quickstart"),
    out: Annotated[Path, typer.Option(help="Folder for the exports.")] = Path("saved_models/quickstart"),
    epochs: Annotated[int | None, typer.Option(min=1, help="The number of epochs; by default the model's own.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a small model, evaluate it, generate text and export it, in a few minutes on two cores."""
    quiet_tensorflow()
    from ..trainers.data import check_text_files

    text = run / "cache" / "text"
    files = check_text_files(data) if data else []
    stage(f"text: {', '.join(map(str, files)) if files else 'the Python language reference (pydoc_data.topics)'}")
    train_file, valid_file = _split(files, text)
    results, model = _train(train_file, valid_file, run, epochs)
    sample = _sample(model, PROMPT if not data else "")
    exported = _export(model, run, results, valid_file, out)
    summary = {"run": str(run), "perplexity": results, "sample": sample, **exported}
    if as_json:
        print_json(summary)
    else:
        _print(summary, run)


def _sample(model, prompt: str) -> str:
    """Returns the prompt with the text that the model generates after it."""
    options = {"decoder": "top_p", "top_p": 0.8, "stop": [], "suppress": [UNKNOWN], "seed": 1}
    text = model.generate([prompt], max_tokens=60, **options)[0]["text"]
    return prompt + text


def _split(files: list[Path], folder: Path) -> tuple[Path, Path]:
    """Writes the text for training and the text for validation, which is every tenth part."""
    from ..trainers.data import read_text
    from ..zoo.atomic_file import write_text
    from ..zoo.model_directory import CONFIG_FILE

    if files:
        lines = "".join(read_text(files)).splitlines(keepends=True)
        size = max(len(lines) // (5 * HELD_OUT), 1)  # stretches of lines, so that most sentences keep their context
        parts = ["".join(lines[start : start + size]) for start in range(0, len(lines), size)]
    else:
        from pydoc_data.topics import topics

        parts = [topics[name].rstrip() + "\n\n" for name in sorted(topics)]
    if len(parts) < HELD_OUT:
        raise UserError(f"the text has {len(parts)} lines; give at least {HELD_OUT}, since one in ten is held out")
    held_out = [i % HELD_OUT == HELD_OUT // 2 for i in range(len(parts))]
    paths = folder / "train.txt", folder / "valid.txt"
    texts = [
        "".join(part for part, held in zip(parts, held_out, strict=True) if held is wanted) for wanted in (False, True)
    ]
    run = folder.parents[1]
    for path, text in zip(paths, texts, strict=True):
        if (run / CONFIG_FILE).is_file() and path.is_file() and path.read_bytes() != text.encode():
            raise UserError(f"--run {run} was started with another text; choose another --run")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, texts, strict=True):
        write_text(path, text)
    return paths


def _train(train_file: Path, valid_file: Path, run: Path, epochs: int | None) -> tuple[dict[str, float], Any]:
    """Trains the model and the two count tables to beat; returns the validation perplexities and the model."""
    from ..trainers.data import TokenCorpus, read_text
    from ..trainers.evaluation import evaluate
    from ..trainers.fitting.counting import count_model
    from ..trainers.train import train
    from ..trainers.train_request import TrainRequest
    from ..trainers.vocabularies import train_tokenizer
    from ..zoo.models.ngram import NgramConfig

    folder = run / "cache" / "tokenizer"
    request = TrainRequest(
        model=MODEL,
        data=[train_file],
        valid=[valid_file],
        run=run,
        tokenizer=str(folder),
        settings={} if epochs is None else {"epochs": epochs},
        resume=True,
    )
    tokenizer = train_tokenizer("word", read_text([train_file]), size=VOCABULARY_SIZE, split="punctuation")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_assets(folder)
    request.resolve()  # Mistakes are reported before the work.
    cache = run / "cache"
    corpus = TokenCorpus.from_files([train_file], tokenizer, cache=cache)
    valid = TokenCorpus.from_files([valid_file], tokenizer, cache=cache)
    stage(f"{len(corpus):,} tokens to learn from, {len(valid):,} held out, {tokenizer.vocabulary_size:,} words")
    results = {}
    for name, order in (("unigram", 1), ("bigram", 2)):
        config = NgramConfig.from_dict({"vocabulary_size": tokenizer.vocabulary_size, "order": order})
        counted = count_model(config, corpus, name=name, tokenizer=tokenizer)
        results[name] = evaluate(counted, valid).perplexity
    stage(f"training {MODEL}")
    model = train(request, console=messages()).model
    results[MODEL] = evaluate(model, valid).perplexity
    return results, model


def _export(model, run: Path, results: dict[str, float], valid_file: Path, out: Path) -> dict[str, Any]:
    from ..trainers.data import read_text
    from ..trainers.run_card import training_facts
    from ..zoo.export import export_litert, export_saved_model, next_version

    metrics = {f"validation perplexity of {name}": value for name, value in results.items()}
    facts = training_facts(run)
    saved = export_saved_model(model, next_version(out), metrics=metrics, card_facts=facts, progress=stage)
    sample = "".join(read_text([valid_file]))[:SAMPLE_CHARACTERS]
    litert = export_litert(model, out / "litert" / saved.path.name, sample=[sample], progress=stage)
    return {
        "saved_model": {"path": str(saved.path), "signatures": list(saved.signatures), "bytes": saved.bytes},
        "litert": {"path": str(litert.path), "signatures": list(litert.signatures), "bytes": litert.bytes},
    }


def _print(summary: dict[str, Any], run: Path) -> None:
    console = output()
    table = Table("model", "validation perplexity", title="held-out text, lower is better", title_justify="left")
    table.columns[1].justify = "right"
    for name, value in summary["perplexity"].items():
        table.add_row(name, f"{value:,.1f}")
    console.print(table)
    console.print("\ngenerated text:", style="bold")
    console.print(printable_text(summary["sample"].strip()))
    console.print("\nfiles:", style="bold")
    for kind in ("saved_model", "litert"):
        made = summary[kind]
        console.print(f"{made['path']} ({size_in_words(made['bytes'])}): {', '.join(made['signatures'])}")
    saved = summary["saved_model"]["path"]
    console.print("\nnext:", style="bold")
    console.print(f'langzoo generate {shlex.quote(saved)} --prompt "The class"', soft_wrap=True)
    console.print(f"tensorboard --logdir {shlex.quote(str(run / 'logs'))}", soft_wrap=True)
