"""Models: the catalogue, the families, their tasks, decoding and export.

Public names are imported on first use (PEP 562): the catalogue needs no TensorFlow, the models do.
"""

from typing import TYPE_CHECKING

from ..layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from ..layers.plain.errors import UserError as UserError
    from ..layers.plain.logit_rules import LogitRule as LogitRule
    from ..layers.plain.logit_rules import register_logit_rule as register_logit_rule
    from ..layers.plain.option import option as option
    from .decoding import BeamDecoder as BeamDecoder
    from .decoding import Decoder as Decoder
    from .decoding import GreedyDecoder as GreedyDecoder
    from .decoding import SamplingDecoder as SamplingDecoder
    from .decoding import StepContext as StepContext
    from .decoding import register_decoder as register_decoder
    from .export import export_litert as export_litert
    from .export import export_saved_model as export_saved_model
    from .export_error import ExportError as ExportError
    from .export_model import export_model as export_model
    from .export_report import ExportReport as ExportReport
    from .exporter import register_exporter as register_exporter
    from .foreign.export_hugging_face import export_hugging_face as export_hugging_face
    from .import_model import import_model as import_model
    from .import_remark import ImportRemark as ImportRemark
    from .import_run import import_run as import_run
    from .load import load as load
    from .model_config import ModelConfig as ModelConfig
    from .model_directory import build as build
    from .model_directory import create as create
    from .model_directory import save as save
    from .named_model import NamedModel as NamedModel
    from .nearest_words import nearest_words as nearest_words
    from .objective import Objective as Objective
    from .objective_config import ObjectiveConfig as ObjectiveConfig
    from .read_layers import read_layers as read_layers
    from .registry import named_model as named_model
    from .registry import named_models as named_models
    from .registry import register_model as register_model
    from .staging import next_version as next_version
    from .tasks import CausalLM as CausalLM
    from .tasks import ElectraPair as ElectraPair
    from .tasks import EncoderModel as EncoderModel
    from .tasks import GenerativeModel as GenerativeModel
    from .tasks import LanguageModel as LanguageModel
    from .tasks import LatentLM as LatentLM
    from .tasks import MaskedLM as MaskedLM
    from .tasks import RelationClassifier as RelationClassifier
    from .tasks import ReplacedTokenDetector as ReplacedTokenDetector
    from .tasks import Seq2SeqLM as Seq2SeqLM
    from .tasks import SpanExtractor as SpanExtractor
    from .tasks import TextClassifier as TextClassifier
    from .tasks import TextEncoder as TextEncoder
    from .tasks import TextModel as TextModel
    from .tasks import TokenTagger as TokenTagger
    from .tasks import register_task as register_task

lazy_names(__name__)
