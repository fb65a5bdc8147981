import numpy as np
from langzoo.zoo.cluster_summaries import cluster_summaries

TEXTS = ["the cat sat", "the cat ran", "my dog ran", "the dog ate", "a dog"]
BELIEFS = np.array([[0.9, 0.1], [1, 0], [0.2, 0.8], [0, 1], [0, 1]])


def test_members_words_and_nearest_sentences():
    first, second = cluster_summaries(BELIEFS, TEXTS, weights=[0.4, 0.6], examples=2)
    assert (first["cluster"], first["count"], first["share"], first["weight"]) == ("2", 3, 0.6, 0.6)
    assert first["words"][0] == "dog" and second["words"][:2] == ["cat", "the"]
    assert [example["text"] for example in first["examples"]] == TEXTS[3:]
    assert second["examples"] == [{"text": TEXTS[1], "probability": 1.0}, {"text": TEXTS[0], "probability": 0.9}]


def test_closeness_orders_the_sentences_and_names_are_kept():
    closeness = np.array([[3, 0], [1, 0], [9, 1], [0, 2], [0, 3]])
    found = cluster_summaries(BELIEFS, TEXTS, weights=[0.5, 0.5], closeness=closeness, names=["0.1", "0.2"], examples=1)
    assert [(each["cluster"], each["examples"][0]["text"]) for each in found] == [("0.2", "a dog"), ("0.1", TEXTS[0])]


def test_writing_without_spaces_is_read_by_two_characters():
    texts = ["我喜欢音乐", "播放音乐吧", "天气怎么样", "明天天气好"]
    found = cluster_summaries(np.eye(2)[[0, 0, 1, 1]], texts, weights=[0.5, 0.5], num_words=1)
    assert [each["words"] for each in found] == [["音乐"], ["天气"]]


def test_an_empty_cluster_and_no_words():
    found = cluster_summaries(np.array([[1.0, 0]]), ["cat"], weights=[1, 0], num_words=0)
    assert [(each["count"], each["words"], len(each["examples"])) for each in found] == [(1, [], 1), (0, [], 0)]


def test_a_text_that_stands_there_twice_is_shown_once():
    beliefs = np.array([[0.9], [0.8], [0.9], [0.7]])
    (found,) = cluster_summaries(beliefs, ["a cat", "a dog", "a cat", "a cow"], weights=[1], examples=3)
    assert [each["text"] for each in found["examples"]] == ["a cat", "a dog", "a cow"] and found["count"] == 4
