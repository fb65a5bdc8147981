"""The training of taggers."""

from ...zoo.tasks.encoder_model import NO_BOUND
from ..data.readers import READERS
from ..data.tagged_corpus import TaggedCorpus
from ..data.tagged_source import TaggedSource
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rounded_up

BUCKETS = 4


@register_task_training("token_tagger")
class TaggingTraining(TaskTraining):
    """Files of words with a tag each; the loss is that of every tag."""

    item = "word"
    reports_bits_per_byte = False
    example = 'tag(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        return TaggedCorpus.from_records(
            paths, self.tokenizer, self._records, kind=self._reader, cache=cache, progress=progress
        )

    def options_from(self, corpus):
        """The tags, in their order; and that words are single characters, where all are."""
        return {"labels": list(corpus.labels), "words": "character" if corpus.words_are_characters else "punctuation"}

    def vocabulary_texts(self, paths):
        """The words of every record, a line each."""
        return (" ".join(record.values["words"]) + "\n" for record in self._records(paths))

    def source(self, corpus):
        """See `TaskTraining`."""
        data = self.training.data
        return self._source(
            corpus,
            batch_size=data.batch_size,
            sequence_length=checked_length(self.training, self.config),
            seed=self.training.seed if data.shuffle else None,
            buckets=data.buckets or BUCKETS,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every word once."""
        return self._source(
            corpus,
            batch_size=rounded_up(batch_size, multiple_of),
            sequence_length=self.config.context_length or NO_BOUND,
            seed=None,
            buckets=BUCKETS,
        )

    def _source(self, corpus, **kwargs):
        last = self.config.body == "causal"
        return TaggedSource(corpus, self.tokenizer, labels=self.options["labels"], last=last, **kwargs)

    def _records(self, paths):
        return READERS[self._reader](["words", "tags"]).records(paths)

    @property
    def _reader(self) -> str:
        return self.training.data.reader or "conll"
