"""Quantised embeddings of a LiteRT file, stored once and never converted to float as a whole."""

import copy
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_OPERATOR = schema.BuiltinOperator
_FILE_IDENTIFIER = b"TFL3"
_HYBRID_VERSION = 3  # of EMBEDDING_LOOKUP: int8 rows to float


def with_embedding_lookups(data: bytes) -> bytes:
    """Rewrites a dynamic-range int8 model so that its tables are read row by row.

    The converter quantises the matrix of a product with a scale per row (a word of the vocabulary), and the same matrix
    a second time for look-ups, with one scale for all rows. In other graphs it converts the whole table to float before
    the look-up, and carries that through a loop, which copies it at every step. Here a look-up (GATHER) becomes an
    EMBEDDING_LOOKUP in int8, which shares the matrix of the product if it is the same.

    Args:
        data: a `.tflite` file that the converter wrote.

    Returns:
        The changed file; the same bytes if there is no such look-up.
    """
    model: Any = schema.ModelT.InitFromPackedBuf(bytearray(data), 0)
    found = [_look_up_rows(model, index) for index in range(len(model.subgraphs))]
    if not any(found):
        return data
    _drop_dequantized(model)
    _drop_carried(model)
    _drop_dequantized(model)
    _empty_unused_buffers(model)
    builder = flatbuffers.Builder(len(data))
    builder.Finish(model.Pack(builder), file_identifier=_FILE_IDENTIFIER)
    return bytes(builder.Output())


def _look_up_rows(model: Any, index: int) -> bool:
    """Rewrites the look-ups of one graph; returns whether there were any."""
    graph = model.subgraphs[index]
    operators, needless = [], []
    for operator in graph.operators:
        gather = _kind(model, operator) == _OPERATOR.GATHER and len(graph.tensors[operator.inputs[0]].shape) == 2
        source = _table(model, index, operator.inputs[0]) if gather else None
        if source is None:
            operators.append(operator)
            continue
        out = operator.outputs[0]
        if graph.tensors[out].type == schema.TensorType.INT8:  # converted to float after the look-up
            (following,) = [each for each in graph.operators if out in each.inputs]
            needless.append(id(following))
            out = following.outputs[0]
        operators += _embedding_lookup(model, graph, source, operator.inputs[1], out)
    changed = len(operators) != len(graph.operators)
    graph.operators = [operator for operator in operators if id(operator) not in needless]
    return changed


def _table(model: Any, index: int, tensor: int) -> Any:
    """The int8 constant behind a table, also through a conversion or a loop; None if there is none."""
    graph = model.subgraphs[index]
    described = graph.tensors[tensor]
    if _values(model, described) is not None:
        return described
    for operator in graph.operators:
        if tensor in operator.outputs:
            dequantize = _kind(model, operator) == _OPERATOR.DEQUANTIZE
            return _table(model, index, operator.inputs[0]) if dequantize else None
    for parent, loop in _loops(model):
        if loop.builtinOptions.bodySubgraphIndex == index and tensor in graph.inputs:
            place = list(graph.inputs).index(tensor)
            # A loop that passes it on unchanged.
            return _table(model, parent, loop.inputs[place]) if graph.outputs[place] == tensor else None
    return None


def _loops(model: Any) -> list[tuple[int, Any]]:
    """The loops, each with the number of its graph."""
    numbered = [(index, operator) for index, graph in enumerate(model.subgraphs) for operator in graph.operators]
    return [(index, operator) for index, operator in numbered if _kind(model, operator) == _OPERATOR.WHILE]


def _embedding_lookup(model: Any, graph: Any, source: Any, ids: int, out: int) -> list[Any]:
    """The operators that read the rows `ids` of a table into `out`."""
    graph.tensors.append(copy.copy(_same_matrix(model, source) or source))
    table = len(graph.tensors) - 1
    count = int(np.prod(graph.tensors[ids].shape, dtype=np.int64))
    flat = _tensor(graph, [count], schema.TensorType.INT32)
    rows = _tensor(graph, [count, int(source.shape[1])], schema.TensorType.FLOAT32)
    look_up = _operator(model, _OPERATOR.EMBEDDING_LOOKUP, [flat, table], [rows], version=_HYBRID_VERSION)
    return [_reshape(model, graph, ids, flat), look_up, _reshape(model, graph, rows, out)]


