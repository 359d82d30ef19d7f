"""Rewritten graphs compute what they did, on networks made for this and on a real one (test_piper.py, test_kokoro.py)."""

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from docreader.speech import graph, stages
from docreader.speech.network import session


def network(*nodes: onnx.NodeProto, channels: int, **weights: NDArray[np.float32]) -> onnx.ModelProto:
    whole = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, [1, channels, "time"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def run(model: onnx.ModelProto, given: NDArray[np.float32]) -> NDArray[np.float32]:
    (answer,) = session(model.SerializeToString()).run(None, {"in": given})
    return np.asarray(answer)


def noise(*shape: int, seed: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


@pytest.mark.parametrize(
    ("inside", "outside", "size", "dilation", "pads", "stride"),
    [(16, 8, 3, 1, [1, 1], 1), (16, 16, 7, 12, [36, 36], 1), (3, 40, 5, 1, [0, 0], 1), (16, 16, 4, 2, [5, 1], 3)],
)
def test_convolutions_of_a_row(
    inside: int, outside: int, size: int, dilation: int, pads: list[int], stride: int
) -> None:
    node = helper.make_node("Conv", ["in", "w", "b"], ["out"], pads=pads, dilations=[dilation], strides=[stride])
    model = network(node, channels=inside, w=noise(outside, inside, size), b=noise(outside))
    given = noise(1, inside, 100, seed=2)
    before = run(model, given)
    graph.flat(model)
    assert [n.op_type for n in model.graph.node] == ["Unsqueeze", "Conv", "Squeeze"]
    np.testing.assert_allclose(run(model, given), before, rtol=1e-4, atol=1e-4)


def test_of_few_channels_or_groups_they_stay() -> None:
    for inside, groups in ((4, 1), (16, 16)):
        node = helper.make_node("Conv", ["in", "w"], ["out"], group=groups)
        model = network(node, channels=inside, w=noise(inside, inside // groups, 3))
        graph.flat(model)
        assert [n.op_type for n in model.graph.node] == ["Conv"]


@pytest.mark.parametrize(("stride", "bias"), [(2, True), (4, False), (8, True)])
def test_samples_made_of_one_as_channels(stride: int, bias: bool) -> None:
    given = ["in", "w", "b"][: 2 + bias]
    pads = [stride // 2, stride // 2]
    node = helper.make_node("ConvTranspose", given, ["out"], strides=[stride], pads=pads)
    model = network(node, channels=16, w=noise(16, 8, 2 * stride), **({"b": noise(8)} if bias else {}))
    sound = noise(1, 16, 50, seed=2)
    before = run(model, sound)
    graph.apart(model)
    assert "ConvTranspose" not in {n.op_type for n in model.graph.node}
    np.testing.assert_allclose(run(model, sound), before, rtol=1e-4, atol=1e-4)


def test_other_shapes_of_it_stay() -> None:
    shapes: list[tuple[int, dict[str, Any]]]
    shapes = [(3, {"pads": [1, 1]}), (4, {"pads": [0, 0]}), (4, {"pads": [1, 1], "output_padding": [1]})]
    for size, told in shapes:
        node = helper.make_node("ConvTranspose", ["in", "w"], ["out"], strides=[2], **told)
        model = network(node, channels=16, w=noise(16, 8, size))
        graph.apart(model)
        assert [n.op_type for n in model.graph.node] == ["ConvTranspose"]


def test_a_network_that_hears_far_is_not_cut() -> None:
    wide = [helper.make_node("ConvTranspose", [a, w], [b], strides=[2], pads=[1, 1], kernel_shape=[4]) for a, w, b in (("in", "w", "x"), ("y", "v", "z"))]  # fmt: skip
    for far, many in (("LeakyRelu", 2), ("Softmax", 1)):
        nodes = [wide[0], helper.make_node("LeakyRelu", ["x"], ["y"]), wide[1], helper.make_node(far, ["z"], ["out"])]
        model = network(*nodes, channels=16, w=noise(16, 16, 4), v=noise(16, 8, 4))
        assert len(stages.split(model)) == many
