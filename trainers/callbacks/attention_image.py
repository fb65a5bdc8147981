"""Attention maps for TensorBoard."""

import tensorflow as tf

from ...zoo.attention_map import draw_attention
from ...zoo.attention_reading import AttentionReading
from ...zoo.read_attention import read_attention
from ...zoo.tasks import TextModel


def read_prompt(model: TextModel, prompt: str) -> AttentionReading:
    """Returns the attention over a prompt: a text, or two separated by a tab.

    Raises:
        UserError: the model has no attention, or cannot read the prompt.
    """
    text, tab, pair = prompt.partition("\t")
    return read_attention(model, text, pair=pair if tab else None)


def attention_image(model: TextModel, prompt: str) -> tf.Tensor:
    """Draws the map that `langzoo attention` draws for a prompt, uint8 (1, height, width, 3).

    Raises:
        UserError: the model has no attention, or cannot read the prompt.
    """
    picture = draw_attention(read_prompt(model, prompt), title=f"Attention of {model.name}")
    return tf.io.decode_png(picture, channels=3)[tf.newaxis]
