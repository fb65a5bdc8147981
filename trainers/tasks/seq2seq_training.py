"""The training of sequence-to-sequence models."""

from typing import Any

from ..data import PairCorpus, PairSource
from ..data.pair_corpus import SIDES
from .register_task_training import register_task_training
from .task_training import TaskTraining, check_settings, checked_length, rows_in_memory


@register_task_training("seq2seq_lm")
class Seq2SeqTraining(TaskTraining):
    """Files of pairs, a source, a tab and a target a line; the loss is that of every next token of the target."""

    item = "target token"
    example = 'generate(["the cat"], max_tokens=20)'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        reader = self.reader(SIDES, default="pairs")
        return PairCorpus.from_files(paths, self.tokenizer, cache=cache, reader=reader, progress=progress)

    def vocabulary_texts(self, paths):
        """Both sides of every pair, a line each."""
        records = self.reader(SIDES, default="pairs").records(paths)
        return (f"{record.values[side]}\n" for record in records for side in SIDES)

    def source(self, corpus):
        """See `TaskTraining`."""
        training, config = self.training, self.config
        check_settings(training, "pairs", arrangement="lines")
        data = training.data
        return PairSource(
            corpus,
            batch_size=data.batch_size,
            sequence_length=checked_length(training, config),
            seed=training.seed if data.shuffle else None,
            buckets=data.buckets or 1,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every pair once."""
        config = self.config
        longest: Any = config.context_length
        length = min(longest, int(corpus.targets.lengths.max()) + 1)
        rows = rows_in_memory(batch_size, length=length, config=config, multiple_of=multiple_of)
        return PairSource(corpus, batch_size=rows, sequence_length=longest, seed=None)
