"""Optimizers and learning rates.

Names are imported on first use (PEP 562): optimizers can be listed without TensorFlow.
"""

from typing import TYPE_CHECKING

from ...layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .build_optimizer import build_optimizer as build_optimizer
    from .learning_rate import LearningRate as LearningRate
    from .register_optimizer import OPTIMIZERS as OPTIMIZERS
    from .register_optimizer import register_optimizer as register_optimizer

lazy_names(__name__)
