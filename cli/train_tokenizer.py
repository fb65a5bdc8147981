"""langzoo tokenizer train."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.errors import UserError
from ..zoo.staging import refuse_existing, staged_folder
from .console import facts_table, output, print_json, progress_bar
from .options import FilesOption, JsonOption
from .quiet_tensorflow import quiet_tensorflow

SHOWN_TOKENS = 10


def train_tokenizer(
    kind: Annotated[str, typer.Option(help="word, char, byte, wordpiece, bpe or unigram.", show_default=False)],
    out: Annotated[Path, typer.Option(help="A new folder for the tokenizer.", show_default=False)],
    data: FilesOption = [],  # noqa: B006
    size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Tokens at most, special ones among them. Left out: all words or characters, 30,522 of wordpiece, "
            "50,257 of bpe, 8,000 of unigram.",
        ),
    ] = None,
    min_frequency: Annotated[
        int | None, typer.Option(min=1, help="Leave out words, or pairs of pieces, seen less often.")
    ] = None,
    lowercase: Annotated[bool, typer.Option("--lowercase", help="Read all words in lower case.")] = False,
    split: Annotated[
        str | None,
        typer.Option(
            help="whitespace, or punctuation, which also cuts off punctuation and cuts Chinese into characters.",
            show_default="whitespace",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a tokenizer's vocabulary on text files (a byte tokenizer needs none)."""
    refuse_existing(out)
    if not data and kind != "byte":
        raise UserError(f"--data is missing: name the text files that a {kind} tokenizer is to learn from")
    quiet_tensorflow()
    from ..trainers.data import check_text_files, read_text
    from ..trainers.vocabularies import train_tokenizer as train

    options = {"min_frequency": min_frequency, "lowercase": lowercase or None, "split": split}
    files = check_text_files(data) if data else []
    with progress_bar("characters read") as progress:
        tokenizer = train(
            kind,
            _watched(read_text(files), progress),
            size=size,
            **{name: value for name, value in options.items() if value is not None},
        )
    with staged_folder(out) as staging:
        tokenizer.save_assets(staging)
    special = {tokenizer.unknown_id, tokenizer.end_id, *tokenizer.special_ids}
    ordinary = [token for token_id, token in enumerate(tokenizer.tokens) if token_id not in special]
    if tokenizer.kind in ("wordpiece", "bpe"):
        # Before the pieces that were learned stand the characters or bytes.
        ordinary = [token for token in ordinary if len(token.removeprefix("##")) > 1]
    summary: dict[str, Any] = {
        "path": str(out),
        "kind": tokenizer.kind,
        "vocabulary_size": tokenizer.vocabulary_size,
        # A vocabulary is in the order of falling frequency, that of the merges where pieces are merged.
        "most_frequent": ordinary[:SHOWN_TOKENS] if tokenizer.has_vocabulary else [],
    }
    if as_json:
        print_json(summary)
        return
    facts = {"tokenizer": summary["path"], "kind": summary["kind"], "tokens": f"{summary['vocabulary_size']:,}"}
    if summary["most_frequent"]:
        facts["most frequent"] = "  ".join(summary["most_frequent"])
    output().print(facts_table(facts))


def _watched(texts: Iterable[str], progress) -> Iterator[str]:
    done = 0
    for text in texts:
        yield text
        done += len(text)
        progress(done)
