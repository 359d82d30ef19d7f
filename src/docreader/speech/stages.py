"""A Piper model made ready, once, for this machine: in stages of which the last ones run over short stretches of sound.

A model widens its sound step by step (ConvTranspose), and what it computes at the last steps is millions of numbers for each
second: more than a processor keeps near, so that two cores wait for one memory. These steps hear only a few hundredths of a
second to either side. So they are run over stretches, each with as much more at its ends as is heard from there, and give
the same samples.
"""

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docreader.speech import graph
from docreader.speech.network import session

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

_LOCAL = {"LeakyRelu", "Add", "Mul", "Div", "Tanh", "Unsqueeze", "Constant"}
_TOLD = "docreader stage"
_STRETCH = 1 << 18
"""Numbers of the widest tensor in a stretch: a megabyte. Of less, the ends that are computed twice cost more than is won."""


class Stages:
    """In place of an onnxruntime.InferenceSession of the whole model."""

    def __init__(self, models: "Sequence[Path | bytes]") -> None:
        self._first, *self._rest = (session(model if isinstance(model, bytes) else str(model)) for model in models)
        self._needs = [given.name for given in self._first.get_inputs()]
        told = [stage.get_modelmeta().custom_metadata_map[_TOLD] for stage in self._rest]
        self._told = [[int(word) for word in words.split()] for words in told]

    def run(self, names: None, inputs: "Mapping[str, NDArray[Any]]") -> "list[NDArray[Any]]":
        """All that the model tells, the sound first."""
        now, *others = self._first.run(None, {name: inputs[name] for name in self._needs})
        for stage, told in zip(self._rest, self._told, strict=True):
            now = _stretched(stage, now, *told)
        return [now, *others]


def _stretched(stage: Any, given: "NDArray[np.float32]", times: int, heard: int, step: int) -> "NDArray[np.float32]":
    """``times``: samples that come of one; ``heard``: of how many to either side; ``step``: how many at once."""
    import numpy as np

    name, many = stage.get_inputs()[0].name, given.shape[-1]
    parts = []
    for start in range(0, many, step):
        first, end = max(0, start - heard), min(many, start + step)
        (sound,) = stage.run(None, {name: np.ascontiguousarray(given[..., first : end + heard])})
        parts.append(sound[..., (start - first) * times : (end - first) * times])
    return np.concatenate(parts, axis=-1)


def made(
    model: Path, kind: str, edition: str, whole: "Callable[[], Sequence[onnx.ModelProto]]"
) -> "list[Path | bytes]":
    """The files of the stages, in a folder beside the model, made now where they are missing or older than it; in memory,
    where nothing can be written there. ``whole()`` gives the stages; ``edition``: of how it does that."""
    import onnxruntime

    folder = model.with_name(f"{model.stem}.{kind}-{edition}-{onnxruntime.__version__}")
    if found := _fresh(folder, model):
        return [*found]
    ready = [graph.improved(stage) for stage in whole()]
    beside = model.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir()
        for number, data in enumerate(ready):
            (beside / f"{number}.onnx").write_bytes(data)
        for old in model.parent.iterdir():
            if old.name.startswith(f"{model.stem}.{kind}-") and not _fresh(folder, model):
                shutil.rmtree(old, ignore_errors=True)
        beside.rename(folder)
    except OSError:  # nothing may be written here, or another process was first
        shutil.rmtree(beside, ignore_errors=True)
    return [*ready]


def _fresh(folder: Path, model: Path) -> list[Path]:
    found = sorted(folder.glob("*.onnx"))
    return found if found and found[0].stat().st_mtime >= model.stat().st_mtime else []


def split(model: "onnx.ModelProto", small: "onnx.ModelProto | None" = None) -> "list[onnx.ModelProto]":
    """The stages of a model, or of ``small``, the same in 8 bits. The whole in one, if the model is not built as expected: the last
    stages must be a chain of what is local in time."""
    sound, *others = [output.name for output in model.graph.output]
    cuts = _cuts(model)
    stages = [graph.part(small or model, {}, [*cuts, sound][:1] + others)]
    for start, end in pairwise([*cuts, sound]):
        stage = graph.part(small or model, {start: None}, [end])
        reach = _reach(graph.part(model, {start: None}, [end]))
        stage.metadata_props.add(key=_TOLD, value=" ".join(map(str, reach)))
        stages.append(stage)
    for stage in stages:
        graph.apart(stage)
        graph.flat(stage)
    return stages


def _cuts(model: "onnx.ModelProto") -> list[str]:
    """What each ConvTranspose but the first is given, in order; nothing, where more than that enters the last stages."""
    spread = [node for node in model.graph.node if node.op_type == "ConvTranspose"][1:]
    cuts = [node.input[0] for node in spread]
    sound = model.graph.output[0].name
    for start, end in pairwise([*cuts, sound]):
        stage = graph.part(model, {start: None}, [end]).graph
        if [given.name for given in stage.input] != [start] or not all(map(_local, stage.node)):
            return []
    return cuts


def _local(node: "onnx.NodeProto") -> bool:
    """Whether it gives as many samples as it is given, or times as many, and each from those around it."""
    if node.op_type not in ("Conv", "ConvTranspose"):
        return node.op_type in _LOCAL
    told = graph.attributes(node)
    (size,), (stride,), (dilation,) = (told.get(name, [1]) for name in ("kernel_shape", "strides", "dilations"))
    reach = (size - 1) * dilation
    added = reach + 1 - stride if node.op_type == "ConvTranspose" else reach
    plain = "auto_pad" not in told and not any(told.get("output_padding", [0])) and "output_shape" not in told
    return plain and sum(told.get("pads", [0, 0])) == added and (stride == 1 or node.op_type == "ConvTranspose")


def _reach(stage: "onnx.ModelProto") -> tuple[int, int, int]:
    """What ``_stretched`` must know: of a stage as it was in the model in floats."""
    known = graph.values(stage.graph)
    heard: dict[str, int] = {stage.graph.input[0].name: 0}
    times, widest = 1, 1
    for node in stage.graph.node:
        reach = max((heard[name] for name in node.input if name in heard), default=0)
        if node.op_type in ("Conv", "ConvTranspose"):
            told, weight = graph.attributes(node), known[node.input[1]]
            stride, before = told.get("strides", [1])[0], max(told.get("pads", [0]))
            if node.op_type == "ConvTranspose":
                times *= stride
                reach = reach * stride + weight.shape[2] - before
                widest = max(widest, weight.shape[1] * stride)
            else:
                reach += before
        for name in node.output:
            heard[name] = reach
    last = heard[stage.graph.output[0].name]
    return times, -(-last // times), max(64, _STRETCH // widest)