def _same_matrix(model: Any, table: Any) -> Any:
    """A matrix of a product that equals the table except for quantisation; None if there is none."""
    values, step = _values(model, table), table.quantization.scale[0]
    products = [
        graph.tensors[operator.inputs[1]]
        for graph in model.subgraphs
        for operator in graph.operators
        if _kind(model, operator) == _OPERATOR.FULLY_CONNECTED
    ]
    for other in {matrix.buffer: matrix for matrix in products}.values():
        if other.type != schema.TensorType.INT8 or list(other.shape) != list(table.shape):
            continue
        rows = _values(model, other)
        # Each is at most half of its own step away from the original values.
        allowed = 0.51 * (step + np.asarray(other.quantization.scale)[:, np.newaxis])
        if rows is not None and (np.abs(rows - values) <= allowed).all():
            return other
    return None


def _values(model: Any, tensor: Any) -> np.ndarray | None:
    """The values of an int8 constant; None for any other tensor."""
    data = model.buffers[tensor.buffer].data
    scale = None if tensor.quantization is None else tensor.quantization.scale
    if tensor.type != schema.TensorType.INT8 or data is None or not len(data) or scale is None:
        return None
    matrix = np.asarray(data, np.uint8).view(np.int8).reshape(tensor.shape).astype(np.float32)
    return matrix * np.asarray(scale, np.float32).reshape((-1,) + (1,) * (matrix.ndim - 1))


def _drop_dequantized(model: Any) -> None:
    """Removes unused conversions of tables to float."""
    for graph in model.subgraphs:
        used = _read(graph) | {*graph.outputs}
        graph.operators = [
            operator
            for operator in graph.operators
            if _kind(model, operator) != _OPERATOR.DEQUANTIZE or operator.outputs[0] in used
        ]


def _drop_carried(model: Any) -> None:
    """Removes loop variables that are only passed on and never read."""
    for parent, loop in _loops(model):
        graph = model.subgraphs[parent]
        body = model.subgraphs[loop.builtinOptions.bodySubgraphIndex]
        condition = model.subgraphs[loop.builtinOptions.condSubgraphIndex]
        used, used_in_body, used_in_condition = _read(graph) | {*graph.outputs}, _read(body), _read(condition)
        kept = [
            place
            for place, tensor in enumerate(body.inputs)
            if tensor in used_in_body
            or body.outputs[place] != tensor
            or condition.inputs[place] in used_in_condition
            or loop.outputs[place] in used
        ]
        for holder in (loop, body):
            holder.inputs = [holder.inputs[place] for place in kept]
            holder.outputs = [holder.outputs[place] for place in kept]
        condition.inputs = [condition.inputs[place] for place in kept]


def _read(graph: Any) -> set[int]:
    """The input tensors of operators."""
    return {int(tensor) for operator in graph.operators for tensor in operator.inputs}


def _empty_unused_buffers(model: Any) -> None:
    used = {entry.buffer for entry in model.metadata or []}
    for graph in model.subgraphs:
        written = {int(tensor) for operator in graph.operators for tensor in operator.outputs}
        named = _read(graph) | written | {int(tensor) for tensor in [*graph.inputs, *graph.outputs]}
        used |= {graph.tensors[tensor].buffer for tensor in named if tensor >= 0}
        for place, tensor in enumerate(graph.tensors):
            if place not in named:
                tensor.buffer = 0  # the empty one
    for place, buffer in enumerate(model.buffers):
        if place not in used:
            buffer.data = None


def _kind(model: Any, operator: Any) -> int:
    return _code(model.operatorCodes[operator.opcodeIndex])


def _code(code: Any) -> int:
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _operator(model: Any, kind: int, inputs: list[int], outputs: list[int], *, version: int = 1) -> Any:
    known = [(_code(code), code.version) for code in model.operatorCodes]
    if (kind, version) not in known:
        code = schema.OperatorCodeT()
        code.builtinCode, code.deprecatedBuiltinCode, code.version = kind, min(kind, 127), version
        model.operatorCodes.append(code)
        known.append((kind, version))
    operator = schema.OperatorT()
    operator.opcodeIndex = known.index((kind, version))
    operator.inputs, operator.outputs = inputs, outputs
    return operator


def _reshape(model: Any, graph: Any, source: int, target: int) -> Any:
    shape = np.asarray(graph.tensors[target].shape, np.int32)
    buffer: Any = schema.BufferT()
    buffer.data = shape.view(np.uint8)
    model.buffers.append(buffer)
    constant = _tensor(graph, [len(shape)], schema.TensorType.INT32, buffer=len(model.buffers) - 1)
    return _operator(model, _OPERATOR.RESHAPE, [source, constant], [target])


def _tensor(graph: Any, shape: list[int], kind: int, *, buffer: int = 0) -> int:
    tensor: Any = schema.TensorT()
    tensor.name = f"embedding_lookup_{len(graph.tensors)}".encode()
    tensor.shape, tensor.type, tensor.buffer = np.asarray(shape, np.int32), kind, buffer
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1
