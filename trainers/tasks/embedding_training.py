"""The training of text encoders."""

from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.plain.named_prompt import named_prompt
from ...layers.plain.search.rank import rank
from ...zoo.tasks.encoder_model import NO_BOUND
from ..data.embedding_corpus import EmbeddingCorpus
from ..data.embedding_source import EmbeddingSource
from ..evaluation.predictions import Predictions
from ..objectives import OBJECTIVES
from .register_task_training import register_task_training
from .task_training import TaskTraining, checked_length, rounded_up

RANKED = 100  # documents that a validation ranks for each text


@register_task_training("text_encoder")
class EmbeddingTraining(TaskTraining):
    """Pairs of texts that belong together, optionally with a negative, or pairs with a score."""

    item = "text"
    reports_bits_per_byte = False
    example = 'embed(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`; prompts are prepended to the texts, as in `embed`."""
        return EmbeddingCorpus.from_files(
            paths,
            self.tokenizer,
            reader=self._reader(),
            cache=cache,
            labels=self._labels_are,
            prompts=self._prompts(),
            progress=progress,
        )

    def records(self, paths):
        """See `TaskTraining`."""
        return self._reader().records(paths)

    def vocabulary_texts(self, paths):
        """All texts of every record, one per line."""
        records, names = self._reader().records(paths), ("text", "pair", "negative")
        return (f"{record.values[name]}\n" for record in records for name in names if name in record.values)

    def source(self, corpus):
        """See `TaskTraining`."""
        data = self.training.data
        length = checked_length(self.training, self.config)
        return EmbeddingSource(
            corpus,
            self.tokenizer,
            batch_size=data.batch_size,
            sequence_length=min(length, self.options.get("max_length") or length),
            seed=self.training.seed if data.shuffle else None,
            buckets=self.buckets,
        )

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every pair once, truncated as in the model; the other texts of a batch are the negatives."""
        return EmbeddingSource(
            corpus,
            self.tokenizer,
            batch_size=rounded_up(batch_size, multiple_of),
            sequence_length=self.options.get("max_length") or self.config.context_length or NO_BOUND,
            seed=None,
            buckets=self.buckets,
        )

    def predictions(self, observed, corpus):
        """See `TaskTraining`; for pairs, the ranking of all documents for each distinct text."""
        if self.predicts != "ranking":
            return super().predictions(observed, corpus)
        vectors = np.stack(observed["embeddings"])  # (N, S, D)
        keys = corpus.keys
        similarity: Any = getattr(self.settled.objective, "similarity", "cosine")
        texts, of_text, text_of = np.unique(keys[:, 0], return_index=True, return_inverse=True)
        _, of_document, document_of = np.unique(keys[:, 1:], return_index=True, return_inverse=True)
        belonging: list[dict[int, int]] = [{} for _ in texts]
        for text, document in zip(text_of, document_of.reshape(len(keys), -1)[:, 0].tolist(), strict=True):
            belonging[text][document] = 1
        all_documents = vectors[:, 1:].reshape(-1, vectors.shape[-1])[of_document]
        places, scores = rank(vectors[of_text, 0], all_documents, most=RANKED, similarity=similarity)
        found = [
            dict(zip(row.tolist(), values.tolist(), strict=True)) for row, values in zip(places, scores, strict=True)
        ]
        return Predictions("ranking", belonging, found)

    @property
    def _labels_are(self) -> Any:
        return getattr(OBJECTIVES[self.settled.objective.name], "labels_are", "relevance")

    def _reader(self):
        scored = self._labels_are == "number"
        asked, optional = (["text", "pair", "label"], []) if scored else (["text", "pair"], ["negative", "label"])
        return self.reader(asked, optional=optional, default="tsv" if scored else "pairs")

    def _prompts(self) -> dict[str, str]:
        """Column -> the prompt prepended to its texts."""
        settings, prompts = self.settled.objective, self.options.get("prompts", {})
        default, found = self.options.get("default_prompt_name"), {}
        for name, columns in (("text_prompt", ("text",)), ("pair_prompt", ("pair", "negative"))):
            try:
                prompt = named_prompt(prompts, getattr(settings, name, "") or None, default=default)
            except UserError as error:
                raise UserError(f"--set objective.{name}: {error}") from None
            found |= dict.fromkeys(columns, prompt)
        return found
