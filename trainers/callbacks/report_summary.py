"""The report on a validation, for TensorBoard."""

import tensorflow as tf

from ..evaluation.label_report import LabelReport
from ..evaluation.predictions import Predictions
from ..evaluation.report_pictures import draw_confusion, draw_reliability


def write_report(predictions: Predictions, *, step: int) -> None:
    """Writes the table of labels, the confusion matrix and the reliability diagram, if there are any.

    Args:
        predictions: predictions for the validation set.
        step: the step of the weights.

    Call it with a default summary writer.
    """
    report = LabelReport.of(predictions)
    pictures = {"reliability": draw_reliability(predictions)}
    if report is not None:
        lines = ["label | precision | recall | F1 | support", "--- | --- | --- | --- | ---"]
        for row in report.rows:
            name = row.label.replace("|", "\\|")
            lines.append(f"{name} | {row.precision:.4f} | {row.recall:.4f} | {row.f1:.4f} | {row.support}")
        tf.summary.text("labels", "\n".join(lines), step=step)
        pictures["confusion"] = draw_confusion(report)
    for name, picture in pictures.items():
        if picture is not None:
            tf.summary.image(name, tf.io.decode_png(picture, channels=3)[tf.newaxis], step=step)
