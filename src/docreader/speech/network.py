"""Neural networks as engines run them: one thread, because several sentences are said at once, each in a process of its own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnxruntime


def session(model: str | bytes) -> "onnxruntime.InferenceSession":
    """Of a file by its path, or of a model in memory. Raises what onnxruntime raises, which has no class of its own errors."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # One block planned for all tensors of a shape: sentences differ in length, and each length would take a block of its own (of the
    # natural voice's workers 740 MB where 560 do, no quicker).
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
