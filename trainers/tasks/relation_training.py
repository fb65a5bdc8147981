"""The training of relation classifiers."""

from ...layers.plain.errors import UserError
from ...layers.text.subword_tokenizer import SubwordTokenizer
from ...zoo.tasks.relation_classifier import MARKERS
from .classification_training import ClassificationTraining
from .register_task_training import register_task_training


@register_task_training("relation_classifier")
class RelationTraining(ClassificationTraining):
    """Texts with two marked parts and their relation; the loss is that of each relation."""

    example = 'classify(["the <e1>burst</e1> was caused by <e2>pressure</e2>"])'

    def adapted_tokenizer(self, tokenizer):
        """See `TaskTraining`; the markers become tokens."""
        if not isinstance(tokenizer, SubwordTokenizer):
            raise UserError(
                f"--task relation_classifier needs a tokenizer of kind wordpiece or bpe, not {tokenizer.kind}: "
                "the markers of the two parts must be tokens of their own"
            )
        return tokenizer.with_added_tokens(MARKERS)

    def options_from(self, corpus):
        """The relations, in order."""
        return {"labels": super().options_from(corpus)["labels"]}

    def options_before_data(self):
        """See `TaskTraining`."""
        return {name: value for name, value in super().options_before_data().items() if name == "labels"}

    def vocabulary_texts(self, paths):
        """The text of every record without its markers, one per line."""
        for text in super().vocabulary_texts(paths):
            for marker in MARKERS:
                text = text.replace(marker, " ")
            yield text

    def _reader(self):
        return self.reader(["text", "label"], default="semeval2010")
