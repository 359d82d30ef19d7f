"""Kokoro's decoder, which takes nine tenths of its time, rewritten for processors without 8-bit dot products.

The model came with convolutions in 8 bits whose scales are found anew for each sentence (ConvInteger, six passes over the numbers
beside it), norms of six operations and a Snake (x + sin²(ax) / a) of five. Here the scales are fixed, the norms are one
operation, and so that the Snake needs but a cosine, each norm gives 2ax + 1 = w: the rest is (w - cos(w - 1)) / 2a, and what
it is divided by goes into the scale of the convolution after it. Kernels get 7 bits and a scale for each channel.

Where a norm follows, a convolution may give 8 bits as well (QLinearConv); where its sound is added to that of others, it must
give floats, or noise is heard (MatMulIntegerToFloat).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docreader.speech import graph
from docreader.speech.network import session

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

    Ranges = Mapping[str, NDArray[np.float32]]
    """Least and most: of what enters a convolution, (2,), and of what leaves it, (2, channels)."""

RANGES = Path(__file__).with_name("decoder.npz")
"""By benchmarks/ranges.py, of sentences in each voice."""
_ROOM = 1.1
"""What other sentences may reach beyond these."""
_TOP = 63
"""Of 7 bits with a sign: two products of 8 and 7 bits are added in 16."""
_SNAKE = " snake"


def quicker(model: "onnx.ModelProto", ranges: "Ranges | None" = None) -> None:
    """Rewrite it in place; ``ranges``: others than those that come along."""
    import numpy as np

    if ranges is None:
        with np.load(RANGES) as packed:
            ranges = {name: packed[name] for name in packed.files}
    floats(model)
    _eight_bits(model, ranges)
    graph.flat(model)


def floats(model: "onnx.ModelProto") -> None:
    """The same weights and what they are meant to compute, in floats."""
    _plain(model)
    graph.apart(model)
    _norms(model)


def measured(
    model: "onnx.ModelProto", said: "Iterable[Mapping[str, NDArray[Any]]]"
) -> "dict[str, NDArray[np.float32]]":
    """The ranges of a model in floats when it is given what was ``said``."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    outputs: dict[str, tuple[str, bool]] = {}
    probed = graph.part(model, {}, [output.name for output in model.graph.output])
    probed.graph.initializer.append(numpy_helper.from_array(np.array([0, 2]), "over"))
    for node in [node for node in probed.graph.node if _eight(node)]:
        for tensor, name in ((node.input[0], node.name), (node.output[0], f"{node.name} out")):
            if name == node.name or _normed(node):
                for kind in ("Min", "Max"):
                    probed.graph.node.append(
                        helper.make_node(f"Reduce{kind}", [tensor, "over"], [name + kind], keepdims=0)
                    )
                    outputs[name + kind] = (name, kind == "Max")
    del probed.graph.output[:]
    probed.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
    run, found = session(probed.SerializeToString()), dict[str, Any]()
    for given in said:
        answer = run.run(list(outputs), {item.name: given[item.name] for item in run.get_inputs()})
        for (name, most), value in zip(outputs.values(), answer, strict=True):
            if not name.endswith(" out"):
                value = value.max() if most else value.min()
            least = found.setdefault(name, np.array([np.full_like(value, np.inf), np.full_like(value, -np.inf)]))
            least[int(most)] = np.maximum(least[1], value) if most else np.minimum(least[0], value)
    return found


def _eight(node: "onnx.NodeProto") -> bool:
    """Whether it is to compute in 8 bits: not what makes the samples, nor what is small."""
    if node.op_type != "Conv" or any(part in node.name for part in ("conv_post", "noise_convs", "ups.")):
        return False
    return bool(graph.attributes(node).get("strides", [1]) == [1])


def _normed(node: "onnx.NodeProto") -> bool:
    """Whether it is the first of two in a block: a norm follows, and nothing else."""
    return "/convs1." in node.name


class _Web:
    """Who makes a tensor, and who takes it."""

    def __init__(self, model: "onnx.ModelProto") -> None:
        self.known = graph.values(model.graph)
        self._makers = {name: node for node in model.graph.node for name in node.output}
        self._takers: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in model.graph.node:
            for name in node.input:
                self._takers[name].append(node)

    def maker(self, tensor: str, kind: str) -> "onnx.NodeProto | None":
        node = self._makers.get(tensor)
        return node if node is not None and node.op_type == kind else None

    def source(self, tensor: str, *kinds: str) -> str:
        """What becomes this tensor by operations of these kinds, each on its first input."""
        for kind in kinds:
            node = self.maker(tensor, kind)
            if node is None:
                raise ValueError(f"{tensor} is not made by {kind}")
            tensor = node.input[0]
        return tensor

    def takers(self, tensor: str) -> "list[onnx.NodeProto]":
        return self._takers[tensor]

    def follow(self, tensor: str, *kinds: str) -> "onnx.NodeProto":
        """The last of a chain of operations of these kinds that begins with this tensor."""
        node = None
        for kind in kinds:
            node = next((node for node in self._takers[tensor] if node.op_type == kind), None)
            if node is None:
                raise ValueError(f"{tensor} does not go into {kind}")
            tensor = node.output[0]
        assert node is not None
        return node

    def constant(self, node: "onnx.NodeProto") -> "NDArray[Any]":
        """Its input that is known."""
        return next(self.known[name] for name in node.input if name in self.known)


