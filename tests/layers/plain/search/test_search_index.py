"""The folder of an index: what is written is found again, and what is damaged is told in one line."""

import json
import math

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.file_entry import file_entry
from langzoo.layers.plain.search.bm25 import BM25
from langzoo.layers.plain.search.search_index import PIECE, SearchIndex
from langzoo.layers.plain.search.terms import search_terms

TEXTS = ["the cat sat", "a dog", "cat, cat and dog", "猫咪坐着", "Ünïcode CAT"]


def documents(texts=TEXTS):
    return [{"id": f"d{number}", "text": text} for number, text in enumerate(texts)]


def embed(texts):
    return np.array([[len(text), text.count("c"), 1.0] for text in texts])


STARTS = [
    np.array([0, 9, 3, 4, 2, 2**50], np.int64).tobytes(),
    np.array([0, 2**62, -(2**62), 1, 2, 3], np.int64).tobytes(),
    b"",
]


@pytest.fixture(params=["bm25", "vectors"])
def folder(request, tmp_path):
    given = {} if request.param == "bm25" else {"embed": embed, "model": "m", "digest": "abc"}
    assert SearchIndex.write(tmp_path, documents(), **given) == len(TEXTS)
    return tmp_path


def test_bm25_is_its_formula(tmp_path):
    """Lucene's: idf ln(1 + (N - n + 0.5) / (n + 0.5)), k1 1.5, b 0.75, without the factor k1 + 1."""
    SearchIndex.write(tmp_path, documents())
    terms = [search_terms(text) for text in TEXTS]
    mean, expected = sum(map(len, terms)) / len(terms), {}
    for number, found in enumerate(terms):
        score = 0.0
        for query in ("cat", "dog"):
            having = sum(query in each for each in terms)
            idf = math.log(1 + (len(terms) - having + 0.5) / (having + 0.5))
            count = found.count(query)
            score += idf * count / (count + 1.5 * (0.25 + 0.75 * len(found) / mean))
        if score:
            expected[f"d{number}"] = score
    found = SearchIndex(tmp_path).search(["Cat dog?"], most=10)[0]
    assert [each["id"] for each, _ in found] == sorted(expected, key=lambda name: -expected[name])
    for each, score in found:
        np.testing.assert_allclose(score, expected[each["id"]], rtol=1e-5)


def test_chinese_is_found_by_its_characters(tmp_path):
    SearchIndex.write(tmp_path, documents())
    assert [[each["id"] for each, _ in found] for found in SearchIndex(tmp_path).search(["小猫", "?"], most=9)] == [
        ["d3"],
        [],
    ]


def test_vectors_over_several_pieces(tmp_path):
    texts = [f"text {number}" for number in range(PIECE + 3)]
    random = np.random.default_rng(1)
    vectors = random.normal(size=(len(texts), 5))
    SearchIndex.write(tmp_path, documents(texts), embed=lambda some: vectors[[int(text.split()[1]) for text in some]])
    index = SearchIndex(tmp_path)
    found = index.search(vectors[[PIECE + 1, 7]] * 3, most=1)
    assert [(each["id"], round(score, 5)) for [(each, score)] in found] == [(f"d{PIECE + 1}", 1.0), ("d7", 1.0)]
    with pytest.raises(UserError, match="the model's vectors have 4 numbers and those of the index 5"):
        index.search(np.zeros((1, 4)), most=1)


def test_nothing_is_pickled(folder):
    for path in folder.iterdir():
        assert not path.read_bytes().startswith((b"\x80", b"\x93NUMPY", b"PK")), path


def test_every_damaged_file_is_told(folder):
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        for damaged in (content[:-1], content[:-1] + bytes([content[-1] ^ 1]), b"", content * 2):
            path.write_bytes(damaged)
            if path.name == "manifest.json" and damaged.strip() == content.strip():
                continue
            with pytest.raises(UserError, match=r"damaged|is missing"):
                SearchIndex(folder)
        path.unlink()
        with pytest.raises(UserError, match="missing"):
            SearchIndex(folder)
        path.write_bytes(content)
    SearchIndex(folder)


@pytest.mark.parametrize(
    ("folder", "name", "content"),
    [
        ("bm25", "bm25_indices", np.array([-1] * 11, np.int32).tobytes()),
        ("bm25", "bm25_indptr", np.array([0, 2**60], np.int64).tobytes()),
        ("bm25", "bm25_terms.json", b'{"a": 1}'),
        ("bm25", "bm25_terms.json", b'["a", "a"]'),
        ("bm25", "bm25_data", b"abc"),
        *((ranking, "starts", starts) for ranking in ("bm25", "vectors") for starts in STARTS),
        ("vectors", "vectors", np.zeros(4, np.float32).tobytes()),
    ],
    indirect=["folder"],
)
def test_what_somebody_made_with_right_hashes_is_not_believed(folder, name, content):
    """A manifest that goes with its files says nothing of what is in them."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / name).write_bytes(content)
    manifest["files"][name] = file_entry(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UserError, match="damaged"):
        SearchIndex(folder)


@pytest.mark.parametrize("change", [{"documents": 0}, {"dimension": 10**9}, {"format": 2}, {"more": 1}, {"kind": "x"}])
def test_a_strange_manifest_is_refused(folder, change):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **change}))
    with pytest.raises(UserError, match=r"damaged|holds something other than an index"):
        SearchIndex(folder)


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(UserError, match="there is no document"):
        SearchIndex.write(tmp_path, [])
    with pytest.raises(UserError, match="NaN or infinity"):
        SearchIndex.write(tmp_path, documents(), embed=lambda texts: np.full((len(texts), 2), np.nan))
    with pytest.raises(UserError, match="no document has a letter"):
        BM25.of(["?", "..."])
