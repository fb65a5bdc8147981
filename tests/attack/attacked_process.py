"""A process that runs command lines, one after the other, and is given up when one hangs, grows or crashes.

Commands run in one process, since starting TensorFlow takes longer than most of them. Whoever starts this file writes
an argument list as a line of JSON to its standard input and reads an answer from its standard output.
"""

import json
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

MOST_SECONDS = 10.0
MOST_GROWTH = 500_000_000
START_SECONDS = 120.0


@dataclass
class Answer:
    """How a command ended: exit code (None if it did not), what it wrote, its seconds and how many bytes it grew."""

    code: int | None
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    growth: int = 0

    def fault(self):
        """What is wrong with the way in which it ended, or None: done, or one line and 1 or 2."""
        if self.code is None:
            return self.err
        if self.growth > MOST_GROWTH:
            return f"grew by {self.growth:,} bytes"
        if self.code == 0:
            return None
        last = self.err.strip().splitlines()[-1:] or [""]
        if "Traceback" in self.err or "defect" in last[0]:
            return "traceback: " + last[0]
        if self.code not in (1, 2) or not last[0].startswith("langzoo: ") or len(last[0]) > 2000:
            return f"exit code {self.code}, {last[0][:200]!r}"
        return None


class AttackedProcess:
    """Runs command lines in a process of its own; starts another one when that is gone."""

    def __init__(self):
        self._process = None

    def run(self, *arguments, seconds=MOST_SECONDS):
        """Runs a command line; returns an `Answer`."""
        if self._process is None:
            self._start()
        self._process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        self._process.stdin.flush()
        line = self._line(seconds)
        if line is None:
            return Answer(None, err=f"hangs for over {seconds:g} s")
        if not line:
            code = self._process.wait()
            self._process = None
            return Answer(None, err=f"the process ended with {code}")
        return Answer(**json.loads(line))

    def close(self):
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line(START_SECONDS) == "ready\n"

    def _line(self, seconds):
        found = []
        reader = threading.Thread(target=lambda: found.append(self._process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(seconds)
        if not found:
            self.close()
            reader.join()
            return None
        return found[0]


def _serve():
    import os

    # Nothing but answers may reach the pipe: what commands and TensorFlow print goes elsewhere.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    from langzoo.cli.main import app
    from langzoo.zoo import tasks  # noqa: F401  TensorFlow, before the clock runs
    from typer.testing import CliRunner

    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        before, start = _peak(), time.monotonic()
        result = CliRunner().invoke(app, json.loads(line))
        answer = {
            "code": result.exit_code,
            "out": result.stdout[-4000:],
            "err": result.stderr[-4000:],
            "seconds": time.monotonic() - start,
            "growth": _peak() - before,
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _peak():
    """The most memory that this process has taken so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    _serve()
