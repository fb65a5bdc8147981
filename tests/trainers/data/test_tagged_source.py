import pickle
import random
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.layers.text.word_packer import WordPacker
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.tagged_corpus import TaggedCorpus
from langzoo.trainers.data.tagged_source import TaggedSource

TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a", "\u200b"])
LABELS = ["O", "B-X", "I-X", "B-Y"]


def sentences(count):
    draw = random.Random(0)
    for _ in range(count):
        words = ["".join(draw.choices("ab", k=draw.choice([1, 2, 9, 30]))) for _ in range(draw.choice([1, 3, 20]))]
        yield words, [draw.choice(["O", "B-X", "B-Y"]) for _ in words]


def written(path, rows):
    path.write_text(
        "\n".join("".join(f"{w}\t{t}\n" for w, t in zip(*row, strict=True)) for row in rows), encoding="utf-8"
    )
    return path


def corpus(path, folder, **options):
    reader = READERS["conll"](["words", "tags"], scheme="bio")
    return TaggedCorpus.from_files([path], TOKENIZER, cache=folder / "cache", reader=reader, **options)


@pytest.mark.parametrize(("most", "last"), [(8, False), (9, True), (64, False)])
def test_rows_are_those_of_the_graph(tmp_path, most, last):
    rows = [*sentences(25), (["a", "\u0301", "b"], ["B-X", "O", "O"])]  # a word without tokens
    read = corpus(written(tmp_path / "a.conll", rows), tmp_path)
    assert len(read) == sum(len(words) for words, _ in rows)
    options = {"labels": LABELS, "batch_size": 4, "sequence_length": most, "last": last, "seed": None, "buckets": 2}
    source, found = TaggedSource(read, TOKENIZER, **options), []
    for batch in source.dataset():
        batch = {name: values.numpy() for name, values in batch.items()}
        for row in range(4):
            words = batch["num_words"][row]
            assert batch["weights"][row].tolist() == [1] * words + [0] * (len(batch["weights"][row]) - words)
            ids = batch["token_ids"][row][batch["padding_mask"][row]].tolist()
            found += [(ids, batch["word_places"][row, :words].tolist(), batch["tags"][row, :words].tolist())] * bool(
                words
            )
    masks = [batch["padding_mask"].numpy() for batch in source.dataset()]
    # A row that only fills a batch up shows its first place alone.
    real = sum(int(mask.sum()) for mask in masks) - sum(int((mask.sum(1) == 1).sum()) for mask in masks)
    assert source.tokens(0, source.steps_per_epoch) == (real, sum(mask.size for mask in masks))
    packed = WordPacker(TOKENIZER, max_length=most, last=last).pack(tf.ragged.constant([words for words, _ in rows]))
    inputs, tags = (
        {name: values.numpy() for name, values in packed.inputs.items()},
        [tag for row in rows for tag in row[1]],
    )
    expected, first = [], 0
    for row, words in enumerate(inputs["num_words"]):
        ids = inputs["token_ids"][row][inputs["padding_mask"][row]].tolist()
        places = [LABELS.index(tag) for tag in tags[first : first + words]]
        expected.append((ids, inputs["word_places"][row, :words].tolist(), places))
        first += words
    assert sorted(found) == sorted(expected)


def test_tags_are_kept_with_the_cache_and_strange_ones_are_named(tmp_path):
    path = written(tmp_path / "a.conll", [(["a", "b"], ["B-Y", "O"]), (["b"], ["B-X"])])
    for _ in range(2):
        read = corpus(path, tmp_path)
        assert (read.names, read.labels) == (("B-Y", "O", "B-X"), ("O", "B-X", "B-Y"))
        np.testing.assert_array_equal(read.tag_ids(LABELS), [3, 0, 1])
        assert read.words_are_characters
    with pytest.raises(UserError, match=r"a\.conll: line 1, column tags has an unknown tag 'B-Y'.*Known: B-X, O"):
        corpus(path, tmp_path, known=["O", "B-X"])
    with pytest.raises(UserError, match="unknown tag 'B-Y'"):
        read.tag_ids(["O", "B-X"])


def test_it_goes_to_another_process_without_its_tokenizer(tmp_path):
    read = corpus(written(tmp_path / "a.conll", sentences(25)), tmp_path)
    options = {"labels": LABELS, "batch_size": 4, "sequence_length": 9, "last": False, "seed": 0}
    source = TaggedSource(read, TOKENIZER, **options)
    sent = ForkingPickler.dumps(source)
    assert b"keras" not in sent  # a layer would start TensorFlow, and a GPU, in each process
    for name, values in pickle.loads(sent).rows(1, 0, 4).items():
        np.testing.assert_array_equal(values, source.rows(1, 0, 4)[name])
