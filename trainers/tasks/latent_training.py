"""The training of latent-variable language models."""

from typing import Any

from ..data import TokenCorpus
from ..data.sentence_source import SentenceSource
from .register_task_training import register_task_training
from .task_training import TaskTraining, check_settings

IMPORTANCE_SAMPLES = 20


@register_task_training("latent_lm")
class LatentTraining(TaskTraining):
    """Text in files, each line a sentence; the loss is a bound on the negative log-likelihood of its tokens."""

    example = 'generate([""], max_tokens=20, temperature=0.8)'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        return TokenCorpus.from_files(
            paths, self.tokenizer, cache=cache, by_lines=True, reader=self.text_reader(), progress=progress
        )

    def source(self, corpus):
        """See `TaskTraining`."""
        check_settings(self.training, "sentences", arrangement="lines")
        return SentenceSource(corpus, **self.training_rows())

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every sentence once, at its full length."""
        return SentenceSource(corpus, **self.evaluation_rows(batch_size, multiple_of))

    def objective(self, *, source, evaluation, replicas=1):
        """See `TaskTraining`; if nothing is trained, with the importance-weighted bound."""
        settings: Any = self.settled.objective
        if source is not None or settings.importance_samples:
            return super().objective(source=source, evaluation=evaluation, replicas=replicas)
        more = settings.model_copy(update={"importance_samples": IMPORTANCE_SAMPLES})
        own = self.bound(training=self.settled.model_copy(update={"objective": more}))
        return super(LatentTraining, own).objective(source=source, evaluation=evaluation, replicas=replicas)
