"""What a command on texts with one label each learns of its `--task`."""

from collections.abc import Mapping
from typing import Any

from ..layers.plain.errors import UserError

LABEL_TASK = "text_classifier"


def label_settings(task: str, settings: Mapping[str, Any], *, what: str) -> dict[str, Any]:
    """The settings on data, completed by those of a data set where `task` names one.

    Args:
        task: `text_classifier`, or the name of a data set of it.
        settings: that the user gave.
        what: the subject of a refusal, with its verb: "a probe is".

    Raises:
        UserError: another task.
    """
    from ..trainers.data.sets import DATA_SETS

    found, of_set = dict(settings), task
    if (data_set := DATA_SETS.find(task)) is not None:
        found, of_set = data_set.value.settings(task, found), data_set.value.task
    if of_set != LABEL_TASK:
        raise UserError(f"--task {task}: {what} for texts with a label each, {LABEL_TASK} or a data set of it")
    return found
