"""The training of masked language models."""

from typing import Any

from ...layers.plain.errors import UserError
from ..data import MaskedSource, TokenCorpus
from ..data.masking_units import MaskingUnits
from ..objectives import OBJECTIVES
from .register_task_training import register_task_training
from .task_training import TaskTraining, check_settings, checked_length, rounded_up


@register_task_training("masked_lm")
class MaskedTraining(TaskTraining):
    """Text in files, read as blocks in which some tokens are masked; the loss is that of these tokens."""

    item = "masked token"
    reports_bits_per_byte = False
    example = 'fill(["the cat {mask} down"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        reader, separation = self.text_reader(), self.training.data.documents
        return TokenCorpus.from_files(
            paths,
            self.tokenizer,
            cache=cache,
            separation=separation,
            units=self._units(),
            reader=reader,
            progress=progress,
        )

    def _units(self):
        """Returns the segmentation into the units that the objective masks; None for single tokens."""
        part: Any = self.settled.objective
        if part.unit == "token":
            return None
        return MaskingUnits(self.tokenizer, segmenter=part.segmenter, names=part.names or None)

    @property
    def reads_blocks(self):
        """See `TaskTraining`."""
        return True

    def source(self, corpus):
        """See `TaskTraining`."""
        training, config = self.training, self.config
        check_settings(training, "masked models", arrangement="blocks")
        data = training.data
        shape = {"batch_size": data.batch_size, "sequence_length": checked_length(training, config)}
        kind = self._source_class()
        return kind(corpus, **shape, **self._masking(), seed=training.seed, shuffle=data.shuffle)

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every block once, with masks that are the same each time."""
        training, config = self.training, self.config
        longest = config.context_length or training.data.sequence_length
        kind = self._source_class()
        there_are = len(corpus) + kind.FRAME_TOKENS
        return kind(
            corpus,
            batch_size=rounded_up(batch_size, multiple_of),
            sequence_length=max(kind.LEAST_LENGTH, min(training.data.sequence_length, longest, there_are)),
            **self._masking(),
            seed=0,
            shuffle=False,
        )

    def _source_class(self):
        settings = self.training.for_task(self.task).objective
        return OBJECTIVES[settings.name](**settings.model_dump()).source_class(MaskedSource)

    def _masking(self):
        tokenizer = self.tokenizer
        if tokenizer.mask_id is None or tokenizer.separator_id is None:
            raise UserError(
                f"a {tokenizer.kind} tokenizer has no mask token, which a masked model needs: use --tokenizer "
                "wordpiece, or the folder of a tokenizer that has one"
            )
        part: Any = self.training.for_task(self.task).objective
        return {
            "frame": (tokenizer.start_id, tokenizer.separator_id),
            "mask_id": tokenizer.mask_id,
            "vocabulary_size": tokenizer.vocabulary_size,
            "special_ids": tokenizer.special_ids,
            "mask_rate": part.mask_rate,
            "mask_share": part.mask_share,
            "random_share": part.random_share,
            "max_ngram": part.max_ngram if part.unit == "ngram" else 1,
        }
