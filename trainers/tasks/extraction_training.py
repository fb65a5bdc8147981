"""The training of models that find answers in texts."""

import itertools

from ...layers.plain.span_answers import is_no_answer
from ...layers.plain.span_search import found_spans
from ...layers.plain.text.packing_rule import packing_style, room_for_texts
from ...layers.plain.text.span_windows import LEAST_ROOM
from ...layers.plain.window_logits import WindowLogits
from ...zoo.tasks.span_extractor import LONGEST_ANSWER, STRIDE, window_length
from ..data.span_corpus import SpanCorpus, records_with_spans
from ..data.span_source import SpanSource
from ..evaluation.found_answer import FoundAnswer
from ..evaluation.metrics.squad2 import best_threshold
from ..evaluation.predictions import Predictions
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rounded_up


@register_task_training("span_extractor")
class ExtractionTraining(TaskTraining):
    """Questions on texts that contain their answers; the loss is that of each window of a text."""

    item = "window"
    reports_bits_per_byte = False
    example = 'answer(["Who sat?"], ["The cat sat."])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        return SpanCorpus.from_files(
            paths,
            self.tokenizer,
            cache=cache,
            reader=self._reader(),
            longest_question=self._longest_question,
            progress=progress,
        )

    def records(self, paths):
        """See `TaskTraining`."""
        pieces = records_with_spans(self._reader(), paths, self.tokenizer, longest_question=self._longest_question)
        return (each.record for each in itertools.chain.from_iterable(pieces))

    def options_from(self, corpus):
        """The length of windows, and a threshold if some questions have no answer."""
        return {
            "max_length": self._max_length,
            "no_answer_threshold": 0.0 if corpus.num_without_answer else None,
        }

    def vocabulary_texts(self, paths):
        """The questions and the texts, one per line."""
        before = None
        for record in self._reader().records(paths):
            context = record.values["context"]
            yield f"{record.values['question']}\n"
            if context != before:
                yield f"{context}\n"
            before = context

    def source(self, corpus):
        """See `TaskTraining`."""
        data = self.training.data
        return self._source(
            corpus,
            batch_size=data.batch_size,
            seed=self.training.seed if data.shuffle else None,
            buckets=self.buckets,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every window once."""
        return self._source(corpus, batch_size=rounded_up(batch_size, multiple_of), seed=None, buckets=self.buckets)

    def predictions(self, observed, corpus):
        """The best span over the windows of each question."""
        source = self._source(corpus, batch_size=1, seed=None)
        longest = self.options.get("max_answer_tokens", LONGEST_ANSWER)
        found = []
        for item in range(len(corpus)):
            place = source.place(item)
            windows = [
                WindowLogits(
                    int(source.firsts[row]),
                    place,
                    int(source.sizes[row]),
                    observed["start_logits"][row],
                    observed["end_logits"][row],
                )
                for row in range(source.limits[item], source.limits[item + 1])
            ]
            best = found_spans(corpus.tokens(item), windows, longest=longest, count=1)
            if not best.spans:
                found.append(FoundAnswer("", "", 0.0))
                continue
            start, limit, score = best.spans[0]
            span = corpus.text(item)[start:limit]
            found.append(FoundAnswer(span, span, best.no_answer_score - score))
        references = [corpus.answers(item) for item in range(len(corpus))]
        return Predictions("answers", references, _decided(found, self.options.get("no_answer_threshold")))

    def answered(self, answer, records):
        """See `TaskTraining`."""
        given = answer(*([record.values[name] for record in records] for name in ("question", "context")))
        found = [
            FoundAnswer(each["text"], next((best["text"] for best in each["candidates"]), ""), each["no_answer_score"])
            for each in given
        ]
        references = [[text for text, _ in record.values["answers"]] for record in records]
        return Predictions("answers", references, found), {}

    def settle(self, model, predictions):
        """See `TaskTraining`: sets the no-answer threshold with the highest F1."""
        references, found = predictions.references, predictions.predictions
        if model.no_answer_threshold is None or all(map(len, references)) or not any(map(len, references)):
            return predictions
        threshold = best_threshold(references, found)[1]
        scores = sorted(each.no_answer_score for each in found)
        if threshold is None:  # predicting no answer at all is best
            threshold = scores[0] - 1
        else:  # half-way to the next score, so that rounding decides no question
            threshold = (threshold + next((score for score in scores if score > threshold), threshold + 1)) / 2
        model.no_answer_threshold = float(threshold)
        model.forget_graphs()
        return Predictions("answers", references, _decided(found, model.no_answer_threshold))

    def _source(self, corpus, **kwargs):
        stride = self.options.get("stride", STRIDE)
        return SpanSource(corpus, self.tokenizer, max_length=self._max_length, stride=stride, **kwargs)

    @property
    def _max_length(self) -> int:
        asked = self.options.get("max_length") or checked_length(self.training, self.config)
        return window_length(asked, self.config)

    @property
    def _longest_question(self) -> int:
        style = packing_style(self.tokenizer.kind)
        return room_for_texts(self._max_length, pair=True, style=style) - LEAST_ROOM

    def _reader(self):
        return self.reader(["question", "context", "answers"], default="squad")


def _decided(found, threshold):
    """The spans that were found, with the answers that a threshold leaves."""
    return [each._replace(text="" if is_no_answer(each.no_answer_score, threshold) else each.span) for each in found]
