"""Several processes on this machine as a cluster."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from ..layers.plain.work_error import WorkError
from .run_state import stored_step

CHILD = "LANGZOO_LOCAL_WORKER"
PATIENCE = 2.0  # seconds between the same failure in two workers


def run_as_worker_of(workers: int, *, run: Path) -> None:
    """Runs this command line in `workers` processes that train together, and ends this one with their exit code.

    In those processes it returns at once: `TF_CONFIG` gives each its role. The output of the first one is shown; of the
    others, only what they wrote if they failed. When this process is killed, so are they.

    Args:
        workers: number of processes.
        run: the run directory, for the message if one of them is killed.

    Raises:
        WorkError: a worker was ended by a signal.
    """
    if os.environ.get(CHILD):
        threading.Thread(target=_end_with_parent, daemon=True).start()
        return
    addresses = [f"localhost:{port}" for port in free_ports(workers)]
    with contextlib.ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(workers)]
        processes = [_start(addresses, index, logs[index]) for index in range(workers)]
        for process in processes:
            stack.callback(process.kill)
        code, index = _wait(processes, logs)
    if code < 0:
        step = stored_step(run)
        stands = "has no checkpoint yet" if step is None else f"is at step {step:,}"
        raise WorkError(
            f"worker {index + 1} of {workers} was ended by {signal.Signals(-code).name}; the run {stands}: "
            "continue it with the same command and --resume"
        )
    sys.exit(code)


def _start(addresses, index, log):
    config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    quiet = {"stdout": log, "stderr": log} if index else {}
    return subprocess.Popen(
        [sys.executable, "-m", "langzoo.cli", *sys.argv[1:]],
        env={**os.environ, "TF_CONFIG": json.dumps(config), CHILD: "1"},
        stdin=subprocess.PIPE,
        **quiet,
    )


def _wait(processes, logs) -> tuple[int, int]:
    """Exit code and index of the first worker to fail, or 0 when all are done; shows the output of a silent worker."""
    while True:
        codes = [process.poll() for process in processes]
        # One that was killed goes first: the others fail, or TensorFlow aborts them, because it is gone.
        failed = [index for index, code in enumerate(codes) if code]
        failed.sort(key=lambda index: (codes[index] > 0, codes[index] == -signal.SIGABRT))
        if failed:
            first = failed[0]
            if codes[first] > 0 and (first == 0 or not _fails_too(processes[0], codes[first])):
                logs[first].seek(0)
                sys.stderr.write(logs[first].read())
            return codes[first], first
        if all(code == 0 for code in codes):
            return 0, 0
        time.sleep(0.1)


def _fails_too(process, code) -> bool:
    """Whether the first worker, whose output is shown, ends at about the same time with the same code.

    A mistake that every worker makes is reported by every worker; once is enough.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(timeout=PATIENCE) == code
    return False


def free_ports(count: int) -> list[int]:
    """Returns ports of this machine that are not in use."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("localhost", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _end_with_parent():
    """Waits for the parent, which holds the other end of standard input; it closes when the parent is gone."""
    # Not sys.stdin.read: a thread that holds that lock makes the interpreter abort when the work is done.
    os.read(0, 1)
    os._exit(1)
