"""Answers of models as tables for people."""

from typing import Any

from rich.table import Table

from .console import output, plain_table, share_bar
from .explanation_table import explanation_table
from .printable_text import printable_text

SHOWN_NUMBERS = 6  # of a vector
EXPLANATION = ("against", "log_odds", "prior", "contributions")


def print_answer(result: dict[str, Any]) -> None:
    """Prints an answer according to the types of its values; for tagged words, the text with the spans marked.

    Args:
        result: `text` and optionally `pair`, or `question` and `context`, with the model's answer.
    """
    console = output()
    if "candidates" in result:
        _print_found(result)
        return
    words = result.get("words")
    tagged = isinstance(words, list) and all(isinstance(word, dict) and "tag" in word for word in words)
    for name, value in result.items():
        if tagged and name == "text":
            console.print(printable_text(_marked(result)), style="bold", soft_wrap=True)
        elif tagged and name in ("words", "spans"):
            if name == "spans":
                console.print(_spans(value))
        elif name in ("text", "pair"):
            console.print(printable_text(value), style="bold", soft_wrap=True)
        elif name == "label":
            continue  # the first of the probabilities
        elif name == "labels":
            continue  # below the probabilities
        elif name in EXPLANATION:
            continue  # printed last
        elif isinstance(value, dict):
            console.print(_shares("label", value.items()) if name == "probabilities" else _scores(value.items()))
        elif name == "tokens":
            console.print(_shares("token", [(each["token"], each["probability"]) for each in value]))
        elif isinstance(value, float):
            console.print(f"{printable_text(name)} {value:.4f}")
        elif isinstance(value, list) and value and all(isinstance(each, float) for each in value):
            console.print(_shortened(value), soft_wrap=True)
        else:
            console.print(f"{printable_text(name)} {printable_text(str(value))}", soft_wrap=True)
    if "labels" in result:
        shown = ", ".join(map(printable_text, result["labels"])) or "none"
        console.print(f"labels of 0.5 or more: {shown}", soft_wrap=True)
    if "contributions" in result:
        console.print()
        console.print(explanation_table(result))
    console.print()


def _print_found(result: dict[str, Any]) -> None:
    """Prints a question, its context with the answer in brackets, and the other candidates."""
    console, context = output(), result["context"]
    console.print(printable_text(result["question"]), style="bold", soft_wrap=True)
    start, end = result["start"], result["end"]
    marked = f"{context[:start]}[{context[start:end]}]{context[end:]}" if result["text"] else context
    console.print(printable_text(marked), soft_wrap=True)
    if not result["text"]:
        console.print(f"no answer, {result['no_answer_score']:.4f} above the best candidate")
    table = plain_table()
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("characters", justify="right", no_wrap=True)
    table.add_column("answer", overflow="fold")
    for each in result["candidates"]:
        table.add_row(f"{each['score']:.4f}", f"{each['start']}-{each['end']}", printable_text(each["text"]))
    console.print(table)
    console.print()


def _marked(result: dict[str, Any]) -> str:
    """Returns the text with its spans in brackets, or with the tag of each word if the tags do not encode spans."""
    text, spans = result["text"], result.get("spans")
    marks = [(each["start"], each["end"], each["label"]) for each in spans or ()]
    if spans is None:
        marks = [(each["start"], each["end"], each["tag"]) for each in result["words"]]
    parts, done = [], 0
    for start, end, label in marks:
        found = f"[{text[start:end]}]({label})" if spans is not None else f"{text[start:end]}/{label}"
        parts += [text[done:start], found]
        done = end
    return "".join([*parts, text[done:]])


def _spans(spans: list[dict[str, Any]]) -> Table | str:
    if not spans:
        return "no spans"
    table = plain_table()
    table.add_column("label", overflow="fold", min_width=12)
    table.add_column("characters", justify="right", no_wrap=True)
    table.add_column("text", overflow="fold")
    for each in spans:
        table.add_row(printable_text(each["label"]), f"{each['start']}-{each['end']}", printable_text(each["text"]))
    return table


def _shares(name, shares, *, header="p") -> Table:
    table = plain_table()
    table.add_column(name, overflow="fold", min_width=12)
    table.add_column(header, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for each, share in shares:
        table.add_row(printable_text(each), f"{share:.4f}", share_bar(share))
    return table


def _scores(scores) -> Table:
    table = plain_table()
    table.add_column("label", overflow="fold", min_width=12)
    table.add_column("score", justify="right", no_wrap=True)
    for label, score in scores:
        table.add_row(printable_text(label), f"{score:.4f}")
    return table


def _shortened(vector: list[float]) -> str:
    numbers = " ".join(f"{value:.4f}" for value in vector[:SHOWN_NUMBERS])
    more = " ..." if len(vector) > SHOWN_NUMBERS else ""
    return f"{len(vector)} numbers: {numbers}{more}"
