"""Training speed of a GPT-2 of 44.7 million parameters, beside Hugging Face transformers on PyTorch."""

import sys

import numpy as np

from .worker import compare, serve

STEPS = 6
BATCH, LENGTH, VOCABULARY = 8, 128, 50_257
LAYERS, HEADS, WIDTH = 6, 8, 512


def measure():
    """Ours beside the peer."""
    what = f"GPT-2, {LAYERS} layers, {WIDTH} wide, batch {BATCH}x{LENGTH}, AdamW, model.fit against transformers"
    yield from compare("benchmarks.train_gpt2", what)


def _tokens():
    return np.random.default_rng(0).integers(0, VOCABULARY, BATCH * LENGTH * STEPS).astype(np.int32)


def _langzoo():
    from langzoo.trainers.data import TokenCorpus
    from langzoo.trainers.optimizers import build_optimizer
    from langzoo.trainers.recipes import recipe_for
    from langzoo.trainers.tasks import training_class
    from langzoo.zoo.model_directory import build
    from langzoo.zoo.models.gpt2 import GPT2Config

    tokens = _tokens()
    corpus = TokenCorpus(tokens, np.array([0, len(tokens)]), len(tokens), 0, start_id=0)
    config = GPT2Config(
        vocabulary_size=VOCABULARY,
        max_sequence_length=LENGTH,
        num_layers=LAYERS,
        num_heads=HEADS,
        hidden_dim=WIDTH,
        dropout=0.0,
        attention_dropout=0.0,
    )
    training = recipe_for("", "gpt2").with_settings({"data.batch_size": BATCH, "data.sequence_length": LENGTH})
    learning = training_class("causal_lm")(training, config=config)
    source = learning.source(corpus)
    model = build(config, name="benchmark", task="causal_lm")
    optimizer = build_optimizer(
        training.optimizer, model.trainable_variables, steps_per_epoch=STEPS, total_steps=100 * STEPS
    )
    objective = learning.objective(source=source, evaluation=None)
    model.compile(optimizer, objective=objective, jit_compile=training.jit_compile)
    dataset = source.dataset()
    return lambda: model.fit(dataset, verbose=0, shuffle=False), len(tokens)


def _torch():
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    tokens = torch.from_numpy(_tokens()).long().reshape(STEPS, BATCH, LENGTH)
    config = transformers.GPT2Config(
        vocab_size=VOCABULARY,
        n_positions=LENGTH,
        n_layer=LAYERS,
        n_head=HEADS,
        n_embd=WIDTH,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    )
    model = transformers.GPT2LMHeadModel(config)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-4, betas=(0.9, 0.95), weight_decay=0.1)

    def epoch():
        for batch in tokens:
            loss = model(input_ids=batch, labels=batch).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()

    return epoch, tokens.numel()


if __name__ == "__main__":
    serve({"langzoo": _langzoo, "torch": _torch}[sys.argv[1]])
