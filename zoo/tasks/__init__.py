"""Tasks: what a model is used for."""

from .causal_lm import CausalLM
from .language_model import LanguageModel
from .objective import Objective

TASKS: dict[str, type[CausalLM]] = {CausalLM.task: CausalLM}

__all__ = ["TASKS", "CausalLM", "LanguageModel", "Objective"]
