"""What is trained where every objective must hold: a model, its settings and its tokenizer, as a command line."""

import sys

LSTM = ["model.recurrent_dropout=0.2"]
TRANSFORMER = ["model.num_layers=1", "model.hidden_dim=8"]
# What is trained: model, settings and tokenizer.
WAYS = {
    "stream": (
        "lstm_tiny",
        [*LSTM, "data.arrangement=stream", "optimizer.plateau_rate=0.5", "optimizer.plateau_margin=10"],
        "char",
    ),
    "blocks": ("lstm_tiny", [*LSTM, "data.arrangement=blocks"], "char"),
    "lines": ("lstm_tiny", [*LSTM, "data.arrangement=lines"], "char"),
    "causal": ("gpt2_tiny", TRANSFORMER, "char"),
    "masked": ("distilbert_tiny", TRANSFORMER, "wordpiece"),
    "words": ("bert_nano", [*TRANSFORMER, "objective.unit=word"], "wordpiece"),
    "order": (
        "bert_nano",
        [*TRANSFORMER, "data.documents=lines", "objective.name=masked_and_sentence_order"],
        "wordpiece",
    ),
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
            "optimizer.ema_momentum=0.9",
        ],
        "wordpiece",
    ),
    "pairs": ("transformer_tiny", [*TRANSFORMER, "optimizer.ema_momentum=0.99"], "unigram"),
    "sampled": (
        "lstm_seq2seq_tiny",
        ["data.buckets=3", "objective.name=scheduled_sampling", "objective.decay_steps=60"],
        "unigram",
    ),
    "spans": ("t5_tiny", [*TRANSFORMER, "objective.name=span_corruption"], "unigram"),
    "replaced": ("electra_tiny", TRANSFORMER, "wordpiece"),
    "prefix": ("t5_tiny", [*TRANSFORMER, "objective.name=prefix_lm"], "unigram"),
    "infilling": ("t5_tiny", [*TRANSFORMER, "objective.name=text_infilling"], "unigram"),
    "averaged": (
        "awd_lstm_tiny",
        ["optimizer.averaging_patience=1", "model.embedding_dropout=0.3"],
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
OF_PAIRS = ("pairs", "sampled")
SHARED = ["data.batch_size=8", "data.sequence_length=16", "sample_tokens=0", "histogram_every=0"]


def text_of(way, text, folder):
    """The file that is trained on: the text, or pairs of its lines."""
    if way not in OF_PAIRS:
        return text
    pairs = folder / "pairs.tsv"
    pairs.write_text("".join(f"{line}\tthe {line}\n" for line in text.read_text().splitlines()))
    return pairs


def command(text, run, way, *, steps, settings):
    """`langzoo train` of a way for so many steps; later settings win."""
    model, own, tokenizer = WAYS[way]
    data = ["--data", str(text), "--valid", str(text), "--tokenizer", tokenizer, "--run", str(run)]
    every = [f"{key}={value}" for key, value in dict(each.split("=", 1) for each in (*SHARED, *own, *settings)).items()]
    return [
        *(sys.executable, "-m", "langzoo.cli", "train", model, *TASKS.get(way, []), *data),
        *("--steps", str(steps), "--resume"),
        *(argument for setting in every for argument in ("--set", setting)),
    ]
