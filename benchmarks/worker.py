"""A process that trains for some steps each time it is asked to, and sleeps in between."""

import resource
import statistics
import subprocess
import sys
import time

ROUNDS = 7


class Worker:
    """One of two peers, in a process of its own, so that neither's threads disturb the other.

    Args:
        module: of the benchmark, which calls `serve`.
        name: of the peer there.
    """

    def __init__(self, module, name):
        command = [sys.executable, "-m", module, name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.peak_gigabytes = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()

    def rate(self):
        """Tokens a second of one round."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        rate, self.peak_gigabytes = map(float, self._process.stdout.readline().split())
        return rate


def serve(make):
    """The other side: builds a peer and runs a round for every line that comes in.

    Args:
        make: builds it; returns a function that trains for a round and the number of tokens in one.
    """
    run, tokens = make()
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        seconds = time.perf_counter() - start
        print(tokens / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, flush=True)


def compare(module, what):
    """Rows of the table: rates of the two peers in turn, medians over the rounds, and the memory of both."""
    with Worker(module, "langzoo") as ours, Worker(module, "torch") as peer:
        ours.rate(), peer.rate()  # tracing, compilation, allocation
        rates = [(ours.rate(), peer.rate()) for _ in range(ROUNDS)]
        mine, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
        ratio = statistics.median(a / b for a, b in rates)
        yield what, f"{mine:,.0f} tokens/s", f"{theirs:,.0f} tokens/s", f"{ratio:.2f}"
        memory = ours.peak_gigabytes, peer.peak_gigabytes
        yield "peak memory of that", f"{memory[0]:.2f} GB", f"{memory[1]:.2f} GB", f"{memory[0] / memory[1]:.2f}"
