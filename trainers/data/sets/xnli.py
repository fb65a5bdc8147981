"""XNLI (Conneau et al. 2018, arXiv:1809.05053)."""

from .data_set import DataSet, register_data_set


@register_data_set("xnli")
def xnli() -> DataSet:
    """XNLI: inference in 15 languages; `xnli.dev.tsv`, `multinli.train.XX.tsv`; all lines of a file."""
    return DataSet(
        task="text_classifier",
        reader="tsv",
        metric="accuracy",
        columns={
            "text": "sentence1|premise|sentence1_en",
            "pair": "sentence2|hypo|sentence2_en",
            "label": "gold_label|label",
        },
        labels=("entailment", "neutral", "contradiction"),
        label_names={"contradictory": "contradiction"},
        drop_labels=("-",),
        url="https://github.com/facebookresearch/XNLI",
    )
