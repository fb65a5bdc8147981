"""Data sets of texts or pairs that belong to no collection."""

from .data_set import DataSet, register_data_set


@register_data_set("imdb")
def imdb() -> DataSet:
    """IMDB: film reviews, neg and pos, a file each; `--data aclImdb/train` (Maas et al. 2011)."""
    return DataSet(
        task="text_classifier",
        reader="folders",
        metric="accuracy",
        labels=("neg", "pos"),
        drop_labels=("unsup",),
        url="https://ai.stanford.edu/~amaas/data/sentiment/",
    )


@register_data_set("quora")
def quora() -> DataSet:
    """Quora question pairs as Quora published them, `quora_duplicate_questions.tsv`: is a pair one question (1)."""
    return DataSet(
        task="text_classifier",
        reader="csv",
        reader_options={"delimiter": "\t"},
        metric="f1, accuracy",
        columns={"text": "question1", "pair": "question2", "label": "is_duplicate"},
        labels=("0", "1"),
        url="https://quoradata.quora.com/First-Quora-Dataset-Release-Question-Pairs",
    )


@register_data_set("semeval2010")
def semeval2010() -> DataSet:
    """SemEval-2010 task 8: nine relations between two marked words, with their directions, and Other."""
    return DataSet(
        task="relation_classifier",
        reader="semeval2010",
        metric="f1_macro",
        url="https://aclanthology.org/S10-1006/",
    )
