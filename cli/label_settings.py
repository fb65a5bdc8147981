"""The settings of commands on texts with one label each."""

from collections.abc import Mapping
from typing import Any

from ..layers.plain.errors import UserError

LABEL_TASK = "text_classifier"


def label_settings(task: str, settings: Mapping[str, Any], *, what: str) -> dict[str, Any]:
    """Returns the data settings, completed by those of a data set if `task` names one.

    Args:
        task: `text_classifier`, or the name of a data set for it.
        settings: The settings given by the user.
        what: Subject and verb of the error message: "a probe is".

    Raises:
        UserError: It is another task.
    """
    from ..trainers.data.sets import DATA_SETS

    found, of_set = dict(settings), task
    if (data_set := DATA_SETS.find(task)) is not None:
        found, of_set = data_set.value.settings(task, found), data_set.value.task
    if of_set != LABEL_TASK:
        raise UserError(f"--task {task}: {what} for texts with one label each, {LABEL_TASK} or a data set for it")
    return found
