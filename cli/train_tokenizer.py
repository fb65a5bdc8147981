"""langzoo tokenizer train."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..layers.plain.errors import UserError
from ..trainers.tokenizer_choice import check_kind
from ..zoo.staging import refuse_existing, staged_folder
from .console import facts_table, output, print_json, progress_bar
from .options import FilesOption, JsonOption
from .quiet_tensorflow import quiet_tensorflow

if TYPE_CHECKING:
    from ..layers.text import Tokenizer

SHOWN_TOKENS = 10
COUNTED_CHARACTERS = 1 << 20


def train_tokenizer(
    kind: Annotated[str, typer.Option(help="word, char, byte, wordpiece, bpe or unigram.", show_default=False)],
    out: Annotated[Path, typer.Option(help="A new folder for the tokenizer.", show_default=False)],
    data: FilesOption = [],  # noqa: B006
    size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="The maximum number of tokens, including special ones; by default all words or characters, 30,522 for "
            "wordpiece, 50,257 for bpe, 8,000 for unigram.",
        ),
    ] = None,
    min_frequency: Annotated[
        int | None, typer.Option(min=1, help="Leave out words, or pairs of pieces, that occur less often.")
    ] = None,
    lowercase: Annotated[bool, typer.Option("--lowercase", help="Convert all text to lower case.")] = False,
    split: Annotated[
        str | None,
        typer.Option(
            help="whitespace, or punctuation, which also splits off punctuation and splits Chinese into characters.",
            show_default="whitespace",
        ),
    ] = None,
    character_coverage: Annotated[
        float | None,
        typer.Option(
            min=0.98,
            max=1,
            help="For unigram: the share of the text's characters that get a piece; the rarest others are unknown.",
            show_default="0.9995",
        ),
    ] = None,
    byte_fallback: Annotated[
        bool, typer.Option("--byte-fallback", help="For unigram: write unknown characters as bytes; adds 256 pieces.")
    ] = False,
    normalization: Annotated[
        str | None,
        typer.Option(
            help="For unigram: nfkc, as in T5, which converts full-width signs and letters to half-width; or none.",
            show_default="nfkc",
        ),
    ] = None,
    extra_ids: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            help="For unigram: the number of sentinel tokens <extra_id_0>, ..., for span_corruption; T5 has 100.",
            show_default="0",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a tokenizer's vocabulary on text files (a byte tokenizer needs none)."""
    check_kind(kind)
    refuse_existing(out)
    if not data and kind != "byte":
        raise UserError(f"--data is missing: name the text files to train a {kind} tokenizer on")
    quiet_tensorflow()
    from ..trainers.data import check_text_files, read_text
    from ..trainers.vocabularies import train_tokenizer as train

    options = {
        "min_frequency": min_frequency,
        "lowercase": lowercase or None,
        "split": split,
        "character_coverage": character_coverage,
        "byte_fallback": byte_fallback or None,
        "normalization": normalization,
        "extra_ids": extra_ids,
    }
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
    summary: dict[str, Any] = {
        "path": str(out),
        "kind": tokenizer.kind,
        "vocabulary_size": tokenizer.vocabulary_size,
        "most_frequent": _most_frequent(tokenizer, read_text(files)) if files else [],
    }
    if as_json:
        print_json(summary)
        return
    found = f"{summary['vocabulary_size']:,}"
    if size is not None and tokenizer.vocabulary_size < size:
        found += f", of {size:,} requested: the text has no more that occur often enough"
    facts = {"tokenizer": summary["path"], "kind": summary["kind"], "tokens": found}
    if summary["most_frequent"]:
        facts["most frequent"] = "  ".join(summary["most_frequent"])
    output().print(facts_table(facts))


def _most_frequent(tokenizer: "Tokenizer", texts: Iterable[str]) -> list[str]:
    """Returns the names of the most frequent tokens in the first part of the text; ties in the order of their ids."""
    special = {tokenizer.unknown_id, tokenizer.end_id, *tokenizer.special_ids}
    counts: Counter[int] = Counter()
    read = 0
    for text in texts:
        lines = text[: COUNTED_CHARACTERS - read].splitlines(keepends=True)
        counts.update(tokenizer.tokenize(lines).flat_values.numpy().tolist())
        read += len(text)
        if read >= COUNTED_CHARACTERS:
            break
    ordered = [token_id for _, token_id in sorted((-count, token_id) for token_id, count in counts.items())]
    ordinary = [token_id for token_id in ordered if token_id not in special][: 3 * SHOWN_TOKENS]
    written = tokenizer.detokenize([[token_id] for token_id in ordinary]).numpy().tolist() if ordinary else []
    seen = [token_id for token_id, text in zip(ordinary, written, strict=True) if text.strip()]  # no white space
    return [tokenizer.id_to_token(token_id) for token_id in seen[:SHOWN_TOKENS]]


def _watched(texts: Iterable[str], progress) -> Iterator[str]:
    done = 0
    for text in texts:
        yield text
        done += len(text)
        progress(done)
