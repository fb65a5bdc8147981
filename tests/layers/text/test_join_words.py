import pytest
import tensorflow as tf
from langzoo.layers.text.join_words import join_words, spacing_rules
from langzoo.layers.text.split_words import split_words


def join(rows, split="punctuation"):
    words = tf.ragged.constant(rows, dtype=tf.string)
    return [text.decode() for text in join_words(words, spacing_rules(words.flat_values, split=split)).numpy()]


@pytest.mark.parametrize(
    "text",
    [
        "Hello, world! I don't know (really): [yes]; {no}?",
        "It costs $3.50, €1,000 or 20% more...",
        "你好，世界！我爱你。",
        "他说：“你好”然后走了……真的——是吗？",
        "《三国演义》（第3回）、『水浒』",
        "2023年5月1日，涨了3.5%的价。",
        "我用 Python 写。",
        "カタカナとひらがな。",
        "“Yes,” he said. ‘No’",
        "<unk> and <unk>, 猫<unk>",
    ],
)
def test_text_that_comes_back_as_it_was(text):
    words = split_words(tf.constant([text]), split="punctuation", lowercase=False)
    joined = join_words(words, spacing_rules(words.flat_values, split="punctuation"))[0].numpy().decode()
    assert joined == text.replace("猫<", "猫 <")


def test_rows_do_not_touch():
    # An opening bracket at a row's end and a full stop at the next one's start, and rows without words.
    assert join([[], ["a", "("], [".", "b"], [], ["c", "d"]]) == ["", "a (", ". b", "", "c d"]
    assert join([[], []]) == ["", ""]


def test_whitespace_puts_one_space_everywhere():
    assert join([["a", ",", "我", "爱", "(", "b"]], split="whitespace") == ["a , 我 爱 ( b"]
