"""How causal language models learn."""

import numpy as np

from ...layers.plain.errors import UserError
from ..data import BlockSource, LineSource, SegmentSource, StreamSource, TokenCorpus
from ..data.segment_source import SEGMENT_TOKENS
from .task_training import TaskTraining, checked_length, rows_in_memory


class CausalTraining(TaskTraining):
    """Text in files, read as streams, blocks or lines; the loss is that of every next token."""

    task = "causal_lm"
    example = 'generate(["the"], max_tokens=20)'

    def read(self, paths, tokenizer, training, *, cache, progress=None):
        """See `TaskTraining`."""
        by_lines = training.data.arrangement == "lines"
        return TokenCorpus.from_files(paths, tokenizer, cache=cache, by_lines=by_lines, progress=progress)

    def source(self, corpus, training, *, config, tokenizer):
        """See `TaskTraining`."""
        del tokenizer
        data = training.data
        shape = {"batch_size": data.batch_size, "sequence_length": checked_length(training, config)}
        if data.arrangement == "stream":
            if config.context_length is not None:
                raise UserError(
                    f"data.arrangement stream is for models that read on without end; {config.family} models have "
                    "positions for one text: use blocks or lines"
                )
            return StreamSource(corpus, **shape, reset_every=data.reset_every)
        seed = training.seed if data.shuffle else None
        kind = {"blocks": BlockSource, "lines": LineSource}[data.arrangement]
        return kind(corpus, **shape, seed=seed)

    def evaluation_source(self, corpus, training, *, config, tokenizer, batch_size, multiple_of=1):
        """Every token once: lines by themselves, blocks of the model's length, or segments with the state carried."""
        del tokenizer
        by_line = training.data.arrangement == "lines"
        if not by_line and config.context_length is None:
            return SegmentSource(corpus, batch_size=batch_size, multiple_of=multiple_of)
        there_are = int(np.diff(corpus.line_starts).max(initial=1)) if by_line else len(corpus)
        length = min(config.context_length or SEGMENT_TOKENS, there_are)
        rows = rows_in_memory(batch_size, length=length, config=config, multiple_of=multiple_of)
        kind = LineSource if by_line else BlockSource
        return kind(corpus, batch_size=rows, sequence_length=length, seed=None)
