"""The training of taggers."""

import itertools

import numpy as np

from ...layers.plain.tag_transitions import with_both_prefixes
from ..data.tagged_corpus import TaggedCorpus, known_records
from ..data.tagged_source import TaggedSource
from ..evaluation.predictions import Predictions
from ..objectives import OBJECTIVES
from .register_task_training import register_task_training
from .task_training import TaskTraining


@register_task_training("token_tagger")
class TaggingTraining(TaskTraining):
    """Files of words with one tag each; the loss is that of each tag."""

    item = "word"
    reports_bits_per_byte = False
    example = 'tag(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        return TaggedCorpus.from_files(
            paths,
            self.tokenizer,
            cache=cache,
            reader=self._reader(),
            known=self._known["tags"],
            known_intents=self._known["intent"],
            progress=progress,
        )

    def records(self, paths):
        """See `TaskTraining`."""
        return known_records(self._reader(), paths, self._known)

    def answered(self, answer, records):
        """See `TaskTraining`; a word gets the tag of the first of the model's words in it."""
        between = "" if self.options.get("words") == "character" else " "
        words = [record.values["words"] for record in records]
        answers = answer([between.join(each) for each in words])
        predicted, counts = [], {"split": 0}
        for own, found in zip(words, answers, strict=True):
            at = {each["start"]: each["tag"] for each in found["words"]}
            limits = np.cumsum([len(word) + len(between) for word in own]).tolist()
            spans = [(limit - len(word) - len(between), limit) for word, limit in zip(own, limits, strict=True)]
            inside = [[place for place in range(*span) if place in at] for span in spans]
            predicted.append([at[places[0]] if places else self.options["labels"][0] for places in inside])
            counts["split"] += sum(len(places) > 1 for places in inside)
        if self.options.get("intents"):
            given = [record.values.get("intent") for record in records]
            counts["intents"] = sum(own == each["label"] for own, each in zip(given, answers, strict=True))
        references = [list(record.values["tags"]) for record in records]
        return Predictions("tags", references, predicted, tuple(self.options["labels"])), counts

    def predictions(self, observed, corpus):
        """See `TaskTraining`; the rows of a text that was split are joined."""
        labels = np.array(self.options["labels"])
        limits = np.asarray(corpus.store.columns["tags"].starts)

        def of_texts(name):
            rows = zip(observed[name], observed["num_words"], strict=True)
            words = labels[np.concatenate([row[:count] for row, count in rows])].tolist()
            return [words[first:stop] for first, stop in itertools.pairwise(limits)]

        return Predictions("tags", of_texts("references"), of_texts("predictions"), tuple(self.options["labels"]))

    def options_from(self, corpus):
        """The tags, in order, every span's with both prefixes; and whether all words are single characters."""
        labels = list(self.training.data.labels or with_both_prefixes(corpus.labels))
        intents = {"intents": sorted(corpus.intents)} if self._learns_intents else {}
        return {"labels": labels, "words": "character" if corpus.words_are_characters else "punctuation", **intents}

    def vocabulary_texts(self, paths):
        """The words of every record, one per line."""
        return (" ".join(record.values["words"]) + "\n" for record in self._reader().records(paths))

    def source(self, corpus):
        """See `TaskTraining`."""
        return self._source(corpus, **self.training_rows())

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every word once."""
        return self._source(corpus, **self.evaluation_rows(batch_size, multiple_of))

    def _source(self, corpus, **kwargs):
        last = self.config.body == "causal"
        names = {"labels": self.options["labels"], "intents": self.options.get("intents", ())}
        return TaggedSource(corpus, self.tokenizer, **names, last=last, **kwargs)

    @property
    def settled(self):
        """See `TaskTraining`; if no objective is named, that of the model: tags, and intents if it has any."""
        if self.options.get("intents") and self.training.objective.name in ("", "tag"):
            return self.training.with_settings({"objective.name": "tag_and_intent"})
        return super().settled

    @property
    def _known(self):
        """The allowed tags and intents; None for any."""
        known = self.options.get("labels") or self.training.data.labels
        return {"tags": known, "intent": self.options.get("intents")}

    @property
    def _learns_intents(self) -> bool:
        return "intent" in OBJECTIVES[self.settled.objective.name].shares

    def _reader(self):
        return self.reader(["words", "tags"], optional=["intent"] if self._learns_intents else [], default="conll")
