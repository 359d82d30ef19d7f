"""viet-asr as a measuring instrument: what it understands of a sound, and how likely it finds a given text.

It tells only its best guess; the log-probabilities behind it are taken where its library hands them from the network to
the beam search, by a function of the same name that is loaded before (so a C compiler is needed, and Linux). Both are kept by the
sound's hash in the cache folder. ``python -m pip install viet-asr`` (extra bench).
"""

import ctypes
import hashlib
import re
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

HEARD = user_cache_path("docreader", appauthor=False) / "heard"
EDGE = 0.3  # seconds of silence on both sides, as a recogniser expects
_STEP = "_ZN7vietasr13CtcBeamSearch4StepEPKfi"  # vietasr::CtcBeamSearch::Step(float const*, int)
_HOOK = (
    """
#include <stdlib.h>
#include <string.h>
static float *data; static long count, room; static int wide;
static void (*real)(void *, const float *, int);
void hook_to(void *step) { real = step; }
void hook_clear(void) { count = 0; }
long hook_count(void) { return count; }
int hook_wide(void) { return wide; }
float *hook_data(void) { return data; }
void """
    + _STEP
    + """(void *search, const float *logs, int size) {
    if (count + size > room) data = realloc(data, (room = 2 * (count + size)) * sizeof(float));
    memcpy(data + count, logs, size * sizeof(float));
    count += size; wide = size;
    real(search, logs, size);
}
"""
)


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    logs: NDArray[np.float32]
    """(frames, tokens): natural logarithms of the tokens' probabilities; token 0 is the blank."""


@dataclass(frozen=True, slots=True)
class _Recogniser:
    pipeline: Any
    hook: Any
    tokens: dict[str, int]
    longest: int


@cache
def _recogniser() -> _Recogniser:
    spec = find_spec("vietasr")
    if spec is None or spec.origin is None:
        raise SystemExit("viet-asr is missing: pip install -e '.[bench]'")
    native = Path(spec.origin).parent / "_native"
    hook_file = HEARD / "hook.so"
    if not hook_file.exists():
        hook_file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-x", "c", "-", "-o", hook_file], input=_HOOK.encode(), check=True
        )
    ctypes.CDLL(str(native / "libonnxruntime.so.1"), mode=ctypes.RTLD_GLOBAL)
    hook = ctypes.CDLL(str(hook_file), mode=ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(native / "libvietasr.so"))
    own = ctypes.CDLL(None)
    own.dlsym.restype, own.dlsym.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]
    hook.hook_to.argtypes = [ctypes.c_void_p]
    hook.hook_to(own.dlsym(library._handle, _STEP.encode()))
    hook.hook_count.restype = ctypes.c_long
    hook.hook_data.restype = ctypes.POINTER(ctypes.c_float)

    import vietasr
    from vietasr.ffi import native as binding

    binding.lib.vietasr_set_log_level(4)
    return _Recogniser(vietasr.Pipeline.new().add("vietasr").build(), hook, *_tokens(native / "libvietasr.so"))


def _tokens(library: Path) -> tuple[dict[str, int], int]:
    """The tokens of the network by their text, and the longest one's length; the list stands in the library."""
    data = library.read_bytes()
    start = data.rfind(b"<blank> 0\n")
    lines = data[start : data.index(b"\0", start)].decode("utf-8", "replace").splitlines()
    tokens = {line.rsplit(" ", 1)[0]: number for number, line in enumerate(lines) if number > 1}
    return tokens, max(map(len, tokens))


def hear(samples: NDArray[Any], rate: int, edge: float = EDGE) -> Heard:
    """``samples``: 16 bit, ``rate`` a multiple of 50."""
    told = samples.tobytes() + f"{rate} {edge}".encode()
    place = HEARD / f"{hashlib.blake2b(told, digest_size=16).hexdigest()}.npz"
    if place.exists():
        with np.load(place) as kept:
            return Heard(str(kept["text"]), kept["logs"].astype(np.float32))
    heard = heard_now(samples, rate, edge)
    place.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(place, text=heard.text, logs=heard.logs.astype(np.float16))
    return heard


def heard_now(samples: NDArray[Any], rate: int, edge: float = EDGE) -> Heard:
    """hear, but nothing is kept."""
    from scipy.signal import resample_poly

    recogniser = _recogniser()
    silence = np.zeros(round(16000 * edge))
    sound = np.concatenate([silence, resample_poly(samples.astype(float), 16000 // 50, rate // 50), silence])
    recogniser.hook.hook_clear()
    text = str(recogniser.pipeline.transcribe(np.clip(sound, -32768, 32767)).text)
    flat = np.ctypeslib.as_array(recogniser.hook.hook_data(), (recogniser.hook.hook_count(),))
    logs = flat.reshape(-1, recogniser.hook.hook_wide())
    return Heard(text, logs.astype(np.float16).astype(np.float32))


def likely(logs: NDArray[np.float32], text: str) -> float:
    """The natural logarithm of the probability of ``text``, over all its spellings in tokens and all alignments (CTC)."""
    recogniser = _recogniser()
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text.lower()))
    letters = "".join("▁" + word for word in words)
    places: list[tuple[int, int, int]] = []  # of each token that fits: where it begins, where it ends, its number
    for start in range(len(letters)):
        for end in range(start + 1, min(len(letters), start + recogniser.longest) + 1):
            number = recogniser.tokens.get(letters[start:end])
            if number is not None and number < logs.shape[1]:
                places.append((start, end, number))
    starts, ends, numbers = (np.array(column) for column in zip(*places, strict=True))
    inside = np.zeros(len(places))  # the probability of having just said a token
    between = np.zeros(len(letters) + 1)  # of being silent after so many letters
    between[0] = 1
    total = 0.0
    for frame in np.exp(logs.astype(float)):
        ended = np.bincount(ends, inside, len(between))
        inside = frame[numbers] * (inside + between[starts] + ended[starts])
        between = frame[0] * (between + ended)
        scale = inside.sum() + between.sum()
        if scale <= 0:
            return -np.inf
        total += float(np.log(scale))
        inside, between = inside / scale, between / scale
    last = float(between[-1] + inside[ends == len(letters)].sum())
    return total + float(np.log(last)) if last > 0 else -np.inf
