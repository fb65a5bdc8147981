"""How long the command line takes to answer, beside a Python that does nothing."""

import statistics
import subprocess
import sys
import time

ROUNDS = 9


def measure():
    """Each command in turn with `python -c pass`; medians."""
    for arguments in (["--help"], ["list"]):
        ours = [sys.executable, "-m", "langzoo.cli", *arguments]
        pairs = [(_seconds(ours), _seconds([sys.executable, "-c", "pass"])) for _ in range(ROUNDS)]
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        yield f"langzoo {' '.join(arguments)}", f"{mine:.3f} s", f"python -c pass {theirs:.3f} s", f"{ratio:.1f}"


def _seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
