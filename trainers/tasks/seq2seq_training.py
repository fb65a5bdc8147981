"""The training of sequence-to-sequence models."""

from typing import Any

from ..data import PairCorpus, PairSource, TokenCorpus
from ..data.pair_corpus import SIDES
from ..data.sentinels import with_sentinels
from ..objectives import OBJECTIVES
from ..objectives.denoising import Denoising
from .register_task_training import register_task_training
from .task_training import TaskTraining, check_settings, checked_length, rounded_up, rows_in_memory


@register_task_training("seq2seq_lm")
class Seq2SeqTraining(TaskTraining):
    """Files of pairs, one per line: a source, a tab and a target; the loss is that of each next token of the target.

    Objectives that make the pairs themselves, such as span_corruption, read plain text.
    """

    item = "target token"
    example = 'generate(["the cat"], max_tokens=20)'

    @property
    def reports_bits_per_byte(self):  # type: ignore[override]
        """See `TaskTraining`."""
        return self._denoising is None

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        if self._denoising is not None:
            reader, separation = self.text_reader(), self.training.data.documents
            return TokenCorpus.from_files(
                paths, self.tokenizer, cache=cache, separation=separation, reader=reader, progress=progress
            )
        reader = self.reader(SIDES, default="pairs")
        return PairCorpus.from_files(paths, self.tokenizer, cache=cache, reader=reader, progress=progress)

    def vocabulary_texts(self, paths):
        """Both sides of every pair, one per line."""
        if self._denoising is not None:
            return super().vocabulary_texts(paths)
        records = self.reader(SIDES, default="pairs").records(paths)
        return (f"{record.values[side]}\n" for record in records for side in SIDES)

    def adapted_tokenizer(self, tokenizer):
        """See `TaskTraining`; with sentinels, if the objective needs them."""
        denoising = self._denoising
        return with_sentinels(tokenizer) if denoising is not None and denoising.needs_sentinels else tokenizer

    @property
    def reads_blocks(self):
        """See `TaskTraining`."""
        return self._denoising is not None

    def source(self, corpus):
        """See `TaskTraining`."""
        training, config = self.training, self.config
        data = training.data
        if self._denoising is not None:
            check_settings(training, "plain text", arrangement="blocks" if data.arrangement == "blocks" else "lines")
            return self._denoised(corpus, batch_size=data.batch_size, seed=training.seed, shuffle=data.shuffle)
        check_settings(training, "pairs", arrangement="lines")
        return PairSource(
            corpus,
            batch_size=data.batch_size,
            sequence_length=checked_length(training, config),
            seed=training.seed if data.shuffle else None,
            source_start_id=self.options.get("source_start_id"),
            buckets=data.buckets or 1,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every pair once; for plain text every block, with the same random draws each time."""
        if self._denoising is not None:
            return self._denoised(corpus, batch_size=rounded_up(batch_size, multiple_of), seed=0, shuffle=False)
        config = self.config
        longest: Any = config.context_length
        length = min(longest, int(corpus.targets.lengths.max()) + 1)
        rows = rows_in_memory(batch_size, length=length, config=config, multiple_of=multiple_of)
        before = self.options.get("source_start_id")
        return PairSource(corpus, batch_size=rows, sequence_length=longest, seed=None, source_start_id=before)

    def _denoised(self, corpus, **rows: Any):
        objective: Any = self._denoising
        tokenizer = self.tokenizer
        return objective.source_class(PairSource)(
            corpus,
            sequence_length=checked_length(self.training, self.config),
            end_id=tokenizer.end_id,
            source_start_id=self.options.get("source_start_id"),
            special_ids=tokenizer.special_ids,
            **objective.source_options(tokenizer),
            **rows,
        )

    @property
    def _denoising(self) -> Denoising | None:
        """The objective, if it makes its pairs from plain text."""
        settings = self.settled.objective
        found = OBJECTIVES[settings.name](**settings.model_dump())
        return found if isinstance(found, Denoising) else None
