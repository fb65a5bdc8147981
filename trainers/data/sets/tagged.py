"""Data sets of tagged words and of utterances with slots and intents."""

from .data_set import DataSet, register_data_set


@register_data_set("snips")
def snips() -> DataSet:
    """SNIPS: 39 slots and seven intents of requests to an assistant (Coucke et al. 2018)."""
    return DataSet(
        task="token_tagger",
        reader="slots",
        objective="tag_and_intent",
        metric="span_f1, intent_accuracy",
        url="https://arxiv.org/abs/1805.10190",
    )


@register_data_set("atis")
def atis() -> DataSet:
    """ATIS: slots and intents of questions on flights (Hemphill et al. 1990)."""
    return DataSet(
        task="token_tagger",
        reader="slots",
        objective="tag_and_intent",
        metric="span_f1, intent_accuracy",
        url="https://aclanthology.org/H90-1021/",
    )


@register_data_set("conll2003")
def conll2003() -> DataSet:
    """CoNLL-2003: persons, places, organizations and others; word, part of speech, chunk, tag (Tjong Kim Sang 2003)."""
    return DataSet(task="token_tagger", reader="conll", metric="span_f1", url="https://aclanthology.org/W03-0419/")


@register_data_set("wnut17")
def wnut17() -> DataSet:
    """WNUT-17: rare and emerging entities (Derczynski et al. 2017)."""
    return DataSet(task="token_tagger", reader="conll", metric="span_f1", url="https://aclanthology.org/W17-4418/")


@register_data_set("resume_ner")
def resume_ner() -> DataSet:
    """ResumeNER: entities of Chinese resumes, by characters; four open entities are repaired as in conlleval."""
    return DataSet(
        task="token_tagger",
        reader="conll",
        reader_options={"scheme": "bmes", "repair": True},
        metric="span_f1",
        url="https://arxiv.org/abs/1805.02023",
    )
