"""The operations allowed in a SavedModel. It is a program: TensorFlow has operations that read and write files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2

from ..layers.plain.errors import UserError

SHOWN = 3

# Arithmetic, arrays, strings, tables in memory, variables and control flow: nothing that touches files, devices,
# networks or Python. Those that exports of langzoo have, and similar ones that models of other packages may need.
_ALLOWED = """
Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Assert AssignAddVariableOp AssignSubVariableOp
AssignVariableOp Atan Atan2 Atanh BatchMatMul BatchMatMulV2 BatchMatMulV3 BiasAdd Bincount Bitcast BitwiseAnd
BitwiseOr BitwiseXor BroadcastArgs BroadcastTo Bucketize Case Cast Ceil CheckNumerics ClipByValue Concat
ConcatOffset ConcatV2 Const Conv1D Conv2D Cos Cosh Cumprod Cumsum DecodeRaw DenseBincount DepthwiseConv2dNative
DisableCopyOnRead DivNoNan DynamicPartition DynamicStitch Einsum Elu EmptyTensorList EnsureShape Equal Erf Erfc Erfinv
Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNormV3 Gather GatherNd GatherV2 Greater GreaterEqual
HashTableV2 Identity IdentityN If InTopKV2 Invert InvertPermutation IsFinite IsInf IsNan L2Loss LeakyRelu LeftShift
Less LessEqual Lgamma LinSpace Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr LookupTableFindV2
LookupTableImportV2 LookupTableSizeV2 LowerBound MatMul MatrixBandPart MatrixDiagPartV3 MatrixDiagV3 Max MaxPool
Maximum Mean Min Minimum MirrorPad Mod Mul MulNoNan Multinomial Neg NoOp NotEqual OneHot OnesLike Pack Pad PadV2
ParallelDynamicStitch PartitionedCall Placeholder PlaceholderWithDefault Pow PreventGradient Prod RaggedGather
RaggedRange RaggedTensorFromVariant RaggedTensorToTensor RaggedTensorToVariant RandomStandardNormal RandomUniform
RandomUniformInt Range Rank ReadVariableOp RealDiv Reciprocal ReduceJoin Relu Relu6 Reshape ResourceGather
ReverseSequence ReverseV2 RightShift Roll Round Rsqrt ScatterNd SegmentMax SegmentMean SegmentMin SegmentProd
SegmentSum Select SelectV2 Selu SentencepieceDetokenizeOp SentencepieceOp SentencepieceTokenizeOp
SentencepieceVocabSizeOp Shape ShapeN Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign Split SplitV Sqrt
Square SquaredDifference Squeeze StatefulPartitionedCall StatelessCase StatelessIf StatelessMultinomial
StatelessRandomGetAlg StatelessRandomGetKeyCounter StatelessRandomNormalV2 StatelessRandomUniformFullIntV2
StatelessRandomUniformIntV2 StatelessRandomUniformV2 StatelessWhile StaticRegexFullMatch StaticRegexReplace
StopGradient StridedSlice StringFormat StringJoin StringLength StringLower StringSplitV2 StringStrip
StringToHashBucketFast StringToNumber StringUpper Sub Substr Sum Tan Tanh TensorListElementShape
TensorListFromTensor TensorListGetItem TensorListLength TensorListPopBack TensorListPushBack TensorListReserve
TensorListResize TensorListSetItem TensorListStack TensorScatterAdd TensorScatterMax TensorScatterMin
TensorScatterSub TensorScatterUpdate TensorStridedSliceUpdate Tile TopKV2 Transpose TruncateDiv TruncateMod
UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode UnicodeScript UnicodeTranscode Unique UniqueV2 UniqueWithCounts
Unpack UnsortedSegmentJoin UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum UpperBound
VarHandleOp VarIsInitializedOp Where While Xdivy Xlogy ZerosLike
"""
ALLOWED = frozenset(_ALLOWED.split())
SAVING = frozenset({"MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename"})
"""The operations that read and write the checkpoint of a SavedModel's variables."""


def check_operations(folder: Path) -> None:
    """Checks that a SavedModel only computes: all of its operations must be in `ALLOWED`.

    The functions that save and restore its variables are skipped, unless something else calls them: nothing here does.

    Args:
        folder: the folder with `saved_model.pb`.

    Raises:
        UserError: it has another operation, or is not a SavedModel.
    """
    model = saved_model_pb2.SavedModel()
    try:
        model.ParseFromString((folder / "saved_model.pb").read_bytes())
    except (DecodeError, OSError) as error:
        raise UserError(f"{folder} is damaged, it contains no SavedModel: export the model again") from error
    if len(model.meta_graphs) != 1 or not model.meta_graphs[0].HasField("object_graph_def"):
        raise UserError(f"{folder} is not a SavedModel as TensorFlow 2 writes it: export the model again")
    found = sorted(_operations(model.meta_graphs[0]) - ALLOWED)
    if found:
        shown = ", ".join(name[:60] if name.isidentifier() else repr(name[:60]) for name in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise UserError(
            f"{folder} contains operations that langzoo's exports do not have, {shown}{more}, which may read and write "
            "files: open it with --trust (trust=True) if you trust whoever made it"
        )


def _operations(graph) -> set[str]:
    """Returns the names of the operations in a graph and its functions, except those that save and restore variables.

    These are excepted in functions that only the saver's nodes call, and that no object of the model has: loading a
    model makes the functions of its objects callable, and runs those that initialize them.
    """
    functions = {function.signature.name: function.node_def for function in graph.graph_def.library.function}
    saving = {graph.saver_def.save_tensor_name.partition(":")[0], graph.saver_def.restore_op_name}
    savers = _reached(_called_by(node for node in graph.graph_def.node if node.name in saving), functions)
    called = _called_by(node for node in graph.graph_def.node if node.name not in saving)
    called.update(graph.object_graph_def.concrete_functions)
    for node in graph.object_graph_def.nodes:
        called.update(node.function.concrete_functions, [node.bare_concrete_function.concrete_function_name])
    others = _reached((functions.keys() - savers) | called, functions)
    own = {node.op for node in graph.graph_def.node}
    return (own | _within(others, functions) | (_within(savers, functions) - SAVING)) - functions.keys()


def _within(names: Iterable[str], functions) -> set[str]:
    """Returns the names of the operations in these functions."""
    return {node.op for name in names for node in functions[name]}


def _called_by(nodes: Iterable[Any]) -> set[str]:
    """Returns the names that these nodes call."""
    return {name for node in nodes for name in _called(node)}


def _reached(names: Iterable[str], functions) -> set[str]:
    """Returns the functions of those names and all functions that they call."""
    reached, left = set(), [name for name in names if name in functions]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += [called for node in functions[name] for called in _called(node) if called in functions]
    return reached


def _called(node) -> list[str]:
    """Returns the functions that a node calls: those in its attributes, and its own operation if that is one."""
    called = [node.op]
    for attribute in node.attr.values():
        if attribute.func.name:
            called.append(attribute.func.name)
        called += [function.name for function in attribute.list.func]
    return called
