import io
import warnings

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.zoo import fonts_for as fonts
from langzoo.zoo.attention_map import draw_attention, missing_characters
from langzoo.zoo.attention_reading import AttentionReading
from langzoo.zoo.fonts_for import fonts_for
from langzoo.zoo.read_attention import MAX_WORDS, read_attention
from matplotlib import font_manager
from PIL import Image

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]


def reading(*shape, kind="encoder", words=None, seed=0):
    weights = np.random.default_rng(seed).random(shape).astype(np.float32)
    weights /= weights.sum(-1, keepdims=True)
    words = words or [f"w{i}" for i in range(max(shape[2:]))]
    return AttentionReading(kind, words[: shape[2]], words[: shape[3]], np.zeros(shape[3], bool), weights)


def pixels(picture):
    return np.array(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


def test_special_tokens_are_passed_over_unless_there_is_nothing_else():
    weights = np.float32([[[[1, 0, 0], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]]])
    special = np.array([True, False, False])
    found = AttentionReading("causal", list("abc"), list("abc"), special, weights)
    assert found.looks_most_at().tolist() == [0, 1, 2]


def test_the_mean_is_over_what_is_not_chosen():
    found = reading(2, 3, 4, 4)
    assert found.mean(layer=2) == pytest.approx(found.weights[1].mean(0))
    assert found.mean(head=3) == pytest.approx(found.weights[:, 2].mean(0))
    assert found.mean(layer=1, head=2) == pytest.approx(found.weights[0, 1])
    for wrong in ({"layer": 0}, {"layer": 3}, {"head": 4}):
        with pytest.raises(UserError, match="must be from 1 to"):
            found.mean(**wrong)


def test_the_pieces_of_a_character_look_and_are_looked_at_together():
    model = zoo.create("gpt2_tiny", tokenizer=ByteTokenizer(), initializer_range=0.5)
    found = read_attention(model, "a猫b")
    ids, _ = model.encode_prompts(["a猫b"])
    weights = np.stack([layer[0] for layer in model.attention_weights({"token_ids": ids})])  # (L, H, 6, 6)
    assert (found.kind, found.words) == ("causal", ["<eos>", "a", "猫", "b"])
    assert found.weights.shape == (2, 2, 4, 4)
    assert found.weights[..., 2, 1] == pytest.approx(weights[..., 2:5, 1].mean(-1), abs=1e-6)
    assert found.weights[..., 3, 2] == pytest.approx(weights[..., 5, 2:5].sum(-1), abs=1e-6)
    assert found.weights.sum(-1) == pytest.approx(np.ones((2, 2, 4)), abs=1e-5)
    assert np.triu(found.mean(), 1).max() == 0
    assert found.special.tolist() == [True, False, False, False]


def test_encoders_read_pairs_and_sequence_to_sequence_models_look_across():
    encoder = zoo.create("electra_tiny", tokenizer=WordPieceTokenizer(PIECES))
    found = read_attention(encoder, "the cats", pair="猫")
    assert found.words == found.looked_at == ["[CLS]", "the", "cat", "##s", "[SEP]", "猫", "[SEP]"]
    assert found.special.tolist() == [True, False, False, False, True, False, True]
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "猫"])
    model = zoo.create("transformer_tiny", tokenizer=tokenizer)
    found = read_attention(model, "the cat", pair="猫")
    assert (found.kind, found.words, found.looked_at) == ("cross", ["猫", "<eos>"], ["the", "cat", "<eos>"])
    assert found.weights.sum(-1) == pytest.approx(np.ones((2, 2, 2)), abs=1e-5)


def test_texts_and_models_that_have_no_map():
    model = zoo.create("gpt2_tiny", tokenizer=ByteTokenizer(), max_sequence_length=512)
    assert len(read_attention(model, "猫" * (MAX_WORDS - 1)).words) == MAX_WORDS
    with pytest.raises(UserError, match=f"is {MAX_WORDS + 1} words long .* shows {MAX_WORDS}"):
        read_attention(model, "a" * MAX_WORDS)
    with pytest.raises(UserError, match="has no attention"):
        read_attention(zoo.create("lstm_tiny", tokenizer=ByteTokenizer()), "a")


def test_a_share_is_dark_where_it_lies():
    weights = np.zeros((1, 1, 3, 3), np.float32)
    weights[0, 0, [0, 1, 2], [2, 0, 1]] = 1
    found = AttentionReading("encoder", list("abc"), list("abc"), np.zeros(3, bool), weights)
    picture = pixels(draw_attention(found))[:-100]  # without the scale
    dark = picture.sum(-1) < 200  # the three cells (and letters, which are smaller)
    rows, columns = (np.flatnonzero(dark.mean(axis=axis) > 0.05) for axis in (1, 0))
    assert len(rows) and len(columns)
    cells = picture[rows.min() : rows.max(), columns.min() : columns.max()]
    size = np.array(cells.shape[:2]) / 3
    for row in range(3):
        for column in range(3):
            y, x = ((np.array([row, column]) + 0.5) * size).astype(int)
            assert (cells[y, x].sum() < 250) == (weights[0, 0, row, column] == 1), (row, column)


