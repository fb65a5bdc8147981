"""A process that works for a round each time it is asked to, and sleeps in between."""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = int(os.environ.get("ROUNDS", "7"))  # `make bench ROW=decode ROUNDS=3` for a first look
# OpenMP's threads of a peer turn idly for up to 0.2 s after its round.
PAUSE = 0.3


class Worker:
    """One of several peers, in a process of its own, so that none's threads disturb another.

    Args:
        module: of the benchmark, which calls `serve`.
        name: of the peer there.
        *arguments: more of the command line.
    """

    def __init__(self, module, name, *arguments):
        self._name = name
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  (as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self.peak_gigabytes = self.processor_seconds = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()
        self._process.wait()
        self._errors.close()

    def rate(self):
        """What it does a second, tokens mostly, in one round."""
        rate, self.peak_gigabytes, seconds = self._ask("go")
        self.processor_seconds += seconds
        return rate

    def result(self):
        """What comes of a round, untimed."""
        return self._ask("show")

    def _ask(self, word):
        # A process that ended has closed the pipe; what it said of that is below.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{word}\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._errors.seek(0)
            raise RuntimeError(f"{self._name} ended:\n{self._errors.read()[-2000:]}")
        return json.loads(answer)


def serve(make, *, least_seconds=0.0):
    """The other side: builds a peer and runs a round for every line that comes in.

    Args:
        make: builds it; returns a function that works for a round, the number of tokens in one, and, where `Worker`
            is asked for its `result`, a function that does the same untimed and returns what came of it.
        least_seconds: a round is repeated until it took that long.
    """
    # What a library prints is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    run, tokens, *show = make()
    for line in sys.stdin:
        answer = show[0]() if line.strip() == "show" else _timed(run, tokens, least_seconds)
        print(json.dumps(answer), file=answers, flush=True)


def _timed(run, tokens, least_seconds):
    start, processor, repeats, seconds = time.perf_counter(), time.process_time(), 0, 0.0
    while not repeats or seconds < least_seconds:
        run()
        repeats += 1
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return repeats * tokens / seconds, peak, time.process_time() - processor


def rates_in_turn(workers):
    """The rates of each worker, a name -> worker, round after round.

    Returns:
        A dict, name -> list of as many rates as there are rounds; and the share of the machine that went to others
        meanwhile, None where the system does not tell. Over a few hundredths, it is not the peers that were measured:
        threads that wait for one another fall far back when one of them has to share its processor.
    """
    for worker in workers.values():
        worker.rate()  # tracing, compilation, allocation
    rates = {name: [] for name in workers}
    before, own = _machine_seconds(), sum(worker.processor_seconds for worker in workers.values())
    for _ in range(ROUNDS):
        for name, worker in workers.items():
            time.sleep(PAUSE)
            rates[name].append(worker.rate())
    if before is None:
        return rates, None
    own = sum(worker.processor_seconds for worker in workers.values()) - own
    busy, seconds = (after - start for after, start in zip(_machine_seconds(), before, strict=True))
    return rates, max(busy - own, 0.0) / seconds


def _machine_seconds():
    """Seconds that all processors worked, and all seconds; None where the system does not tell."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            seconds = [int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in file.readline().split()[1:9]]
    except FileNotFoundError:
        return None
    idle = seconds[3] + seconds[4]
    return sum(seconds) - idle, sum(seconds)


def _row_of(elsewhere):
    if elsewhere is not None:
        yield "other processes' share of the machine meanwhile", f"{elsewhere:.0%}", "", ""


def median_ratio(ours, peer):
    """The median of the ratios within the rounds."""
    return statistics.median(a / b for a, b in zip(ours, peer, strict=True))


def compare(module, what, *, unit="tokens", peers=("torch",)):
    """Rows of the table: rates of ours and of each peer in turn, medians over the rounds, and the memory."""
    with contextlib.ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(module, name)) for name in ("langzoo", *peers)}
        rates, elsewhere = rates_in_turn(workers)
        mine = statistics.median(rates["langzoo"])
        for peer in peers:
            theirs, ratio = statistics.median(rates[peer]), median_ratio(rates["langzoo"], rates[peer])
            said = what if len(peers) == 1 else f"{what}: {peer}"
            yield said, f"{mine:,.0f} {unit}/s", f"{theirs:,.0f} {unit}/s", f"{ratio:.2f}"
            memory = workers["langzoo"].peak_gigabytes, workers[peer].peak_gigabytes
            yield "peak memory of that", f"{memory[0]:.2f} GB", f"{memory[1]:.2f} GB", f"{memory[0] / memory[1]:.2f}"
        yield from _row_of(elsewhere)


def compare_many(module, ratios, *arguments, unit, check):
    """The same for several peers: a row for each pair, and before them what the check says.

    Args:
        module: of the benchmark, which calls `serve`.
        ratios: pairs (ours, peer) of names; the workers are those named.
        *arguments: of every worker.
        unit: that a rate counts, "tokens" say.
        check: takes what came of a round of each, name -> value, before any is timed; yields rows, or raises.
    """
    names = list(dict.fromkeys(name for pair in ratios for name in pair))
    with contextlib.ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(module, name, *arguments)) for name in names}
        yield from check({name: worker.result() for name, worker in workers.items()})
        rates, elsewhere = rates_in_turn(workers)
        for ours, peer in ratios:
            mine, theirs = (f"{statistics.median(rates[name]):,.0f} {unit}/s" for name in (ours, peer))
            yield f"{ours} / {peer}", mine, theirs, f"{median_ratio(rates[ours], rates[peer]):.2f}"
        yield from _row_of(elsewhere)


def prepare(module, *arguments):
    """Makes what the workers read, in a process that ends before they begin.

    Raises:
        RuntimeError: it failed; with the last it said.
    """
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
