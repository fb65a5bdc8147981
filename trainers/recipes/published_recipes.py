"""Pre-training from plain text, as in the papers: `langzoo train MODEL --task pretrain`.

Each recipe is for the shape that its paper publishes; `scaled_to` adapts it to smaller ones.
"""

from ..training_config import TrainingConfig
from .pretraining import register_pretraining

BLOCKS = {
    "data.arrangement": "blocks",
    "data.documents": "blank_lines",
    "jit_compile": True,
    "optimizer.name": "adamw",
    "optimizer.weight_decay": 0.01,
}
ENCODERS = {**BLOCKS, "optimizer.epsilon": 1e-6, "optimizer.schedule": "linear"}


@register_pretraining("bert", published="bert_base_uncased")
def bert() -> TrainingConfig:
    """Masked tokens and next sentences; 128 tokens for 90 % of a million steps, then 512 (Devlin et al. 2019, A.2).

    Batches of 256, Adam at 1e-4 with 0.9, 0.999 and weight decay 0.01, warm-up over 10,000 steps, linear decay; the
    gradient is clipped at norm 1, as in the authors' code. A model without a next-sentence head is trained only on
    masked tokens.
    """
    return TrainingConfig().with_settings(
        {
            **ENCODERS,
            "objective.name": "masked_and_next_sentence",
            "data.batch_size": 256,
            "data.sequence_length": 512,
            "data.phases": "128:0.9",
            "steps": 1_000_000,
            "optimizer.learning_rate": 1e-4,
            "optimizer.warmup_fraction": 0.01,
        }
    )


@register_pretraining("bert_wwm_chinese", published="bert_wwm_chinese")
def bert_wwm_chinese() -> TrainingConfig:
    """As BERT, with whole Chinese words masked, as segmented by jieba (Cui et al. 2019, arXiv:1906.08101).

    The paper's two phases, of 128 and of 512 tokens, have 100,000 steps each, with a warm-up of a tenth of the steps;
    its segmenter is LTP, and its batches are of 2,560 and of 384.
    """
    return bert().with_settings(
        {
            "objective.unit": "word",
            "objective.segmenter": "jieba",
            "data.batch_size": 384,
            "data.phases": "128:0.5",
            "steps": 200_000,
            "optimizer.warmup_fraction": 0.1,
        }
    )


@register_pretraining("ernie_1_0", published="ernie_1_0", more={"objective.unit": "name"})
def ernie_1_0() -> TrainingConfig:
    """As BERT, with whole names masked, and likewise the words between them (Sun et al. 2019, arXiv:1904.09223).

    `--set objective.names=FILE` gives the names, one per line. The paper does not give its schedule: BERT's is used,
    with only masked tokens, since the published weights have no head for pairs.
    """
    return bert().with_settings({"objective.name": "masked_token"})


@register_pretraining("roberta", published="roberta_base")
@register_pretraining("distilbert", published="distilbert_base_uncased")
def roberta() -> TrainingConfig:
    """Only masked tokens, drawn again each time, in rows of 512 full of sentences (Liu et al. 2019, arXiv:1907.11692).

    FULL-SENTENCES: rows extend over the ends of documents, marked by a separator. Batches of 8,192, Adam at 6e-4 with
    0.9, 0.98 and weight decay 0.01, warm-up over 24,000 of 500,000 steps, linear decay, no clipping.
    """
    return TrainingConfig().with_settings(
        {
            **ENCODERS,
            "objective.name": "masked_token",
            "data.batch_size": 8192,
            "data.sequence_length": 512,
            "steps": 500_000,
            "optimizer.learning_rate": 6e-4,
            "optimizer.beta_2": 0.98,
            "optimizer.clip_norm": 0.0,
            "optimizer.warmup_fraction": 0.048,
        }
    )


@register_pretraining("electra", published="electra_small")
def electra() -> TrainingConfig:
    """Replaced tokens, with a generator (Clark et al. 2020, arXiv:2003.10555, table 6: ELECTRA-Small).

    A million steps of 128 rows of 128 tokens, Adam at 5e-4 with 0.9, 0.999 and weight decay 0.01, warm-up over 10,000
    steps, linear decay, clipped at norm 1.
    """
    return TrainingConfig().with_settings(
        {
            **ENCODERS,
            "objective.name": "replaced_token",
            "data.batch_size": 128,
            "data.sequence_length": 128,
            "steps": 1_000_000,
            "optimizer.learning_rate": 5e-4,
            "optimizer.warmup_fraction": 0.01,
        }
    )


@register_pretraining("t5", published="t5_base")
def t5() -> TrainingConfig:
    """Span corruption: 2^19 steps of 128 rows of 512 tokens (Raffel et al. 2020, arXiv:1910.10683, 3.1.2 to 3.1.4).

    Adafactor at 1 / sqrt(max(step, 10,000)), whose first 10,000 steps are a warm-up in langzoo.
    """
    return TrainingConfig().with_settings(
        {
            **BLOCKS,
            "objective.name": "span_corruption",
            "data.batch_size": 128,
            "data.sequence_length": 512,
            "steps": 2**19,
            "optimizer.name": "adafactor",
            "optimizer.learning_rate": 1e-2,
            "optimizer.weight_decay": 0.0,
            "optimizer.schedule": "inverse_sqrt",
            "optimizer.warmup_fraction": 0.019,
        }
    )


@register_pretraining("gpt2", published="gpt2_small")
@register_pretraining("transformer_lm", published="gpt2_small")
@register_pretraining("pangu", published="gpt2_small")
def gpt2() -> TrainingConfig:
    """The next token: batches of 512 rows of 1,024 tokens (Radford et al. 2019).

    Settings that the paper does not give are those of Brown et al. 2020 (arXiv:2005.14165, table 2.1 and appendix B)
    for the same shape: 300 billion tokens, AdamW at 6e-4 with 0.9, 0.95 and weight decay 0.1, cosine to a tenth,
    clipped at norm 1.
    """
    return TrainingConfig().with_settings(
        {
            **BLOCKS,
            "objective.name": "next_token",
            "data.batch_size": 512,
            "data.sequence_length": 1024,
            "steps": 572_000,
            "optimizer.learning_rate": 6e-4,
            "optimizer.beta_2": 0.95,
            "optimizer.weight_decay": 0.1,
            "optimizer.schedule": "cosine",
            "optimizer.final_fraction": 0.1,
            "optimizer.warmup_fraction": 0.01,
        }
    )


@register_pretraining("llama", published="llama_7b")
def llama() -> TrainingConfig:
    """The next token: batches of 2,048 rows of 2,048 tokens, a trillion of them (Touvron et al. 2023).

    AdamW at 3e-4 with 0.9, 0.95 and weight decay 0.1, 2,000 steps of warm-up, cosine to a tenth, clipped at norm 1.
    """
    return gpt2().with_settings(
        {
            "data.batch_size": 2048,
            "data.sequence_length": 2048,
            "steps": 238_000,
            "optimizer.learning_rate": 3e-4,
        }
    )
