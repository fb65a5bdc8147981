"""Runs the comparisons and prints a row each."""

import sys

from rich.console import Console
from rich.table import Table

from . import decode, encode, finetune, startup, train_bert, train_gpt2, train_lstm

ROWS = {
    "train-lstm": train_lstm.measure,
    "train-gpt2": train_gpt2.measure,
    "train-bert": train_bert.measure,
    "decode-gpt2": decode.measure_gpt2,
    "decode-stories260k": decode.measure_stories260k,
    "decode-lstm": decode.measure_lstm,
    "encode": encode.measure,
    "finetune": finetune.measure,
    "startup": startup.measure,
}
# Names for several rows.
GROUPS = {"decode": ["decode-gpt2", "decode-stories260k", "decode-lstm"]}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ROWS and name not in GROUPS]
    if unknown:
        print(f"unknown row {unknown[0]!r}. Known: {', '.join([*ROWS, *GROUPS])}", file=sys.stderr)
        return 2
    names = [row for name in names for row in GROUPS.get(name, [name])]
    table = Table("row", "what", "ours", "peer", "ours / peer")
    for name in names or ROWS:
        for result in ROWS[name]():
            table.add_row(name, *result)
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
