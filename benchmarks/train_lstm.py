"""Training speed of `lstm_small` at the shape of Zaremba et al. 2014, beside PyTorch's nn.LSTM."""

import statistics
import subprocess
import sys
import time

import numpy as np

ROUNDS = 7
STEPS = 60
BATCH, LENGTH, HIDDEN, VOCABULARY = 20, 20, 200, 10_000


def measure():
    """Each in a process of its own, in turn, so that neither's threads disturb the other; medians over the rounds."""
    with _Worker("langzoo") as ours, _Worker("torch") as peer:
        ours.rate(), peer.rate()  # tracing, compilation, allocation
        rates = [(ours.rate(), peer.rate()) for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(a / b for a, b in rates)
    what = f"lstm_small, batch {BATCH}x{LENGTH}, SGD, model.fit against torch.nn.LSTM"
    yield what, f"{mine:,.0f} tokens/s", f"{theirs:,.0f} tokens/s", f"{ratio:.2f}"


class _Worker:
    """A process that trains for some steps each time it is asked to, and sleeps in between."""

    def __init__(self, name):
        command = [sys.executable, "-m", "benchmarks.train_lstm", name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()

    def rate(self):
        """Tokens a second of one round."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def _tokens():
    return np.random.default_rng(0).integers(0, VOCABULARY, BATCH * LENGTH * STEPS).astype(np.int32)


def _timed(run):
    start = time.perf_counter()
    run()
    return BATCH * LENGTH * STEPS / (time.perf_counter() - start)


def _langzoo():
    from langzoo import zoo
    from langzoo.trainers.data import StreamSource, TokenCorpus
    from langzoo.trainers.objectives import NextToken
    from langzoo.trainers.optimizers import build_optimizer
    from langzoo.trainers.recipes import recipe_for

    tokens = _tokens()
    corpus = TokenCorpus(tokens, np.array([0, len(tokens)]), len(tokens), 0, start_id=0)
    source = StreamSource(corpus, batch_size=BATCH, sequence_length=LENGTH)
    training = recipe_for("lstm_small", "lstm")
    model = zoo.create("lstm_small")
    optimizer = build_optimizer(training.optimizer, steps_per_epoch=STEPS, total_steps=STEPS)
    model.compile(optimizer, objective=NextToken(rows=BATCH, carry=True, scale=LENGTH))
    dataset = source.dataset()
    return lambda: _timed(lambda: model.fit(dataset, verbose=0, shuffle=False))


def _torch():
    import torch

    tokens = torch.from_numpy(_tokens()).long().reshape(BATCH, -1)
    embedding = torch.nn.Embedding(VOCABULARY, HIDDEN)
    lstm = torch.nn.LSTM(HIDDEN, HIDDEN, num_layers=2, batch_first=True)
    output = torch.nn.Linear(HIDDEN, VOCABULARY)
    parameters = [*embedding.parameters(), *lstm.parameters(), *output.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=1.0)

    def epoch():
        state = None
        for step in range(STEPS):
            inputs = tokens[:, step * LENGTH : (step + 1) * LENGTH]
            hidden, state = lstm(embedding(inputs), state)
            state = tuple(tensor.detach() for tensor in state)
            logits = output(hidden).reshape(-1, VOCABULARY)
            loss = torch.nn.functional.cross_entropy(logits, inputs.reshape(-1)) * LENGTH
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 5.0)
            optimizer.step()
            loss.item()

    return lambda: _timed(epoch)


if __name__ == "__main__":
    train = {"langzoo": _langzoo, "torch": _torch}[sys.argv[1]]()
    for _ in sys.stdin:
        print(train(), flush=True)
