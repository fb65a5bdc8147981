import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.trainers.callbacks import TensorBoardLog
from langzoo.trainers.callbacks.attention_image import attention_image, read_prompt
from langzoo.trainers.run_state import RunState
from langzoo.trainers.training_config import TrainingConfig
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

TOKENIZERS = {
    "gpt2_tiny": ByteTokenizer(),
    "distilbert_tiny": WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat"]),
    "transformer_tiny": WordTokenizer(["<unk>", "<eos>", "the", "cat"]),
}


@pytest.mark.parametrize("name", TOKENIZERS)
def test_tensorboard_shows_the_map_of_every_interval(name, tmp_path):
    model = zoo.create(name, tokenizer=TOKENIZERS[name])
    training = TrainingConfig(attention_prompt="the cat", sample_tokens=0, histogram_every=0)
    log = TensorBoardLog(model, training, tmp_path, RunState(step=1))
    for step in (10, 20):
        log.interval({"step": step})
    events = EventAccumulator(str(tmp_path / "logs" / "train"), {"tensors": 0})
    events.Reload()
    shown = events.Tensors("attention")
    assert [event.step for event in shown] == [10, 20]
    width, height, picture = shown[0].tensor_proto.string_val
    drawn = attention_image(model, "the cat")
    assert (drawn.dtype, drawn.shape[0], drawn.shape[3]) == (tf.uint8, 1, 3)
    assert (int(height), int(width)) == (drawn.shape[1], drawn.shape[2])
    assert tf.reduce_all(tf.io.decode_png(picture) == drawn[0])


def test_nothing_is_drawn_unless_asked_for(tmp_path):
    log = TensorBoardLog(
        zoo.create("gpt2_tiny", tokenizer=ByteTokenizer()),
        TrainingConfig(sample_tokens=0, histogram_every=0),
        tmp_path,
        RunState(step=1),
    )
    log.interval({"step": 10})
    events = EventAccumulator(str(tmp_path / "logs" / "train"))
    events.Reload()
    assert "attention" not in events.Tags()["tensors"]


def test_a_tab_parts_a_pair():
    model = zoo.create("transformer_tiny", tokenizer=TOKENIZERS["transformer_tiny"])
    assert read_prompt(model, "the\tcat the").words == ["cat", "the", "<eos>"]
    with pytest.raises(UserError, match="leave the second one out"):
        read_prompt(zoo.create("gpt2_tiny", tokenizer=ByteTokenizer()), "a\tb")