def _plain(model: "onnx.ModelProto") -> None:
    """DynamicQuantizeLinear, ConvInteger, Add of the bias, Cast and Mul as the Conv that they were."""
    import numpy as np
    from onnx import helper

    web, made, added = _Web(model), dict[str, Any](), dict[str, Any]()
    for node in model.graph.node:
        if node.op_type != "ConvInteger":
            continue
        given = [web.source(node.input[0], "DynamicQuantizeLinear"), f"{node.name} kernel"]
        (taker,) = web.takers(node.output[0])
        if taker.op_type == "Add":
            given.append(web.source(taker.input[1], "Reshape", "Cast", "Floor", "Div"))
            (taker,) = web.takers(taker.output[0])
        end = web.follow(taker.output[0], "Mul")
        scales = web.maker(end.input[1], "Mul")
        assert taker.op_type == "Cast" and scales is not None
        weight, zero = (web.known[name].astype(np.float32) for name in (node.input[1], node.input[3]))
        added[given[1]] = (weight - zero) * web.constant(scales)
        conv = helper.make_node("Conv", given, [end.output[0]], node.name.removesuffix("_quant"))
        conv.attribute.extend(a for a in node.attribute if a.name != "auto_pad")
        made[end.output[0]] = conv
    graph.changed(model, [made.get(node.output[0], node) for node in model.graph.node], added)


def _norms(model: "onnx.ModelProto") -> None:
    """Norms (mean and deviation of each channel taken away, those of the style given) as one operation, Snakes as a cosine."""
    import numpy as np
    from onnx import helper

    web, made = _Web(model), dict[str, list[Any]]()
    added: dict[str, Any] = {"row": np.array([-1]), "1": np.float32(1), "-1": np.float32(-1)}
    for node in model.graph.node:
        found = _norm(web, node)
        if found is None:
            continue
        source, scale, epsilon = found
        out, bias = node.output[0], node.input[1]
        takers, new = web.takers(out), list[Any]()
        bend = next(
            (t for t in takers if t.op_type == "Mul" and any(name.find(".alpha") > 0 for name in t.input)), None
        )
        last = None
        if bend is not None and len(takers) == 2:
            last = web.follow(bend.output[0], "Sin", "Pow", "Mul", "Add")
            twice = 2 * web.constant(bend)
            added |= {f"{out} 2a": twice, f"{out} 1/2a": 1 / twice}
            new += [
                helper.make_node("Mul", [scale, f"{out} 2a"], [f"{out} scale"]),
                helper.make_node("Mul", [bias, f"{out} 2a"], [f"{out} bias"]),
                helper.make_node("Add", [f"{out} bias", "1"], [f"{out} bias + 1"]),
            ]
            scale, bias = f"{out} scale", f"{out} bias + 1"
        sink = f"{out} w" if last else out
        new += [
            helper.make_node("Reshape", [scale, "row"], [f"{out} scales"]),
            helper.make_node("Reshape", [bias, "row"], [f"{out} biases"]),
            helper.make_node(
                "InstanceNormalization", [source, f"{out} scales", f"{out} biases"], [sink], epsilon=epsilon
            ),
        ]
        if last:
            new += [
                helper.make_node("Add", [sink, "-1"], [f"{out} w - 1"]),
                helper.make_node("Cos", [f"{out} w - 1"], [f"{out} cos"]),
                helper.make_node("Sub", [sink, f"{out} cos"], [f"{out} 2ax"]),
                helper.make_node("Mul", [f"{out} 2ax", f"{out} 1/2a"], [last.output[0]], f"{out}{_SNAKE}"),
            ]
        made[(last or node).output[0]] = new
    nodes = [new for node in model.graph.node for new in made.get(node.output[0], [node])]
    graph.changed(model, nodes, added)
    graph.sort(model.graph)


def _norm(web: _Web, node: "onnx.NodeProto") -> tuple[str, str, float] | None:
    """What is normed, by which scale, and the least deviation, if this adds the bias of a norm."""
    product = web.maker(node.input[0], "Mul") if node.op_type == "Add" else None
    if product is None:
        return None
    for ratio, scale in (product.input, reversed(product.input)):
        if divided := web.maker(ratio, "Div"):
            centred, root = web.maker(divided.input[0], "Sub"), web.maker(divided.input[1], "Sqrt")
            if centred and root and web.maker(centred.input[1], "ReduceMean"):
                least = web.maker(root.input[0], "Add")
                assert least is not None
                return centred.input[0], scale, float(web.constant(least))
    return None


