"""A run that is killed again and again ends with the bits of one that was not."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from langzoo.trainers.run_state import stored_step
from safetensors.numpy import load_file

STEPS, EVERY = 400, 7
SETTINGS = [
    f"checkpoint_every={EVERY}",
    "validate_every=90",
    "data.batch_size=8",
    "data.sequence_length=16",
    "sample_tokens=0",
    "histogram_every=0",
]


LSTM = ["model.recurrent_dropout=0.2"]
TRANSFORMER = ["model.num_layers=1", "model.hidden_dim=8"]
# What is trained: model, settings and tokenizer.
WAYS = {
    "stream": ("lstm_tiny", [*LSTM, "data.arrangement=stream"], "char"),
    "blocks": ("lstm_tiny", [*LSTM, "data.arrangement=blocks"], "char"),
    "lines": ("lstm_tiny", [*LSTM, "data.arrangement=lines"], "char"),
    "causal": ("gpt2_tiny", TRANSFORMER, "char"),
    "masked": ("distilbert_tiny", TRANSFORMER, "wordpiece"),
    "two_terms": (
        "bert_nano",
        [
            *TRANSFORMER,
            "data.documents=lines",
            "objective.name=masked_and_next_sentence",
            "objective.unit=ngram",
            "monitor=next_sentence_accuracy",
        ],
        "wordpiece",
    ),
    "phases": (
        "bert_nano",
        [
            *TRANSFORMER,
            "data.phases=6:0.4,10:0.33",  # borders within intervals, and between checkpoints
            "data.documents=lines",
            "objective.name=masked_and_next_sentence",
            "optimizer.name=lamb",
        ],
        "wordpiece",
    ),
    "pairs": ("transformer_tiny", TRANSFORMER, "unigram"),
    "sampled": (
        "lstm_seq2seq_tiny",
        ["data.buckets=3", "objective.name=scheduled_sampling", "objective.decay_steps=60"],
        "unigram",
    ),
    "spans": ("t5_tiny", [*TRANSFORMER, "objective.name=span_corruption"], "unigram"),
    "replaced": ("electra_tiny", TRANSFORMER, "wordpiece"),
    "averaged": (
        "awd_lstm_tiny",
        ["optimizer.averaging_patience=1", "validate_every=60", "model.embedding_dropout=0.3"],
        "char",
    ),
    "latent": (
        "lstm_vae_tiny",
        [
            "model.prior=mixture",
            "objective.annealing=sigmoid",
            "objective.annealing_steps=60",
            "objective.cycle_steps=150",
            "objective.free_bits=0.5",
            "objective.word_dropout=0.3",
        ],
        "char",
    ),
    "documents": ("gpt2_tiny", [*TRANSFORMER, "data.documents=lines", "data.document_masks=true"], "char"),
}
TASKS = {"replaced": ["--task", "electra_pair"]}  # of those that do not learn the model's own


def command(text, run, way):
    model, settings, tokenizer = WAYS[way]
    dropout = [] if way == "averaged" else ["model.dropout=0.3"]
    data = ["--data", str(text), "--valid", str(text), "--tokenizer", tokenizer, "--run", str(run)]
    return [
        sys.executable,
        "-m",
        "langzoo.cli",
        "train",
        model,
        *TASKS.get(way, []),
        *data,
        "--steps",
        str(STEPS),
        "--resume",
        *(argument for setting in [*SETTINGS, *dropout, *settings] for argument in ("--set", setting)),
    ]


def kill_after(process, run, step):
    while (stored_step(run) or 0) < step:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check(text, folder, way, kills, random):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command(text, folder / "whole", way), check=True, **quiet)
    for step in kills:
        process = subprocess.Popen(command(text, folder / "killed", way), **quiet)
        kill_after(process, folder / "killed", step)
        time.sleep(random.random() * 0.05)
    subprocess.run(command(text, folder / "killed", way), check=True, **quiet)
    for name in ("weights.safetensors", "checkpoint.safetensors"):
        whole, killed = (load_file(folder / run / name) for run in ("whole", "killed"))
        assert whole.keys() == killed.keys()
        different = [key for key in whole if not np.array_equal(whole[key], killed[key])]
        assert not different
    records = [(folder / run / "metrics.jsonl").read_text().splitlines() for run in ("whole", "killed")]
    timed = ("seconds", "tokens_per_second", "cpu_share")
    timeless = [[{k: v for k, v in json.loads(r).items() if k not in timed} for r in record] for record in records]
    assert timeless[0] == timeless[1]


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bits(text, tmp_path):
    check(text, tmp_path, "stream", [50, 200], np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_five_kills_at_random_moments(text, tmp_path, way):
    random = np.random.default_rng(int(os.environ.get("LANGZOO_KILL_SEED", "1")))
    if way in ("pairs", "sampled"):
        (tmp_path / "pairs.tsv").write_text("".join(f"{line}\tthe {line}\n" for line in text.read_text().splitlines()))
        text = tmp_path / "pairs.tsv"
    check(text, tmp_path, way, sorted(random.integers(1, STEPS - 2 * EVERY, 5)), random)
