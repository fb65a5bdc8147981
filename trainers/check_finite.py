"""A check of weights before they are written to disk."""

import numpy as np

from ..layers.plain.work_error import WorkError
from ..zoo.tasks import LanguageModel


def check_finite(model: LanguageModel, step: int) -> None:
    """Checks that weights and optimizer state are finite before they replace those on disk.

    A step whose loss is still finite can leave weights that are not; only the loss of the next step would show it.

    Raises:
        WorkError: one of them contains infinity or NaN.
    """
    for variable in (*model.weights, *model.optimizer.variables):
        if not np.isfinite(np.asarray(variable.numpy())).all():
            raise WorkError(
                f"{variable.path} is not finite after step {step:,}; the checkpoint before it is kept. A lower "
                "optimizer.learning_rate or optimizer.clip_norm may help"
            )
