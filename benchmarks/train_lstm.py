"""Training speed of `lstm_small` at the shape of Zaremba et al. 2014, beside PyTorch's nn.LSTM."""

import sys

import numpy as np

from .worker import compare, serve

STEPS = 60
BATCH, LENGTH, HIDDEN, VOCABULARY = 20, 20, 200, 10_000


def measure():
    """Ours beside the peer."""
    what = f"lstm_small, batch {BATCH}x{LENGTH}, SGD, model.fit against torch.nn.LSTM"
    yield from compare("benchmarks.train_lstm", what)


def _tokens():
    return np.random.default_rng(0).integers(0, VOCABULARY, BATCH * LENGTH * STEPS).astype(np.int32)


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
    optimizer = build_optimizer(training.optimizer, model.trainable_variables, steps_per_epoch=STEPS, total_steps=STEPS)
    model.compile(optimizer, objective=NextToken(rows=BATCH, carry=True, scale=LENGTH))
    dataset = source.dataset()
    return lambda: model.fit(dataset, verbose=0, shuffle=False), len(tokens)


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

    return epoch, tokens.numel()


if __name__ == "__main__":
    serve({"langzoo": _langzoo, "torch": _torch}[sys.argv[1]])
