"""GLUE (Wang et al. 2018, arXiv:1804.07461) in its own TSV files."""

from .data_set import DataSet, register_data_set

URL = "https://gluebenchmark.com"
NLI = ("entailment", "neutral", "contradiction")
TWO = {"text": "sentence1", "pair": "sentence2"}


def _classified(metric: str, columns: dict[str, str], **more) -> DataSet:
    return DataSet(task="text_classifier", reader="tsv", metric=metric, columns=columns, url=URL, **more)


@register_data_set("cola")
def cola() -> DataSet:
    """CoLA: is a sentence acceptable (1) or not (0); its files have no header: source, label, star, sentence."""
    return _classified("matthews", {"text": "4", "label": "2"}, labels=("0", "1"))


@register_data_set("sst2")
def sst2() -> DataSet:
    """SST-2: sentiment of sentences and phrases of film reviews, 0 negative and 1 positive."""
    return _classified("accuracy", {"text": "sentence"}, labels=("0", "1"))


@register_data_set("mrpc")
def mrpc() -> DataSet:
    """MRPC: do two sentences say the same (1); GLUE's files and the original `msr_paraphrase_*.txt`."""
    columns = {"text": "#1 String", "pair": "#2 String", "label": "Quality"}
    return _classified("f1, accuracy", columns, labels=("0", "1"))


@register_data_set("qqp")
def qqp() -> DataSet:
    """QQP: do two questions ask the same (1); GLUE's files."""
    columns = {"text": "question1", "pair": "question2", "label": "is_duplicate"}
    return _classified("f1, accuracy", columns, labels=("0", "1"))


@register_data_set("stsb")
def stsb() -> DataSet:
    """STS-B: how alike two sentences are, a score from 0 to 5; text encoders learn it as a cosine."""
    objectives = {"text_encoder": "similarity"}
    return _classified("spearman, pearson", {**TWO, "label": "score"}, objective="score", objectives=objectives)


@register_data_set("mnli")
def mnli() -> DataSet:
    """MNLI: does a premise entail a hypothesis; `train.tsv`, `dev_matched.tsv` and `dev_mismatched.tsv`."""
    return _classified("accuracy", {**TWO, "label": "gold_label"}, labels=NLI, drop_labels=("-",))


@register_data_set("qnli")
def qnli() -> DataSet:
    """QNLI: does a sentence answer a question."""
    return _classified("accuracy", {"text": "question", "pair": "sentence"}, labels=("entailment", "not_entailment"))


@register_data_set("rte")
def rte() -> DataSet:
    """RTE: does a text entail another."""
    return _classified("accuracy", TWO, labels=("entailment", "not_entailment"))


@register_data_set("wnli")
def wnli() -> DataSet:
    """WNLI: does a sentence with its pronoun replaced follow (1)."""
    return _classified("accuracy", TWO, labels=("0", "1"))


@register_data_set("ax")
def ax() -> DataSet:
    """AX: GLUE's diagnostic set with its labels (`diagnostic-full.tsv`), for models of MNLI."""
    columns = {"text": "Premise|sentence1", "pair": "Hypothesis|sentence2", "label": "Label"}
    return _classified("matthews", columns, labels=NLI)
