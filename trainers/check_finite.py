"""The guard over what is written to disk."""

import numpy as np

from ..layers.plain.work_error import WorkError
from ..zoo.tasks import LanguageModel


def check_finite(model: LanguageModel, step: int) -> None:
    """Makes sure that weights and optimizer hold numbers before they replace those on disk.

    A step whose loss is still finite can leave weights that are not; only the loss of the next one would tell.

    Raises:
        WorkError: infinity or NaN in one of them.
    """
    for variable in (*model.weights, *model.optimizer.variables):
        if not np.isfinite(np.asarray(variable.numpy())).all():
            raise WorkError(
                f"{variable.path} is not finite after step {step:,}; the checkpoint before it is kept. A lower "
                "optimizer.learning_rate or optimizer.clip_norm may help"
            )
