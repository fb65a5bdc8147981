"""The training of several heads on one body."""

import itertools
from typing import Any

from ...layers.plain.errors import UserError
from ..data.alternating_source import AlternatingSource
from ..data.corpora_by_task import CorporaByTask
from ..objectives.one_objective_each import OneObjectiveEach
from .register_task_training import register_task_training, training_class
from .task_training import TaskTraining


@register_task_training("multi_task")
class MultiTaskTraining(TaskTraining):
    """Files of several tasks; each batch belongs to one of them, and the loss is that of its task."""

    item = "example"
    reports_bits_per_byte = False
    example = "heads"

    @property
    def heads(self):
        """See `TaskTraining`."""
        known = self.options.get("heads", {})
        return {
            name: training_class(each.task)(
                self.training.of_task(name),
                config=self.config,
                tokenizer=self.tokenizer,
                options=known[name]["options"] if name in known else None,
            )
            for name, each in self.training.tasks.items()
        }

    def check_options(self, asked):
        """See `TaskTraining`; options are set per task."""
        del asked
        for name, head in self.heads.items():
            head.check_options(self.training.tasks[name].options)

    def read(self, paths: Any, *, cache, progress=None):
        """See `TaskTraining`; `paths` maps the name of each task to its files."""
        return CorporaByTask(
            {name: head.read(paths[name], cache=cache, progress=progress) for name, head in self.heads.items()}
        )

    def options_from(self, corpus):
        """The task and the options of each head."""
        tasks = self.training.tasks
        return {
            "heads": {
                name: {
                    "task": head.task,
                    "options": {**head.options_from(corpus.corpora[name]), **tasks[name].options},
                }
                for name, head in self.heads.items()
            }
        }

    def vocabulary_texts(self, paths: Any):
        """The texts of all tasks, one task after the other."""
        return itertools.chain.from_iterable(head.vocabulary_texts(paths[name]) for name, head in self.heads.items())

    def adapted_tokenizer(self, tokenizer):
        """See `TaskTraining`; with the additions that each task needs."""
        for head in self.heads.values():
            tokenizer = head.adapted_tokenizer(tokenizer)
        return tokenizer

    def source(self, corpus):
        """See `TaskTraining`."""
        sources = {name: head.source(corpus.corpora[name]) for name, head in self.heads.items()}
        return AlternatingSource(sources, seed=self.training.seed, alpha=self.training.task_alpha)

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """All examples of every task once."""

        def sources(rows: int):
            return {
                name: head.evaluation_source(corpus.corpora[name], batch_size=rows, multiple_of=multiple_of)
                for name, head in self.heads.items()
            }

        found = sources(batch_size)
        fewest = min(source.batch_size for source in found.values())  # that fits into memory for all
        if any(source.batch_size != fewest for source in found.values()):
            found = sources(fewest)
        return AlternatingSource(found, seed=None)

    def objective(self, *, source: Any, evaluation: Any, replicas=1):
        """See `TaskTraining`: each batch has the objective of its task."""
        found = {
            name: head.objective(
                source=source and source.sources[name],
                evaluation=evaluation and evaluation.sources[name],
                replicas=replicas,
            )
            for name, head in self.heads.items()
        }
        for name, each in found.items():
            if each.carry or each.evaluation_carry:
                raise UserError(
                    f"the task {name} reads a text as a stream, whose state batches of other tasks would break: "
                    "use another task, or train it alone"
                )
        return OneObjectiveEach(found)
