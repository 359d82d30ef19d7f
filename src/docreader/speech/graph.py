"""Networks as graphs (ONNX), rewritten so that onnxruntime computes the same thing in less time on a processor's core.

What is learned of a network of one dimension, time, is true of a picture of one row, too; and for pictures onnxruntime has
convolutions that go through the samples once, where those of one dimension copy every sample as often as the kernel is long.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

_BLOCK = 8
"""Channels that the convolutions of pictures take at once, at least: those of fewer stay what they are."""


def part(
    model: "onnx.ModelProto",
    given: "Mapping[str, onnx.ValueInfoProto | None]",
    wanted: Sequence[str],
    names: Mapping[str, str] | None = None,
) -> "onnx.ModelProto":
    """A copy of what computes the tensors ``wanted`` from the model's own inputs and ``given``, each with what it is (None:
    floats); ``names`` are new ones for tensors."""
    import onnx
    from onnx import TensorProto, helper

    called = {name: (names or {}).get(name, name) for name in (*given, *wanted)}
    taken = onnx.ModelProto()
    taken.CopyFrom(model)
    graph = taken.graph
    own = {output.name: output for output in graph.output}
    for node in graph.node:
        for place, name in enumerate(node.output):
            if name in given:
                node.output[place] = f"{name} itself"
            elif name in called:
                node.output[place] = called[name]
        for place, name in enumerate(node.input):
            if name in called:
                node.input[place] = called[name]
    for name, info in given.items():
        told = info or helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        told.name = called[name]
        graph.input.append(told)
    del graph.output[:]
    for name in wanted:
        told = own.get(name) or onnx.ValueInfoProto()
        told.name = called[name]
        graph.output.append(told)
    prune(graph)
    return taken


def prune(graph: "onnx.GraphProto") -> None:
    """Drop what no output needs."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    del graph.value_info[:]
    fields: tuple[Any, ...] = (graph.initializer, graph.input)
    for field in fields:
        left = [item for item in field if item.name in needed]
        del field[:]
        field.extend(left)


def attributes(node: "onnx.NodeProto") -> dict[str, Any]:
    from onnx import helper

    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def values(graph: "onnx.GraphProto") -> "dict[str, NDArray[Any]]":
    """What is constant in it, by name."""
    from onnx import numpy_helper

    found = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and "value" in (told := attributes(node)):
            found[node.output[0]] = numpy_helper.to_array(told["value"])
    return found


def flat(model: "onnx.ModelProto") -> None:
    """Its convolutions of one dimension as those of pictures one row high."""
    from onnx import helper

    known, added, nodes = values(model.graph), {"the row": _numbers(2)}, []
    for node in model.graph.node:
        told = attributes(node)
        weight = known.get(node.input[1]) if node.op_type == "Conv" else None
        plain = told.get("group", 1) == 1 and "auto_pad" not in told
        if weight is None or weight.ndim != 3 or max(weight.shape[:2]) < _BLOCK or not plain:
            nodes.append(node)
            continue
        source, sink, kernel = f"{node.output[0]} from", f"{node.output[0]} to", f"{node.input[1]} flat"
        added[kernel] = weight[:, :, None]
        pads = told.get("pads", [0, 0])
        how: dict[str, Any] = {name: [1, told.get(name, [1])[0]] for name in ("strides", "dilations")}
        how |= {"kernel_shape": [1, weight.shape[2]], "pads": [0, pads[0], 0, pads[1]]}
        nodes += [
            helper.make_node("Unsqueeze", [node.input[0], "the row"], [source]),
            helper.make_node("Conv", [source, kernel, *node.input[2:]], [sink], node.name, **how),
            helper.make_node("Squeeze", [sink, "the row"], [node.output[0]]),
        ]
    changed(model, nodes, added)