def _eight_bits(model: "onnx.ModelProto", ranges: "Ranges") -> None:
    import numpy as np
    from onnx import helper

    web, nodes = _Web(model), list[Any]()
    added: dict[str, Any] = {"unit": np.float32(1), "nought": np.uint8(0), "time": np.array([1])}
    entered: dict[str, tuple[float, Any]] = {}
    for node in model.graph.node:
        if not _eight(node):
            nodes.append(node)
            continue
        name, source, weight = node.output[0], node.input[0], web.known[node.input[1]]
        bias = web.known[node.input[2]] if len(node.input) > 2 else np.zeros(len(weight), np.float32)
        if source not in entered:
            least, most = (min(0.0, ranges[node.name][0]) * _ROOM, max(0.0, ranges[node.name][1]) * _ROOM)
            scale = float(most - least) / 255
            zero = np.uint8(round(-least / scale))
            entered[source] = scale, zero
            snake = web.maker(source, "Mul")
            scales: Any = np.float32(scale)
            if snake is not None and snake.name.endswith(_SNAKE):
                scales = (scale / web.constant(snake).ravel()).astype(np.float32)
            added |= {f"{source} scale": scales, f"{source} zero": np.full(scales.shape, zero)}
            given = [snake.input[0] if scales.ndim and snake else source, f"{source} scale", f"{source} zero"]
            nodes.append(helper.make_node("QuantizeLinear", given, [f"{source} 8"], axis=1))
            added |= {f"{source} one": np.float32(scale), f"{source} none": zero}
        scale, zero = entered[source]
        steps = np.maximum(np.abs(weight).max(axis=(1, 2)), 1e-8) / _TOP
        kernel = np.rint(weight / steps[:, None, None]).astype(np.int8)
        given = [f"{source} one", f"{source} none"]
        added[f"{name} zeros"] = np.zeros(len(weight), np.int8)
        if _normed(node):  # each channel leaves in a scale of its own, that of the kernel is made to give it
            least, most = ranges[f"{node.name} out"] * _ROOM
            leaving = np.maximum(most - least, 1e-6) / 255
            nothing = np.clip(np.rint(-least / leaving), 0, 255)
            added |= {
                f"{name} kernel": kernel,
                f"{name} steps": (steps / leaving).astype(np.float32),
                f"{name} bias": np.rint((bias / leaving + nothing) * leaving / (scale * steps)).astype(np.int32),
                f"{name} scale": leaving.astype(np.float32),
                f"{name} zero": nothing.astype(np.uint8),
            }
            of = [f"{name} {part}" for part in ("kernel", "steps", "zeros")]
            conv = helper.make_node(
                "QLinearConv", [f"{source} 8", *given, *of, "unit", "nought", f"{name} bias"], [f"{name} 8"]
            )
            conv.attribute.extend(node.attribute)
            left = [f"{name} 8", f"{name} scale", f"{name} zero"]
            nodes += [conv, helper.make_node("DequantizeLinear", left, [name], axis=1)]
            continue
        size = weight.shape[2]
        added |= {
            f"{name} kernel": np.ascontiguousarray(kernel.transpose(2, 1, 0).reshape(-1, len(weight))),
            f"{name} steps": steps.astype(np.float32),
            f"{name} bias": bias.astype(np.float32),
        }
        told = graph.attributes(node)
        around, apart = told.get("pads", [0, 0]), told.get("dilations", [1])[0]
        wide = f"{name} turned"
        nodes.append(helper.make_node("Transpose", [f"{source} 8"], [wide], perm=[0, 2, 1]))
        if size > 1:  # what the kernel meets at each moment, side by side
            added[f"{name} pads"] = np.array([0, around[0], 0, 0, around[1], 0])
            nodes.append(helper.make_node("Pad", [wide, f"{name} pads", f"{source} none"], [f"{name} padded"]))
            reach, wide = (size - 1) * apart, f"{name} columns"
            for tap in range(size):
                added[f"from {tap * apart}"] = np.array([tap * apart])
                added[f"to {tap * apart - reach}"] = np.array([tap * apart - reach or np.iinfo(np.int64).max])
                places = [f"{name} padded", f"from {tap * apart}", f"to {tap * apart - reach}", "time"]
                nodes.append(helper.make_node("Slice", places, [f"{name} tap {tap}"]))
            nodes.append(helper.make_node("Concat", [f"{name} tap {tap}" for tap in range(size)], [wide], axis=2))
        order = [
            wide,
            f"{name} kernel",
            f"{source} one",
            f"{name} steps",
            f"{source} none",
            f"{name} zeros",
            f"{name} bias",
        ]
        nodes += [
            helper.make_node("MatMulIntegerToFloat", order, [f"{name} product"], domain="com.microsoft"),
            helper.make_node("Transpose", [f"{name} product"], [name], perm=[0, 2, 1]),
        ]
    graph.changed(model, nodes, added)
