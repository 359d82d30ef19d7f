"""Finds shorter kernels for the natural voice's decoder: src/docreader/speech/kernels.npz.

    python benchmarks/kernels.py

Says sentences with the kernels as they came, and block by block finds the fewer numbers that give the same (least squares, with
what the blocks before, already shortened, give; the second convolution of a block also makes good what the sound has lost up
to there). To be run again when the weights or the cut change; then benchmarks/ranges.py. Takes some ten minutes and 6 GB.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from docreader.speech import decoder, graph, kernels, kokoro, voices, weights
from docreader.speech.network import session

SENTENCES = (
    "Hội đồng nhân dân tỉnh đã thông qua nghị quyết.",
    "Ngày mai trời nắng có nơi mưa rào và dông.",
    "Người bệnh được khám và chữa miễn phí.",
    "Kiểm tra việc thực hiện các chính sách.",
    "Giá xăng dầu giảm mạnh từ chiều nay.",
    "Lực lượng cứu hộ tìm thấy chiếc thuyền.",
    "Học sinh trở lại trường sau kỳ nghỉ.",
    "Ủy ban khuyến khích trồng rừng.",
    "Bảo vệ quyền lợi hợp pháp của công dân.",
    "Thủ tướng yêu cầu xử lý nghiêm vi phạm.",
    "Quỹ hỗ trợ những hộ nghèo vượt khó.",
    "Mười bảy phẩy tám phần trăm.",
)
VOICES = ("natural-female", "natural-male", "natural-female")
_AT = "/decoder/decoder/generator/"
# Moments of the six convolutions of each block, in their order (first and second by turns). Alone, each gives back its sound with 13 dB
# between sound and difference; where differences add up to more, it has two moments more.
MOMENTS: dict[str, tuple[int, ...]] = {
    "noise_res.0": (5, 3, 5, 3, 5, 5),
    "noise_res.1": (7, 3, 5, 3, 5, 5),
    "resblocks.1": (5, 5, 5, 5, 5, 5),
    "resblocks.2": (5, 5, 7, 5, 7, 7),
    "resblocks.4": (5, 5, 5, 5, 3, 3),
    "resblocks.5": (7, 5, 7, 7, 5, 5),
}
_TOGETHER = (("noise_res.0", "noise_res.1"), ("resblocks.1", "resblocks.2"), ("resblocks.4", "resblocks.5"))
_RIDGE = 1e-3
Array = NDArray[Any]


def stages() -> Iterator[dict[str, int]]:
    """What can be found at once, in the order of the sound: names of convolutions, moments that they get."""
    for blocks in _TOGETHER:
        for turn in range(6):
            yield {f"{_AT}{block}/convs{turn % 2 + 1}.{turn // 2}/Conv": MOMENTS[block][turn] for block in blocks}


def given(text: str, voice: str) -> dict[str, Any]:
    speaker = voices.load(voice)
    (plan,) = kokoro.plans(text, speaker.region)
    return kokoro.engine(speaker.settings, 1.0, 1.0, 1.0).prepared(plan).given


def said(model: onnx.ModelProto, tensors: list[str], heard: list[dict[str, Any]]) -> Iterator[list[Array]]:
    cut = graph.part(model, {}, tensors)
    del cut.graph.output[:]
    cut.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in dict.fromkeys(tensors)
    )
    run = session(cut.SerializeToString())
    for one in heard:
        yield run.run(tensors, {item.name: one[item.name] for item in run.get_inputs()})


def stream(model: onnx.ModelProto, node: onnx.NodeProto) -> tuple[str, str]:
    """What the second convolution of a block is added to, and the sum."""
    added = next(taker for taker in model.graph.node if taker.op_type == "Add" and node.output[0] in taker.input)
    return next(name for name in added.input if name != node.output[0]), added.output[0]


def beside(sound: Array, size: int, apart: int) -> Array:
    """(size * channels + 1, moments): what a kernel meets at each moment, and 1."""
    around = (size - 1) * apart // 2
    wide = np.pad(sound, ((0, 0), (around, around)))
    length = sound.shape[1]
    taps = [wide[:, tap * apart : tap * apart + length] for tap in range(size)]
    return np.concatenate([*taps, np.ones((1, length), np.float32)])


def main() -> None:
    model = weights.part(weights.model(), "decoder")
    decoder.floats(model)
    short = onnx.ModelProto()
    short.CopyFrom(model)
    heard = [given(text, VOICES[place % len(VOICES)]) for place, text in enumerate(SENTENCES)]
    known, nodes = graph.values(model.graph), {node.name: node for node in model.graph.node}
    aims = {
        name: stream(model, nodes[name])[1] if "convs2" in name else nodes[name].output[0]
        for stage in stages()
        for name in stage
    }
    wanted = [dict(zip(aims, answer, strict=True)) for answer in said(model, list(aims.values()), heard)]
    found: dict[str, tuple[Array, Array]] = {}
    for stage in stages():
        sums: dict[str, tuple[Array, Array, Array]] = {}
        # the names of tensors are those of the model as it came
        tensors = {
            name: [nodes[name].input[0], *(stream(model, nodes[name])[:1] if "convs2" in name else ())]
            for name in stage
        }
        asked = [tensor for names in tensors.values() for tensor in names]
        for aim, answer in zip(wanted, said(short, asked, heard), strict=True):
            have = dict(zip(asked, answer, strict=True))
            for name, size in stage.items():
                source, *before = tensors[name]
                sound = beside(have[source][0], size, graph.attributes(nodes[name])["dilations"][0])
                target = aim[name][0] - (have[before[0]][0] if before else 0)
                more = (sound @ sound.T, sound @ target.T, np.array([(target**2).sum(), target.shape[1]]))
                sums[name] = tuple(a + b for a, b in zip(sums[name], more, strict=True)) if name in sums else more
        for name, size in stage.items():
            square, product, (power, _) = sums[name]
            kernel = known[nodes[name].input[1]]
            to, channels, long = kernel.shape
            bias = known[nodes[name].input[2]] if len(nodes[name].input) > 2 else np.zeros(to, np.float32)
            middle = kernel[:, :, (long - size) // 2 : (long + size) // 2]
            rows = np.concatenate([middle.transpose(2, 1, 0).reshape(-1, to), bias[None]])
            pull = np.full(len(square), _RIDGE * square.diagonal()[:-1].mean())
            pull[-1] = 0
            best: Array = np.linalg.solve(square.astype(float) + np.diag(pull), product + pull[:, None] * rows)
            left = power - 2 * (product * best).sum() + (square @ best * best).sum()
            print(f"{name}: {long} to {size}, {10 * np.log10(power / left):.1f} dB", file=sys.stderr, flush=True)
            new = best[:-1].reshape(size, channels, to).transpose(2, 1, 0)
            found[name] = (np.ascontiguousarray(new, np.float32), best[-1].astype(np.float32))
        kernels.shorten(short, {name: found[name] for name in stage})
    kernels.keep(found)


if __name__ == "__main__":
    main()
