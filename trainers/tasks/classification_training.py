"""The training of text classifiers."""

from ...zoo.tasks.encoder_model import NO_BOUND
from ..data.labelled_corpus import LabelledCorpus
from ..data.readers import READERS
from ..data.text_source import TextSource
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rounded_up

BUCKETS = 4


@register_task_training("text_classifier")
class ClassificationTraining(TaskTraining):
    """Tables of texts, perhaps second texts, and labels; the loss is that of every label."""

    item = "text"
    reports_bits_per_byte = False
    example = 'classify(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        return LabelledCorpus.from_files(paths, self.tokenizer, cache=cache, reader=self._reader, progress=progress)

    def options_from(self, corpus):
        """The labels, in their order."""
        return {"labels": list(corpus.labels)}

    def vocabulary_texts(self, paths):
        """Both texts of every record, a line each."""
        records = READERS[self._reader](["text", "label"], optional=["pair"]).records(paths)
        return (f"{record.values[name]}\n" for record in records for name in ("text", "pair") if name in record.values)

    def source(self, corpus):
        """See `TaskTraining`."""
        data = self.training.data
        return TextSource(
            corpus,
            self.tokenizer,
            labels=self.options["labels"],
            batch_size=data.batch_size,
            sequence_length=checked_length(self.training, self.config),
            seed=self.training.seed if data.shuffle else None,
            buckets=data.buckets or BUCKETS,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every text once, cut where the model's positions end."""
        return TextSource(
            corpus,
            self.tokenizer,
            labels=self.options["labels"],
            batch_size=rounded_up(batch_size, multiple_of),
            sequence_length=self.config.context_length or NO_BOUND,
            seed=None,
            buckets=BUCKETS,
        )

    @property
    def _reader(self) -> str:
        return self.training.data.reader or "tsv"
