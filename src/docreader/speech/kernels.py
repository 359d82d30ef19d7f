"""Shorter kernels for the convolutions of the natural voice's decoder.

Its blocks look 7 or 11 moments around; neighbours in time and among the channels are so alike that 3 to 7 of them tell nearly the
same, once the numbers for these are found anew (least squares, by benchmarks/kernels.py). Kokoro's own numbers were changed
here; they are Apache-2.0, like Kokoro-82M.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docreader.speech import graph

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

KERNELS = Path(__file__).with_name("kernels.npz")
TOP = 63
"""Of 7 bits with a sign."""


def load(file: Path = KERNELS) -> "dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]":
    """Kernel (to, from, moments) and bias (to,) of convolutions by their names."""
    import numpy as np

    with np.load(file) as packed:
        names = [name.removesuffix(" bias") for name in packed.files if name.endswith(" bias")]
        return {
            name: (
                packed[f"{name} kernel"].astype(np.float32) * packed[f"{name} steps"][:, None, None],
                packed[f"{name} bias"],
            )
            for name in names
        }


def keep(kernels: "Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]", file: Path = KERNELS) -> None:
    import numpy as np

    packed: dict[str, Any] = {}
    for name, (kernel, bias) in kernels.items():
        step = steps(kernel)
        packed |= {
            f"{name} kernel": np.rint(kernel / step[:, None, None]).astype(np.int8),
            f"{name} steps": step,
            f"{name} bias": bias.astype(np.float32),
        }
    np.savez_compressed(file, **packed)


def steps(kernel: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """(to,): what a kernel's numbers are counted in, for each channel that it gives."""
    import numpy as np

    found: NDArray[np.float32] = (np.maximum(np.abs(kernel).max(axis=(1, 2)), 1e-8) / TOP).astype(np.float32)
    return found


def shorten(
    model: "onnx.ModelProto", kernels: "Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]] | None" = None
) -> None:
    """Put them into a model in floats, in place; ``kernels``: others than those that come along."""
    from onnx import numpy_helper

    known = {item.name: item for item in model.graph.initializer}
    for name, (kernel, bias) in (load() if kernels is None else kernels).items():
        node = next(node for node in model.graph.node if node.name == name)
        told = graph.attributes(node)
        around = told.get("dilations", [1])[0] * (kernel.shape[2] // 2)
        known[node.input[1]].CopyFrom(numpy_helper.from_array(kernel, node.input[1]))
        if len(node.input) < 3:
            node.input.append(f"{name} bias")
            model.graph.initializer.append(numpy_helper.from_array(bias, node.input[2]))
        else:
            known[node.input[2]].CopyFrom(numpy_helper.from_array(bias, node.input[2]))
        for attribute in node.attribute:
            if attribute.name == "pads":
                attribute.ints[:] = [around, around]
            elif attribute.name == "kernel_shape":
                attribute.ints[:] = [kernel.shape[2]]
