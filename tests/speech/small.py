"""A Piper model of 300 kB that speaks at once: each phoneme is a burst, louder or softer by its number."""

import random
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_BURST = 350  # samples of each phoneme
_PADDING = 300_000  # bytes, for downloads that break off


def write(path: Path, silent: bool = False) -> None:
    """``silent``: all it says is zeros."""
    time = np.arange(_BURST) / 22050
    burst = 0.0 if silent else 0.4 * np.sin(2 * np.pi * 200 * time) * np.exp(-120 * time)
    constants = {
        "burst": np.zeros((1, 1, _BURST), np.float32) + np.float32(burst),
        "last": np.array([2], np.int64),
        "shape": np.array([1, 1, -1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Sin", ["numbers"], ["waves"]),
        helper.make_node("Unsqueeze", ["waves", "last"], ["loud"]),
        helper.make_node("Mul", ["loud", "burst"], ["bursts"]),
        helper.make_node("Reshape", ["bursts", "shape"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "samples"])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    padding = random.Random(7).randbytes(_PADDING // 2).hex()  # what repeats would be no test of where it goes on
    helper.set_model_props(model, {"padding": padding})
    onnx.save(model, str(path))
