"""Training: data, objectives, optimizers, callbacks, and the run that puts them together.

Public names are imported on first use (PEP 562), so that a training request is checked without loading TensorFlow.
"""

from typing import TYPE_CHECKING

from ..layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .data import BatchSource as BatchSource
    from .data import BlockSource as BlockSource
    from .data import LineSource as LineSource
    from .data import MaskedSource as MaskedSource
    from .data import NextSentenceSource as NextSentenceSource
    from .data import PairCorpus as PairCorpus
    from .data import PairSource as PairSource
    from .data import SegmentSource as SegmentSource
    from .data import SentenceOrderSource as SentenceOrderSource
    from .data import StreamSource as StreamSource
    from .data import TokenCorpus as TokenCorpus
    from .data import read_scored_pairs as read_scored_pairs
    from .data import read_text as read_text
    from .data.embedding_source import EmbeddingSource as EmbeddingSource
    from .data.labelled_corpus import LabelledCorpus as LabelledCorpus
    from .data.readers import Reader as Reader
    from .data.readers import Record as Record
    from .data.readers import register_reader as register_reader
    from .data.sets.data_set import DataSet as DataSet
    from .data.sets.data_set import register_data_set as register_data_set
    from .data.text_source import TextSource as TextSource
    from .evaluation import Evaluation as Evaluation
    from .evaluation import SimilarityEvaluation as SimilarityEvaluation
    from .evaluation import evaluate as evaluate
    from .evaluation import evaluate_similarity as evaluate_similarity
    from .evaluation.metrics.metric import Metric as Metric
    from .evaluation.metrics.metric import register_metric as register_metric
    from .fitting import Fitter as Fitter
    from .fitting import register_fitter as register_fitter
    from .objectives import Contrastive as Contrastive
    from .objectives import EvidenceBound as EvidenceBound
    from .objectives import MaskedAndNextSentence as MaskedAndNextSentence
    from .objectives import MaskedAndSentenceOrder as MaskedAndSentenceOrder
    from .objectives import MaskedToken as MaskedToken
    from .objectives import NextTargetToken as NextTargetToken
    from .objectives import NextToken as NextToken
    from .objectives import Similarity as Similarity
    from .objectives import SumOfObjectives as SumOfObjectives
    from .objectives import register_objective as register_objective
    from .objectives.label import Label as Label
    from .objectives.label_set import LabelSet as LabelSet
    from .objectives.prefix_lm import PrefixLM as PrefixLM
    from .objectives.regularized_next_token import RegularizedNextToken as RegularizedNextToken
    from .objectives.replaced_token import ReplacedToken as ReplacedToken
    from .objectives.scheduled_sampling import ScheduledSampling as ScheduledSampling
    from .objectives.score import Score as Score
    from .objectives.span_corruption import SpanCorruption as SpanCorruption
    from .objectives.tag import Tag as Tag
    from .objectives.text_infilling import TextInfilling as TextInfilling
    from .optimizers import build_optimizer as build_optimizer
    from .optimizers import register_optimizer as register_optimizer
    from .recipes import recipe_for as recipe_for
    from .recipes import register_recipe as register_recipe
    from .schedules import register_schedule as register_schedule
    from .sentence_mixture import SentenceMixture as SentenceMixture
    from .task_request import TaskRequest as TaskRequest
    from .tasks import TaskTraining as TaskTraining
    from .tasks import register_task_training as register_task_training
    from .train import train as train
    from .train_request import TrainRequest as TrainRequest
    from .train_result import TrainResult as TrainResult
    from .training_config import TrainingConfig as TrainingConfig
    from .vocabularies import train_tokenizer as train_tokenizer

lazy_names(__name__)
