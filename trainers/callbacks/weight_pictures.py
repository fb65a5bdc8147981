"""Pictures of a body's weights for TensorBoard."""

import tensorflow as tf

from ...zoo.tasks import TextModel


def write_weight_pictures(model: TextModel) -> None:
    """Writes the pictures of `Backbone.pictures` to the default summary writer."""
    if model.tokenizer is None:
        return
    for name, picture in model.backbone.pictures(model.tokenizer.tokens, title=model.name).items():
        tf.summary.image(name, tf.io.decode_png(picture, channels=3)[tf.newaxis])
