"""Networks kept as ONNX, computed by torch in floats, so that one can ask how their output changes with what is put in.

What was quantised is computed as it was meant: dynamic quantisation is left out, weights are taken back to floats.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

Tensor = Any
Told = dict[str, Any]
_TYPES = {
    1: torch.float32, 2: torch.uint8, 3: torch.int8, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16,
    11: torch.float64,
}  # fmt: skip
_F = torch.nn.functional


class Network:
    """``change``: for tensors of these names, what is made of them on the way."""

    def __init__(self, model: onnx.ModelProto, wanted: Sequence[str]) -> None:
        self._wanted = list(wanted)
        self.change: dict[str, Callable[[Tensor], Tensor]] = {}
        self.known: dict[str, Tensor] = {
            item.name: torch.from_numpy(np.array(numpy_helper.to_array(item))) for item in model.graph.initializer
        }
        needed, nodes = set(wanted), []
        for node in reversed(model.graph.node):
            if needed.intersection(node.output):
                nodes.append(node)
                needed.update(node.input)
        self._steps: list[tuple[Any, Told, Callable[..., Any]]] = []
        for node in reversed(nodes):
            told = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} | {"outputs": len(node.output)}
            how = _OPERATIONS[node.op_type]
            if node.op_type != "DynamicQuantizeLinear" and all(not name or name in self.known for name in node.input):
                self.known.update(self._made(node, how(told, *(self.known.get(name) for name in node.input))))
            else:
                self._steps.append((node, told, how))
        last = {name: place for place, (node, _, _) in enumerate(self._steps) for name in node.input}
        self._done: list[list[str]] = [[] for _ in self._steps]
        for name, place in last.items():
            if name not in self.known and name not in wanted:
                self._done[place].append(name)

    @staticmethod
    def _made(node: Any, answer: Any) -> dict[str, Tensor]:
        many = answer if isinstance(answer, tuple | list) else (answer,)
        return {name: value for name, value in zip(node.output, many, strict=False) if name}

    def __call__(self, given: dict[str, Tensor]) -> list[Tensor]:
        have = self.known | given
        for (node, told, how), done in zip(self._steps, self._done, strict=True):
            for name, value in self._made(node, how(told, *(have.get(name) for name in node.input))).items():
                have[name] = self.change[name](value) if name in self.change else value
            for name in done:
                have.pop(name, None)
        return [have[name] for name in self._wanted]


def _divided(told: Told, x: Tensor, y: Tensor) -> Tensor:
    return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")


def _clip(told: Told, x: Tensor, low: Tensor = None, high: Tensor = None) -> Tensor:
    return torch.clamp(x, None if low is None else low.item(), None if high is None else high.item())


def _places(axes: Tensor, size: int) -> list[int]:
    return sorted(int(axis) % size for axis in axes.reshape(-1).tolist())


def _unsqueeze(told: Told, x: Tensor, axes: Tensor) -> Tensor:
    for axis in _places(axes, x.dim() + axes.numel()):
        x = x.unsqueeze(axis)
    return x


def _squeeze(told: Told, x: Tensor, axes: Tensor = None) -> Tensor:
    if axes is None:
        return x.squeeze()
    for axis in reversed(_places(axes, x.dim())):
        x = x.squeeze(axis)
    return x


def _reshape(told: Told, x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([int(size) or x.shape[n] for n, size in enumerate(shape.tolist())])


def _split(told: Told, x: Tensor, sizes: Tensor = None) -> Any:
    axis = told.get("axis", 0)
    return torch.chunk(x, told["outputs"], axis) if sizes is None else torch.split(x, sizes.tolist(), axis)


def _gather(told: Told, x: Tensor, which: Tensor) -> Tensor:
    axis = told.get("axis", 0) % max(1, x.dim())
    which = torch.where(which < 0, which + x.shape[axis], which).long()
    taken = torch.index_select(x, axis, which.reshape(-1))
    return taken.reshape([*x.shape[:axis], *which.shape, *x.shape[axis + 1 :]])


def _slice(told: Told, x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor = None, steps: Tensor = None) -> Tensor:
    which = range(starts.numel()) if axes is None else axes.tolist()
    strides = [1] * starts.numel() if steps is None else steps.tolist()
    for axis, start, end, stride in zip(which, starts.tolist(), ends.tolist(), strides, strict=True):
        size = x.shape[axis]
        rows = range(size)[slice(int(start), int(end) if end > -(2**62) else None, int(stride))]
        x = torch.index_select(x, int(axis), torch.tensor(list(rows), dtype=torch.int64))
    return x


def _expand(told: Told, x: Tensor, shape: Tensor) -> Tensor:
    return x.expand(torch.broadcast_shapes(tuple(x.shape), tuple(int(size) for size in shape.tolist())))


def _constant(told: Told, shape: Tensor) -> Tensor:
    value = torch.from_numpy(np.array(numpy_helper.to_array(told["value"]))) if "value" in told else torch.zeros(1)
    return value.reshape(-1)[0].expand([int(size) for size in shape.tolist()]).clone()


def _scatter(told: Told, x: Tensor, where: Tensor, what: Tensor) -> Tensor:
    x = x.clone()
    x[tuple(where.reshape(-1, where.shape[-1]).t())] = what.reshape(-1, *x.shape[where.shape[-1] :])
    return x


def _reduced(how: str) -> Callable[..., Tensor]:
    def reduce(told: Told, x: Tensor, axes: Tensor = None) -> Tensor:
        along = told["axes"] if axes is None else axes.tolist()
        return getattr(x, how)([int(axis) for axis in along], keepdim=bool(told.get("keepdims", 1)))

    return reduce


def _product(told: Told, x: Tensor, y: Tensor) -> Tensor:
    x = x.transpose(-1, -2) if told.get("transA") else x
    y = y.transpose(-1, -2) if told.get("transB") else y
    return told.get("alpha", 1.0) * (x @ y)


def _floats(told: Told, x: Tensor, scale: Tensor, zero: Tensor = None) -> Tensor:
    if scale.dim() == 1 and scale.numel() > 1:
        shape = [1] * x.dim()
        shape[told.get("axis", 1)] = -1
        scale, zero = scale.reshape(shape), None if zero is None else zero.reshape(shape)
    return (x.float() - (0 if zero is None else zero.float())) * scale


def _less_zero(x: Tensor, zero: Tensor) -> Tensor:
    if zero is None:
        return x.float()
    return x.float() - (zero.float().reshape(-1, *[1] * (x.dim() - 1)) if zero.numel() > 1 else zero.float())


def _convolved(told: Told, x: Tensor, kernel: Tensor, bias: Tensor = None) -> Tensor:
    size = x.dim() - 2
    pads, group = told.get("pads", [0] * 2 * size), told.get("group", 1)
    x = _F.pad(x, [pads[n + side * size] for n in reversed(range(size)) for side in (0, 1)])
    how = _F.conv1d if size == 1 else _F.conv2d
    return how(x, kernel, bias, told.get("strides", [1] * size), 0, told.get("dilations", [1] * size), group)


def _apart(told: Told, x: Tensor, kernel: Tensor, bias: Tensor = None) -> Tensor:
    pads, more = told.get("pads", [0, 0]), told.get("output_padding", [0])
    return _F.conv_transpose1d(x, kernel, bias, told["strides"], pads[0], more, told.get("group", 1))


def _norm(told: Told, x: Tensor, weight: Tensor, bias: Tensor = None) -> Tensor:
    return _F.layer_norm(x, x.shape[-1:], weight, bias, told.get("epsilon", 1e-5))


def _padded(told: Told, x: Tensor, pads: Tensor, value: Tensor = None) -> Tensor:
    size, mode = x.dim(), told.get("mode", b"constant").decode()
    sides = [int(pads[n + side * size]) for n in reversed(range(size)) for side in (0, 1)]
    if mode == "constant":
        return _F.pad(x, sides, value=0.0 if value is None else value.item())
    while sides[-2:] == [0, 0] and len(sides) > 2 * (size - 2):
        sides = sides[:-2]
    return _F.pad(x, sides, mode={"reflect": "reflect", "edge": "replicate"}[mode])


def _resized(told: Told, x: Tensor, roi: Tensor = None, scales: Tensor = None, sizes: Tensor = None) -> Tensor:
    given = sizes is not None and sizes.numel() > 0
    size = int(sizes[2]) if given else math.floor(x.shape[2] * float(scales[2]))
    if told.get("mode", b"nearest") == b"nearest":
        return _F.interpolate(x, size=size, mode="nearest")
    aligned = told.get("coordinate_transformation_mode") == b"align_corners"
    return _F.interpolate(x, size=size, mode="linear", align_corners=aligned)


def _spectrum(told: Told, x: Tensor, step: Tensor, window: Tensor, length: Tensor = None) -> Tensor:
    frames = x.reshape(x.shape[0], -1).unfold(1, window.numel(), int(step)) * window
    return torch.view_as_real(torch.fft.rfft(frames))


def _lstm(
    told: Told, x: Tensor, w: Tensor, r: Tensor, b: Tensor, length: Any, h: Any, c: Any, p: Any, *quantised: Tensor
) -> Any:
    hidden, ways = told["hidden_size"], w.shape[0]
    scales = [value.float().reshape(ways, 1, -1) for value in quantised]
    kernels = [((q.float() - scales[2 * n + 1]) * scales[2 * n]).transpose(1, 2) for n, q in enumerate((w, r))]

    def ordered(gates: Tensor) -> Tensor:  # ONNX: input, output, forget, cell; torch: input, forget, cell, output
        i, o, f, cell = gates.split(hidden, 0)
        return torch.cat([i, f, cell, o], 0)

    weights: list[Tensor] = []
    for way in range(ways):
        gates = [kernels[0][way], kernels[1][way], b[way][: 4 * hidden], b[way][4 * hidden :]]
        weights += [ordered(gate).contiguous() for gate in gates]
    none = torch.zeros(ways, x.shape[1], hidden)
    begin = (none if h is None else h, none if c is None else c)
    y, h, c = torch._VF.lstm(x, begin, weights, True, 1, 0.0, False, ways == 2, False)
    return y.reshape(*y.shape[:2], ways, hidden).permute(0, 2, 1, 3), h, c


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda told, x, y: x + y,
    "And": lambda told, x, y: x & y,
    "Atan": lambda told, x: torch.atan(torch.nan_to_num(x)),  # of 0/0, which the graph mends afterwards
    "Cast": lambda told, x: x.to(_TYPES[told["to"]]),
    "Clip": _clip,
    "Concat": lambda told, *parts: torch.cat(parts, told["axis"]),
    "ConstantOfShape": _constant,
    "Conv": _convolved,
    "ConvInteger": lambda told, x, k, xz=None, kz=None: _convolved(told, _less_zero(x, xz), _less_zero(k, kz)),
    "ConvTranspose": _apart,
    "Cos": lambda told, x: torch.cos(x),
    "CumSum": lambda told, x, axis: torch.cumsum(x, int(axis)),
    "DequantizeLinear": _floats,
    "Div": _divided,
    "DynamicQuantizeLSTM": _lstm,
    "DynamicQuantizeLinear": lambda told, x: (x, torch.tensor(1.0), torch.tensor(0.0)),
    "Equal": lambda told, x, y: x == y,
    "Exp": lambda told, x: torch.exp(x),
    "Expand": _expand,
    "Floor": lambda told, x: torch.floor(x),
    "FusedMatMul": _product,
    "Gather": _gather,
    "GlobalAveragePool": lambda told, x: x.mean(list(range(2, x.dim())), keepdim=True),
    "Greater": lambda told, x, y: x > y,
    "GreaterOrEqual": lambda told, x, y: x >= y,
    "InstanceNormalization": lambda told, x, scale, bias: _F.instance_norm(
        x, None, None, scale, bias, eps=told["epsilon"]
    ),
    "LayerNormalization": _norm,
    "LeakyRelu": lambda told, x: _F.leaky_relu(x, told.get("alpha", 0.01)),
    "Less": lambda told, x, y: x < y,
    "LogSoftmax": lambda told, x: torch.log_softmax(x, told.get("axis", -1)),
    "MatMul": _product,
    "MatMulInteger": lambda told, x, y, xz=None, yz=None: _less_zero(x, xz) @ _less_zero(y.t(), yz).t(),
    "Mul": lambda told, x, y: x * y,
    "NonZero": lambda told, x: torch.nonzero(x).t(),
    "Pad": _padded,
    "Pow": lambda told, x, y: x * x if y.numel() == 1 and float(y) == 2 else x**y,
    "Range": lambda told, start, end, step: torch.arange(start.item(), end.item(), step.item(), dtype=start.dtype),
    "Reciprocal": lambda told, x: 1 / x,
    "ReduceMean": _reduced("mean"),
    "ReduceSum": _reduced("sum"),
    "Relu": lambda told, x: torch.relu(x),
    "Reshape": _reshape,
    "Resize": _resized,
    "STFT": _spectrum,
    "ScatterND": _scatter,
    "Shape": lambda told, x: torch.tensor(list(x.shape)[told.get("start", 0) : told.get("end")], dtype=torch.int64),
    "Sigmoid": lambda told, x: torch.sigmoid(x),
    "Sin": lambda told, x: torch.sin(x),
    "Slice": _slice,
    "Softmax": lambda told, x: torch.softmax(x, told.get("axis", -1)),
    "Split": _split,
    "Sqrt": lambda told, x: torch.sqrt(x),
    "Squeeze": _squeeze,
    "Sub": lambda told, x, y: x - y,
    "Tanh": lambda told, x: torch.tanh(x),
    "ThresholdedRelu": lambda told, x: torch.where(x > told.get("alpha", 1.0), x, torch.zeros_like(x)),
    "Transpose": lambda told, x: x.permute(*told.get("perm", reversed(range(x.dim())))),
    "Unsqueeze": _unsqueeze,
    "Where": lambda told, which, x, y: torch.where(which, x, y),
}
