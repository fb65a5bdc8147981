"""Training speed of BERT-mini on masked tokens, beside Hugging Face transformers on PyTorch."""

import sys

import numpy as np

from .worker import compare, serve

STEPS = 10
BATCH, LENGTH, VOCABULARY = 16, 128, 30_522
CLS, SEP, MASK = 101, 102, 103


def measure():
    """Ours beside the peer."""
    what = f"bert_mini_uncased, batch {BATCH}x{LENGTH}, 15 % masked, AdamW, model.fit against transformers"
    yield from compare("benchmarks.train_bert", what)


def _batches():
    """Masked batches, the same for both."""
    from langzoo.trainers.data import MaskedSource, TokenCorpus

    tokens = np.random.default_rng(0).integers(999, VOCABULARY, BATCH * (LENGTH - 2) * STEPS).astype(np.int32)
    corpus = TokenCorpus(tokens, np.array([0, len(tokens)]), len(tokens), 0, start_id=CLS)
    return MaskedSource(
        corpus,
        batch_size=BATCH,
        sequence_length=LENGTH,
        frame=(CLS, SEP),
        mask_id=MASK,
        vocabulary_size=VOCABULARY,
    )


def _langzoo():
    from langzoo import zoo
    from langzoo.trainers.optimizers import build_optimizer
    from langzoo.trainers.recipes import recipe_for
    from langzoo.trainers.tasks import training_class

    training = recipe_for("", "bert")
    source = _batches()
    model = zoo.create("bert_mini_uncased", next_sentence=False, dropout=0.0, attention_dropout=0.0)
    optimizer = build_optimizer(
        training.optimizer, model.trainable_variables, steps_per_epoch=STEPS, total_steps=100 * STEPS
    )
    objective = training_class("masked_lm")(training, config=model.config).objective(source=source, evaluation=None)
    model.compile(optimizer, objective=objective, jit_compile=training.jit_compile)
    dataset = source.dataset()
    return lambda: model.fit(dataset, verbose=0, shuffle=False), STEPS * BATCH * LENGTH


def _torch():
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    source, batches = _batches(), []
    for step in range(STEPS):
        rows = source.rows(step, 0, BATCH)
        labels = np.full((BATCH, LENGTH), -100)
        for row, positions in enumerate(rows["masked_positions"]):
            labels[row, positions] = rows["targets"][row]
        mask = rows["padding_mask"]
        batches.append([torch.from_numpy(each).long() for each in (rows["token_ids"], mask, labels)])
    config = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=1024,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = transformers.BertForMaskedLM(config)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, eps=1e-6, weight_decay=0.01)

    def epoch():
        for token_ids, mask, labels in batches:
            loss = model(input_ids=token_ids, attention_mask=mask, labels=labels).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()

    return epoch, STEPS * BATCH * LENGTH


if __name__ == "__main__":
    serve({"langzoo": _langzoo, "torch": _torch}[sys.argv[1]])