def apart(model: "onnx.ModelProto") -> None:
    """Where it makes several samples of one (ConvTranspose), each of them as a channel of its own, put in a row afterwards."""
    import numpy as np
    from onnx import helper

    how: dict[str, Any]
    known, added, nodes = values(model.graph), {"the time": _numbers(2)}, []
    for node in model.graph.node:
        told = attributes(node)
        weight = known.get(node.input[1]) if node.op_type == "ConvTranspose" else None
        if weight is None or weight.ndim != 3 or not _halves(told, weight.shape[2]):
            nodes.append(node)
            continue
        sink, stride, (inside, outside) = node.output[0], told["strides"][0], weight.shape[:2]
        taps = np.stack([weight[:, :, stride:], weight[:, :, :stride]], axis=-1)  # of the sample before, and of its own
        added |= {
            f"{sink} kernel": np.ascontiguousarray(taps.transpose(1, 2, 0, 3).reshape(outside * stride, inside, 2)),
            f"{sink} apart": _numbers(1, outside, stride, -1),
            f"{sink} together": _numbers(1, outside, -1),
            f"{sink} first": _numbers(stride // 2),
            f"{sink} last": _numbers(-(stride // 2)),
        }
        given = [node.input[0], f"{sink} kernel"]
        if len(node.input) > 2:
            added[f"{sink} bias"] = np.repeat(known[node.input[2]], stride)
            given.append(f"{sink} bias")
        how = {"kernel_shape": [2], "strides": [1], "dilations": [1], "pads": [1, 1]}
        nodes += [
            helper.make_node("Conv", given, [f"{sink} 1"], node.name, **how),
            helper.make_node("Reshape", [f"{sink} 1", f"{sink} apart"], [f"{sink} 2"]),
            helper.make_node("Transpose", [f"{sink} 2"], [f"{sink} 3"], perm=[0, 1, 3, 2]),
            helper.make_node("Reshape", [f"{sink} 3", f"{sink} together"], [f"{sink} 4"]),
            helper.make_node("Slice", [f"{sink} 4", f"{sink} first", f"{sink} last", "the time"], [sink]),
        ]
    changed(model, nodes, added)


def _halves(told: Mapping[str, Any], size: int) -> bool:
    """Whether two samples make each one, and as many as the stride come of one."""
    stride = told.get("strides", [1])[0]
    usual = {"dilations": [1], "output_padding": [0], "group": 1}
    plain = all(told.get(name, value) == value for name, value in usual.items())
    known = {"dilations", "output_padding", "group", "strides", "pads", "kernel_shape"} >= told.keys()
    return plain and known and stride > 1 and size == 2 * stride and told.get("pads") == [stride // 2, stride // 2]


def changed(model: "onnx.ModelProto", nodes: "Sequence[onnx.NodeProto]", added: "Mapping[str, NDArray[Any]]") -> None:
    """Give it other nodes, and tensors that they need."""
    import numpy as np
    from onnx import numpy_helper

    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(value), name) for name, value in added.items())
    prune(model.graph)


def sort(graph: "onnx.GraphProto") -> None:
    """Each node after those that make what it needs."""
    ready = {"", *(item.name for item in (*graph.initializer, *graph.input))}
    left, nodes = list(graph.node), []
    while left:
        waiting = []
        for node in left:
            if ready.issuperset(node.input):
                nodes.append(node)
                ready.update(node.output)
            else:
                waiting.append(node)
        if len(waiting) == len(left):
            raise ValueError(f"{left[0].name} needs what nothing makes")
        left = waiting
    del graph.node[:]
    graph.node.extend(nodes)


def _numbers(*numbers: int) -> "NDArray[np.int64]":
    import numpy as np

    return np.array(numbers, np.int64)


def improved(model: "onnx.ModelProto") -> bytes:
    """As onnxruntime would make it first each time that it is loaded; for any processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "made.onnx")
        options.optimized_model_filepath = str(made)
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return made.read_bytes()


def quantised(
    model: "onnx.ModelProto", said: "Iterable[Mapping[str, NDArray[Any]]]", chosen: "Callable[[str], bool]"
) -> "onnx.ModelProto":
    """A copy whose convolutions with a ``chosen`` name compute in 8 bits. Each channel of a kernel has a scale of its own, in
    which it has 7 bits, as processors without 8-bit dot products need it; the scales of what enters and leaves are fixed, by what
    the model computes of the inputs ``said``."""
    import logging

    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    eight = [node.name for node in model.graph.node if node.op_type == "Conv" and chosen(node.name)]
    if not eight:
        return model

    class Said(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
        def __init__(self) -> None:
            self._left = iter(said)

        def get_next(self) -> Any:
            return next(self._left, None)

    with tempfile.TemporaryDirectory() as folder:
        before, after = str(Path(folder, "before.onnx")), str(Path(folder, "after.onnx"))
        onnx.save(model, before)
        try:
            logging.disable(logging.WARNING)  # its advice to pre-process
            quantize_static(
                before,
                after,
                Said(),
                quant_format=QuantFormat.QOperator,
                op_types_to_quantize=["Conv"],
                nodes_to_quantize=eight,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        finally:
            logging.disable(logging.NOTSET)
        return onnx.load(after)
