"""The training of taggers."""

from ...zoo.tasks.encoder_model import NO_BOUND
from ..data.tagged_corpus import TaggedCorpus
from ..data.tagged_source import TaggedSource
from ..objectives import OBJECTIVES
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rounded_up


@register_task_training("token_tagger")
class TaggingTraining(TaskTraining):
    """Files of words with a tag each; the loss is that of every tag."""

    item = "word"
    reports_bits_per_byte = False
    example = 'tag(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        known = self.options.get("labels") or self.training.data.labels
        return TaggedCorpus.from_files(
            paths,
            self.tokenizer,
            cache=cache,
            reader=self._reader(),
            known=known,
            known_intents=self.options.get("intents"),
            progress=progress,
        )

    def options_from(self, corpus):
        """The tags, in their order; and that words are single characters, where all are."""
        labels = list(self.training.data.labels or corpus.labels)
        intents = {"intents": sorted(corpus.intents)} if self._learns_intents else {}
        return {"labels": labels, "words": "character" if corpus.words_are_characters else "punctuation", **intents}

    def vocabulary_texts(self, paths):
        """The words of every record, a line each."""
        return (" ".join(record.values["words"]) + "\n" for record in self._reader().records(paths))

    def source(self, corpus):
        """See `TaskTraining`."""
        data = self.training.data
        return self._source(
            corpus,
            batch_size=data.batch_size,
            sequence_length=checked_length(self.training, self.config),
            seed=self.training.seed if data.shuffle else None,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every word once."""
        return self._source(
            corpus,
            batch_size=rounded_up(batch_size, multiple_of),
            sequence_length=self.config.context_length or NO_BOUND,
            seed=None,
        )

    def _source(self, corpus, **kwargs):
        last = self.config.body == "causal"
        names = {"labels": self.options["labels"], "intents": self.options.get("intents", ())}
        return TaggedSource(corpus, self.tokenizer, **names, last=last, buckets=self.buckets, **kwargs)

    @property
    def settled(self):
        """See `TaskTraining`; where no objective is named, that of the model: of tags, and of intents if it has any."""
        if self.options.get("intents") and self.training.objective.name in ("", "tag"):
            return self.training.with_settings({"objective.name": "tag_and_intent"})
        return super().settled

    @property
    def _learns_intents(self) -> bool:
        return "intent" in OBJECTIVES[self.settled.objective.name].shares

    def _reader(self):
        return self.reader(["words", "tags"], optional=["intent"] if self._learns_intents else [], default="conll")
