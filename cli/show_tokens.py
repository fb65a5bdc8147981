"""langzoo tokenizer show."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import json_array, output, plain_table
from .model_reference import CONFIG_FILE, ModelReference
from .options import JsonOption, TextOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import texts_to_read

if TYPE_CHECKING:
    from ..layers.text import Tokenizer
    from ..serving.text import PlainTokenizer

MAX_CONFIG_BYTES = 10_000_000

Shown = Callable[[str], list[dict[str, Any]]]


def show_tokens(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="A run directory, an exported model, or a tokenizer: a folder, or a file as published (vocab.txt, "
            "vocab.json, tokenizer.json, a SentencePiece .model).",
            show_default=False,
        ),
    ],
    text: TextOption = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(help="A text file, each line a text; - is standard input.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a tokenizer splits a text: each token with its id and the characters it covers."""
    tokens_of = _opened(model)
    with json_array(as_json) as add:
        for each in texts_to_read(text, file):
            tokens = tokens_of(each)
            if as_json:
                add({"text": each, "tokens": tokens})
            else:
                _print(each, tokens)


def _opened(model: str) -> Shown:
    """Returns a function that gives the tokens of a text."""
    path = Path(model)
    if not path.exists():
        kind = ModelReference.parse(model).kind
        assert kind == "name"  # there is no such path, and anything else is refused
        raise UserError(f"{model} is a name without a tokenizer: name a run, an exported model or a tokenizer")
    if path.suffix == ".tflite":
        from ..serving.lite_file import LiteFile
        from ..serving.text import load_plain_tokenizer

        lite = LiteFile.read(path)
        return _plain(load_plain_tokenizer(lite.tokenizer_files), lite.tokens)
    if path.is_dir() and not (path / CONFIG_FILE).is_file():
        from ..serving.export_folder import read_manifest, version_folder

        folder = version_folder(path)
        if folder is not None:
            from ..serving.export_assets import read_plain_tokenizer, read_tokens

            manifest = read_manifest(folder)
            return _plain(read_plain_tokenizer(folder, manifest), read_tokens(folder, manifest))
    quiet_tensorflow()
    from ..zoo.foreign.find_tokenizer import find_tokenizer

    tokenizer = find_tokenizer(path, family=_family(path))
    if tokenizer is None:
        raise UserError(f"{model} has no tokenizer: name a run, an exported model or a tokenizer's folder or file")
    return _live(tokenizer)


def _family(path: Path) -> str:
    """Returns the family of a run or of a published model's folder: some families have rules of their own."""
    from ..layers.plain.read_json import read_json

    config = path / CONFIG_FILE
    if not config.is_file():
        return ""
    described = read_json(config, max_bytes=MAX_CONFIG_BYTES)
    family = described.get("family", described.get("model_type"))
    return family if isinstance(family, str) else ""


def _live(tokenizer: "Tokenizer") -> Shown:
    def tokens_of(text: str) -> list[dict[str, Any]]:
        ids = tokenizer.tokenize([text])[0].numpy().tolist()
        tokens = [{"token": tokenizer.id_to_token(token_id), "id": token_id} for token_id in ids]
        try:
            found = tokenizer.offsets([text])
        except ValueError:  # a kind that keeps no places
            return tokens
        places = zip(*(found[name][0].numpy().tolist() for name in ("starts", "limits")), strict=True)
        for token, (start, limit) in zip(tokens, places, strict=True):
            token |= {"start": start, "limit": limit}
        return tokens

    return tokens_of


def _plain(tokenizer: "PlainTokenizer", names) -> Shown:
    return lambda text: [
        {"token": names[token_id], "id": token_id, "start": start, "limit": limit}
        for token_id, start, limit in tokenizer.offsets(text.encode("utf-8"))
    ]


def _print(text: str, tokens: list[dict[str, Any]]) -> None:
    console = output()
    console.print(printable_text(text), style="bold", soft_wrap=True)
    table = plain_table()
    table.add_column("token", overflow="fold", min_width=12)
    table.add_column("id", justify="right", no_wrap=True)
    placed = any("start" in token for token in tokens)
    if placed:
        table.add_column("characters", overflow="fold")
    for token in tokens:
        row = [printable_text(token["token"]), str(token["id"])]
        if placed:
            row.append(printable_text(text[token["start"] : token["limit"]]).replace("\n", "\\n"))
        table.add_row(*row)
    if tokens:
        console.print(table)
    console.print(f"{len(tokens):,} tokens for {len(text):,} characters\n")
