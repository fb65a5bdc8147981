"""Maps between our weights and published ones."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .foreign_part import ForeignPart
from .source_tensors import SourceTensors

Rules = Mapping[str, tuple[ForeignPart, ...]]


class WeightMap:
    """A map between our weights and published ones, written once and used in both directions.

    Args:
        rules: path of our weight -> its parts, concatenated on the last axis. One foreign tensor may be used by
            several rules.
        prefixes: the prefixes of the body's names in a larger model, the usual one first; a file of the body alone
            omits them.
        equal: foreign name -> the foreign name of a tied tensor. Either or both may exist; if both do, they are
            compared.
        otherwise: foreign name -> the foreign name of a tensor that replaces it if it is missing.
        ignored: patterns of names (regular expressions, without prefix) that are not weights: computed tables, and
            tensors that no code reads.
        spare: such patterns of weights that files contain although the class for the task does not use them.

    Example:
        >>> from .weight_rules import dense
        >>> weight_map = WeightMap(dense("head/labels", "classifier"))
        >>> weight_map.names
        ('classifier.weight', 'classifier.bias')
    """

    def __init__(
        self,
        rules: Rules,
        *,
        prefixes: Sequence[str] = (),
        equal: Mapping[str, str] | None = None,
        otherwise: Mapping[str, str] | None = None,
        ignored: Sequence[str] = (),
        spare: Sequence[str] = (),
    ):
        self.rules = dict(rules)
        self.prefixes = tuple(prefixes)
        self.equal = dict(equal or {})
        self.otherwise = dict(otherwise or {})
        self._ignored = tuple(re.compile(pattern) for pattern in ignored)
        self._spare = tuple(re.compile(pattern) for pattern in spare)
        self._known = {*self.names, *self.equal}

    @property
    def names(self) -> tuple[str, ...]:
        """The foreign names, without tied ones, in the order of our weights."""
        return tuple(dict.fromkeys(part.name for parts in self.rules.values() for part in parts))

    def usual_name(self, name: str) -> str:
        """The name of a tensor in this map: with the usual prefix, and without the old gamma and beta of norms."""
        bare = next((name.removeprefix(prefix) for prefix in self.prefixes if name.startswith(prefix)), name)
        bare = re.sub(r"(LayerNorm|layer_norm)\.gamma$", r"\1.weight", bare)
        bare = re.sub(r"(LayerNorm|layer_norm)\.beta$", r"\1.bias", bare)
        prefixed = self.prefixes[0] + bare if self.prefixes else bare
        return prefixed if prefixed in self._known else bare

    def assign(
        self,
        weights: Iterable[Any],
        tensors: SourceTensors,
        *,
        leave_out: Sequence[str] = (),
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Fills Keras variables one by one, after the names and shapes of all have been checked.

        Args:
            weights: all variables of the model.
            tensors: the foreign ones.
            leave_out: patterns of names, where `*` matches anything, that may stay unused.
            progress: called with the number of variables filled so far.

        Raises:
            UserError: a foreign tensor is unused, missing or of a wrong shape, two tied tensors differ, or one contains
                NaN or infinity; the variables before that one have been filled.
        """
        by_path = {weight.path: weight for weight in weights}
        shapes = {path: tuple(weight.shape) for path, weight in by_path.items()}
        found = self.resolve(tensors, shapes, leave_out=leave_out)
        self.check_equal(tensors)
        for done, (path, weight) in enumerate(by_path.items(), start=1):
            weight.assign(self.read(path, tensors, found))
            progress(done)

    def resolve(
        self, tensors: SourceTensors, shapes: Mapping[str, tuple[int, ...]], *, leave_out: Sequence[str] = ()
    ) -> dict[str, str]:
        """Finds the tensor of every name, without reading any.

        Args:
            tensors: the foreign ones.
            shapes: the shapes of all our weights, by path.
            leave_out: see `assign`.

        Returns:
            The map's names -> those of the source.

        Raises:
            UserError: as in `assign`.
        """
        if self.rules.keys() != shapes.keys():  # a bug of ours: the map does not belong to this model
            raise ValueError(f"rules must be of the model's weights, not differ in {self.rules.keys() ^ shapes.keys()}")
        found = self.found(tensors, leave_out=leave_out)
        wrong = []
        for path, parts in self.rules.items():
            for part in parts:
                shape, wanted = tensors.shape(found[part.name]), part.shape(shapes[path])
                if shape != wanted:
                    wrong.append(f"{found[part.name]} has shape {shape}, not {wanted}")
        if wrong:
            raise UserError(f"the weights do not match the configuration: {_first(wrong, 'of another shape')}")
        return found

    def found(self, tensors: SourceTensors, *, leave_out: Sequence[str] = ()) -> dict[str, str]:
        """The map's names -> those of the source; UserError for names that are unused, missing or duplicated."""
        by_name, unused = self._sorted_out(tensors, leave_out)
        found, missing = {}, []
        for name in self.names:
            alike = [name, *(other for other, equal in self.equal.items() if equal == name)]
            alike += [self.otherwise[name]] if name in self.otherwise else []
            first = next((by_name[other] for other in alike if other in by_name), None)
            if first is None:
                missing.append(name)
            else:
                found[name] = first
        if missing:
            raise UserError(f"the source lacks a weight of the model: {_first(missing, 'missing')}")
        if unused:
            options = " ".join(f"--leave-out '{pattern}'" for pattern in _patterns(unused, by_name.values()))
            raise UserError(
                f"the source holds a weight that the model has no place for: {_first(unused, 'unused')}; import it for "
                f"another --task, or without it: {options}"
            )
        return found

    def spare(self, tensors: SourceTensors) -> list[str]:
        """The names in a source that belong to the model but are not used by the task."""
        return [name for name in tensors if self._matches(self._spare, name)]

    def check_equal(self, tensors: SourceTensors) -> None:
        """Raises a UserError if two tied tensors differ."""
        by_name, _ = self._sorted_out(tensors, ("*",))
        for name, equal in self.equal.items():
            if name not in by_name or equal not in by_name:
                continue
            first, second = tensors.read(by_name[name], None), tensors.read(by_name[equal], None)
            if not np.array_equal(first, second):
                raise UserError(
                    f"{by_name[name]} and {by_name[equal]} differ, though the configuration ties them: "
                    "set tie_word_embeddings to false in it, if the model can have a matrix of its own"
                )

    def read(self, path: str, tensors: SourceTensors, found: Mapping[str, str]) -> np.ndarray:
        """Reads one of our weights, float32, from the result of `resolve`."""
        parts = [_finite(tensors, found[part.name]) for part in self.rules[path]]
        parts = [array.T if part.transposed else array for array, part in zip(parts, self.rules[path], strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    def to_foreign(self, weights: Iterable[Any], *, bare: bool = False) -> Iterator[tuple[str, tuple[int, ...], Any]]:
        """The reverse: name, shape, and a function that makes the array, for every foreign tensor except tied ones.

        Args:
            weights: all variables of the model.
            bare: whether to omit the prefix, as in a file of the body alone.
        """
        by_path = {weight.path: weight for weight in weights}
        written = set()
        for path, parts in self.rules.items():
            weight, start = by_path[path], 0
            for part in parts:
                ours = tuple(weight.shape)
                stop = start + (ours[-1] if part.columns is None else part.columns)
                if part.name not in written:
                    written.add(part.name)
                    name = part.name.removeprefix(self.prefixes[0]) if bare and self.prefixes else part.name
                    yield name, part.shape(ours), _reader(weight, start, stop, part.transposed)
                start = stop

    def _sorted_out(self, tensors: SourceTensors, leave_out: Sequence[str]) -> tuple[dict[str, str], list[str]]:
        """The map's names -> those of the source, and the names of the source that are not in the map."""
        by_name: dict[str, str] = {}
        unused = []
        for name in tensors:
            usual = self.usual_name(name)
            if usual in self._known:
                if usual in by_name:
                    raise UserError(f"the source holds a weight twice, as {by_name[usual]} and as {name}: remove one")
                by_name[usual] = name
            elif not self._matches((*self._ignored, *self._spare), name) and not any(
                fnmatch.fnmatchcase(name, each) for each in leave_out
            ):
                unused.append(name)
        return by_name, unused

    def _matches(self, patterns: Sequence[re.Pattern], name: str) -> bool:
        bare = next((name.removeprefix(prefix) for prefix in self.prefixes if name.startswith(prefix)), name)
        return any(pattern.fullmatch(bare) for pattern in patterns)


def _finite(tensors: SourceTensors, name: str) -> np.ndarray:
    """A tensor, checked to be finite: a model with a single NaN returns NaN."""
    with np.errstate(over="ignore"):  # a float64 beyond float32 is reported below
        array = tensors.read(name)
    finite = np.isfinite(array)
    if not finite.all():
        count = int(finite.size - np.count_nonzero(finite))
        raise UserError(
            f"the weight {name} holds {count:,} numbers that are NaN or infinite in float32, of {finite.size:,}: the "
            "file is damaged or its training failed; copy it again, or take an earlier checkpoint"
        )
    return array


def _reader(weight, start: int, stop: int, transposed: bool) -> Callable[[], np.ndarray]:
    def read():
        array = np.asarray(weight.numpy(), np.float32)[..., start:stop]
        return np.ascontiguousarray(array.T if transposed else array)

    return read


def _first(names: list[str], what: str) -> str:
    return f"{names[0]} ({len(names)} {what})"


def _patterns(unused: Sequence[str], used: Iterable[str]) -> list[str]:
    """Patterns of all these names, as short as possible without matching a used name."""
    taken = {".".join(steps[:n]) for name in used for steps in [name.split(".")] for n in range(1, len(steps) + 1)}
    groups: dict[str, list[str]] = {}
    for name in unused:
        steps = name.split(".")
        starts = (".".join(steps[:n]) for n in range(1, len(steps) + 1))
        groups.setdefault(next((start for start in starts if start not in taken), name), []).append(name)
    return [names[0] if len(names) == 1 else f"{start}.*" for start, names in groups.items()]
