"""Writing of `tokenizer.json`, the file of Hugging Face's `tokenizers` library."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from ..atomic_file import write_text
from .text_frame import TextFrame

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

_SPACE = "▁"


def write_fast_tokenizer(tokenizer: "Tokenizer", path: Path, *, frame: TextFrame) -> None:
    """Writes a file with which the library gives the same ids.

    Args:
        tokenizer: a tokenizer of kind wordpiece, bpe, sentencepiece or llama2c.
        path: the file to write.
        frame: the special tokens around a text.

    Raises:
        UserError: the library has no template with such a token.
    """
    makers = {
        "wordpiece": _word_piece,
        "bpe": _byte_level,
        "sentencepiece": _sentence_piece,
        "llama2c": _sentence_piece,
    }
    backend = makers[tokenizer.kind](tokenizer)
    if frame.before or frame.after:
        backend.post_processor = _framed(tokenizer, frame)
    from tokenizers import AddedToken

    # In the order of their ids: those that are not in the model get the ids after it.
    names = tokenizer.tokens if tokenizer.vocabulary is None else tokenizer.vocabulary
    ids = {name: token_id for token_id, name in enumerate(names)}
    for token in sorted(tokenizer.found_tokens, key=lambda token: ids[token.content]):  # pyright: ignore[reportAttributeAccessIssue]
        flags = {name: getattr(token, name) for name in ("lstrip", "rstrip", "normalized", "special")}
        added = AddedToken(token.content, **flags)
        (backend.add_special_tokens if token.special else backend.add_tokens)([added])
    write_text(path, backend.to_str(pretty=True) + "\n")


def _base(tokenizer: Any) -> list[str]:
    """The vocabulary without added tokens."""
    tokens = list(tokenizer.vocabulary)
    added = {option["content"] for option in tokenizer.options["added_tokens"]}
    while tokens and tokens[-1] in added:
        tokens.pop()
    return tokens


def _word_piece(tokenizer):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

    options, ids = tokenizer.options, {token: number for number, token in enumerate(_base(tokenizer))}
    backend = Tokenizer(
        models.WordPiece(
            ids,
            unk_token=options["unknown_token"],
            max_input_chars_per_word=min(options["max_characters_per_word"], 2**31),
        )
    )
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=options["split_chinese"],
        strip_accents=options["strip_accents"],
        lowercase=options["lowercase"],
    )
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece(prefix="##")
    return backend


def _byte_level(tokenizer):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    options, ids = tokenizer.options, {token: number for number, token in enumerate(_base(tokenizer))}
    merges = [(left, right) for left, _, right in (line.partition(" ") for line in tokenizer.merges)]
    backend = Tokenizer(models.BPE(ids, merges, unk_token=options["missing_byte_token"]))
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=options["add_prefix_space"])
    if options["single_digits"]:
        splitter = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), splitter])
    backend.pre_tokenizer, backend.decoder = splitter, decoders.ByteLevel()
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    return backend


def _sentence_piece(tokenizer):
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    from ...layers.plain.text.sentence_piece_model import BYTE, UNIGRAM, SentencePieceModel

    data = tokenizer.sentence_piece_model()
    model, options = SentencePieceModel(data), tokenizer.options
    unknown = model.pieces[model.unknown_id]
    if model.model_type == UNIGRAM:
        scores = list(zip(model.pieces, model.scores, strict=True))
        backend = Tokenizer(models.Unigram(scores, model.unknown_id, BYTE in model.types))
    else:
        ids = {piece: number for number, piece in enumerate(model.pieces)}
        backend = Tokenizer(
            models.BPE(
                ids, sentence_piece_merges(model), unk_token=unknown, fuse_unk=True, byte_fallback=BYTE in model.types
            )
        )
    steps: list[Any] = [normalizers.Precompiled(model.character_map)] if model.character_map else []
    if model.removes_spaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    scheme = options.get("space_in_front", "always")
    if not model.space_in_front or scheme == "always":
        steps += [normalizers.Prepend(_SPACE)] if model.space_in_front else []
        steps += [normalizers.Replace(" ", _SPACE)]
    else:
        scheme = "always" if scheme == "missing" else "first"
        backend.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme=scheme, split=False)
    if steps:
        backend.normalizer = normalizers.Sequence(steps)
    written = [decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    backend.decoder = decoders.Sequence([*written, *([decoders.Strip(" ", 1, 0)] if model.space_in_front else [])])
    return backend


def sentence_piece_merges(model) -> list[tuple[str, str]]:
    """The merges of a SentencePiece BPE model, the highest score first.

    Args:
        model: a `SentencePieceModel`.
    """
    from ...layers.plain.text.sentence_piece_model import NORMAL

    ids = {piece: number for number, piece in enumerate(model.pieces)}
    found = []
    for number, (piece, kind) in enumerate(zip(model.pieces, model.types, strict=True)):
        if kind == NORMAL:
            cuts = ((piece[:cut], piece[cut:]) for cut in range(1, len(piece)))
            pairs = [pair for pair in cuts if pair[0] in ids and pair[1] in ids]
            found += [(-model.scores[number], number, *(ids[part] for part in pair), pair) for pair in pairs]
    return [pair for *_, pair in sorted(found)]


def _framed(tokenizer: Any, frame: TextFrame) -> Any:
    """A post-processor that adds the special tokens around a text, or both texts of a pair."""
    from tokenizers import processors

    names = tokenizer.tokens if tokenizer.vocabulary is None else tokenizer.vocabulary
    before, after = ([names[token_id] for token_id in ids] for ids in (frame.before, frame.after))
    # RoBERTa's own class for its rows also trims the space that belongs to a token from its offsets, as ByteLevel does.
    if frame.between == 2:
        start, end = (before[0], frame.before[0]), (after[0], frame.after[0])
        return processors.RobertaProcessing(end, start, add_prefix_space=tokenizer.options["add_prefix_space"])
    if unnamable := [name for name in (*before, *after) if name.startswith("$") or ":" in name]:
        raise UserError(f"transformers has no template with the token {unnamable[0]!r} around a text: choose another")
    segment = int(frame.segments)
    return processors.TemplateProcessing(
        single=[*before, "$A", *after],
        pair=[*before, "$A", *after, f"$B:{segment}", *(f"{token}:{segment}" for token in after)],
        special_tokens=[(name, names.index(name)) for name in dict.fromkeys((*before, *after))],
    )