def test_nothing_is_drawn_above_the_diagonal_of_a_causal_model():
    white = {}
    for kind in ("causal", "encoder"):
        found = reading(1, 1, 12, 12, kind=kind)
        white[kind] = (pixels(draw_attention(found)) == 255).all(-1).mean()
    assert white["causal"] > white["encoder"] + 0.05


@pytest.mark.parametrize(
    ("shape", "choice"),
    [
        ((2, 2, 5, 5), {}),  # every head
        ((4, 8, 5, 5), {}),  # the mean of each layer
        ((4, 8, 5, 5), {"layer": 4}),
        ((4, 8, 5, 5), {"head": 8}),
        ((4, 8, 5, 5), {"layer": 1, "head": 1}),
        ((1, 1, 1, 1), {}),
        ((1, 1, 2, 60), {}),
    ],
)
def test_panels(shape, choice, monkeypatch):
    drawn = []
    monkeypatch.setattr("langzoo.zoo.attention_map._draw_panel", _counted(drawn))
    picture = draw_attention(reading(*shape), **choice)
    assert picture == draw_attention(reading(*shape), **choice)  # the same bytes
    names = {
        (2, 2): ["layer 1, head 1", "layer 1, head 2", "layer 2, head 1", "layer 2, head 2"],
        (1, 1): ["layer 1, head 1"],
        (4, 8): [f"layer {i}, mean of 8 heads" for i in range(1, 5)],
    }[shape[:2]]
    if choice:
        layers, heads = choice.get("layer"), choice.get("head")
        names = [
            f"layer {i}, head {j}"
            for i in range(1, 5)
            for j in range(1, 9)
            if layers in (None, i) and heads in (None, j)
        ]
    assert drawn[: len(drawn) // 2] == names


def test_words_that_are_no_markup_and_long_ones():
    words = ["$x_1^2$", "\\frac{1}{2}", "a" * 300, "猫" * 30, "\u0301", "<b>", "_"]
    picture = pixels(draw_attention(reading(1, 1, 7, 7, words=words), title="$y$"))
    assert picture.shape[1] < 1500


def write_font(path, character):
    """A font of one family with one character, and that an empty one."""
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(character): "rare"})
    builder.setupGlyf({".notdef": Glyph(), "rare": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "rare": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Langzoo Test", "styleName": "Regular"})
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    builder.save(path)


def test_a_font_installed_after_matplotlib_made_its_list_is_found(tmp_path, monkeypatch):
    rare = "\U000f1235"  # a private character, which no real font need have
    manager = font_manager.fontManager
    monkeypatch.setattr(font_manager, "X11FontDirectories", [str(tmp_path)])
    monkeypatch.setattr(manager, "ttflist", list(manager.ttflist))
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    assert fonts_for(f"a{rare}") == ([fonts.DEFAULT_FAMILY], rare)
    write_font(tmp_path / "rare.ttf", rare)
    found = reading(1, 1, 2, 2, words=["a", rare])
    assert missing_characters(found) == ""
    assert fonts_for(f"a{rare}") == ([fonts.DEFAULT_FAMILY, "Langzoo Test"], "")
    assert font_manager.findfont("Langzoo Test", fallback_to_default=False) == str(tmp_path / "rare.ttf")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a glyph that is missing
        assert draw_attention(found)[1:4] == b"PNG"


def test_one_font_after_the_other_is_asked(tmp_path, monkeypatch):
    write_font(tmp_path / "rare.ttf", "\U000f1234")  # a private character, which no real font need have
    entry = font_manager.ttfFontProperty(font_manager.get_font(tmp_path / "rare.ttf"))
    gone = font_manager.FontEntry(fname=str(tmp_path / "gone.ttf"), name="Gone", weight=400)
    assert fonts_for("a\U000f1234\U0010fffd") == ([fonts.DEFAULT_FAMILY], "\U000f1234\U0010fffd")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [gone, entry])
    assert fonts_for("a\U000f1234\U0010fffd") == ([fonts.DEFAULT_FAMILY, "Langzoo Test"], "\U0010fffd")
    found = reading(1, 1, 2, 2, words=["a", "\U0010fffd"])
    assert missing_characters(found) == "\U0010fffd"
    monkeypatch.undo()
    assert draw_attention(found)[1:4] == b"PNG"  # a box


def _counted(drawn):
    from langzoo.zoo.attention_map import _draw_panel

    def draw(axes, weights, name, *args, **kwargs):
        drawn.append(name)
        return _draw_panel(axes, weights, name, *args, **kwargs)

    return draw
