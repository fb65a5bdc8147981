"""The training of causal language models."""

import numpy as np

from ...layers.plain.errors import UserError
from ..data import BlockSource, LineSource, SegmentSource, StreamSource, TokenCorpus
from ..data.segment_source import SEGMENT_TOKENS
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rows_in_memory


@register_task_training("causal_lm")
class CausalTraining(TaskTraining):
    """Text in files, read as streams, blocks or lines; the loss is that of each next token."""

    example = 'generate(["the"], max_tokens=20)'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        data = self.training.data
        by_lines = data.arrangement == "lines"
        return TokenCorpus.from_files(
            paths,
            self.tokenizer,
            cache=cache,
            by_lines=by_lines,
            separation=data.documents,
            reader=self.text_reader(),
            progress=progress,
        )

    @property
    def reads_blocks(self):
        """See `TaskTraining`."""
        return self.training.data.arrangement == "blocks"

    def source(self, corpus):
        """See `TaskTraining`."""
        training, config = self.training, self.config
        data = training.data
        if data.document_masks and (data.arrangement != "blocks" or config.context_length is None):
            raise UserError(
                "data.document_masks is for blocks of Transformers, whose attention it bounds: leave "
                f"it out for {data.arrangement} of {config.family} models"
            )
        shape = {"batch_size": data.batch_size, "sequence_length": checked_length(training, config)}
        if data.arrangement == "stream":
            if config.context_length is not None:
                raise UserError(
                    f"data.arrangement stream is for models that read on without end; {config.family} models have "
                    "positions for one text: use blocks or lines"
                )
            return StreamSource(corpus, **shape, reset_every=data.reset_every)
        seed = training.seed if data.shuffle else None
        if data.arrangement == "lines":
            return LineSource(corpus, **shape, seed=seed)
        return BlockSource(corpus, **shape, seed=seed, document_masks=data.document_masks)

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every token once: separate lines, blocks of the model's length, or segments with the state carried."""
        config = self.config
        by_line = self.training.data.arrangement == "lines"
        if not by_line and config.context_length is None:
            return SegmentSource(corpus, batch_size=batch_size, multiple_of=multiple_of)
        there_are = int(np.diff(corpus.line_starts).max(initial=1)) if by_line else len(corpus)
        length = min(config.context_length or SEGMENT_TOKENS, there_are)
        rows = rows_in_memory(batch_size, length=length, config=config, multiple_of=multiple_of)
        shape = {"batch_size": rows, "sequence_length": length}
        if by_line:
            return LineSource(corpus, **shape, seed=None)
        return BlockSource(corpus, **shape, seed=None, document_masks=self.training.data.document_masks)
