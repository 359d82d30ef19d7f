"""Shorter kernels: kept and found again, put in the right place, and those that come along fit the model they are for."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from docreader.speech import kernels
from docreader.speech.network import session


def test_kept_in_seven_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    kernel, bias = rng.standard_normal((4, 3, 5), np.float32), rng.standard_normal(4, np.float32)
    kernels.keep({"/a/Conv": (kernel, bias), "/b/Conv": (2 * kernel, bias)}, tmp_path / "kernels.npz")
    found = kernels.load(tmp_path / "kernels.npz")
    assert found.keys() == {"/a/Conv", "/b/Conv"}
    again, same = found["/b/Conv"]
    step = np.abs(2 * kernel).max(axis=(1, 2), keepdims=True) / kernels.TOP
    assert (np.abs(again - 2 * kernel) <= 0.501 * step).all() and (same == bias).all()
    np.testing.assert_allclose(
        kernels.steps(again), step.ravel(), rtol=1e-5
    )  # so that the decoder rounds them no further


@pytest.mark.parametrize(("apart", "biased"), [(1, True), (3, False), (5, True)])
def test_a_shorter_kernel_looks_at_the_same_moments(apart: int, biased: bool) -> None:
    rng = np.random.default_rng(1)
    middle, bias = rng.standard_normal((8, 8, 3), np.float32), rng.standard_normal(8, np.float32)
    whole = np.pad(middle, ((0, 0), (0, 0), (2, 2)))
    node = helper.make_node(
        "Conv",
        ["in", "w", "b"][: 2 + biased],
        ["out"],
        "/Conv",
        pads=[3 * apart] * 2,
        dilations=[apart],
        kernel_shape=[7],
    )
    weights = {"w": whole} | ({"b": bias} if biased else {})
    graph = helper.make_graph(
        [node],
        "test",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, [1, 8, "time"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    sound = {"in": rng.standard_normal((1, 8, 50), np.float32)}
    (before,) = session(model.SerializeToString()).run(None, sound)
    kernels.shorten(model, {"/Conv": (middle, bias)})
    (after,) = session(model.SerializeToString()).run(None, sound)
    np.testing.assert_allclose(after, before if biased else before + bias[:, None], rtol=1e-4, atol=1e-4)
