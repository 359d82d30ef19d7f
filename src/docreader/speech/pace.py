"""Another rate at the same pitch, by the Sonic library that libespeak-ng carries.

Sonic drops or repeats whole pitch periods (WSOLA), made for speech. Its streams share nothing, so threads may use it.
"""

import ctypes
from ctypes import c_float, c_int, c_void_p
from functools import cache
from typing import Any

from docreader.speech.engine import Clip, WordTime

_CHUNK = 65536  # samples


def stretch(clip: Clip, speed: float) -> Clip:
    """The clip ``speed`` times as fast (0.5: twice as long), its word times moved with it."""
    if speed == 1.0 or not clip.samples:
        return clip
    sonic = _sonic()
    stream = sonic.sonicCreateStream(clip.rate, 1)
    try:
        sonic.sonicSetSpeed(stream, speed)
        out = []
        for start in range(0, len(clip.samples), _CHUNK * 2):
            chunk = clip.samples[start : start + _CHUNK * 2]
            if not sonic.sonicWriteShortToStream(stream, chunk, len(chunk) // 2):
                raise MemoryError
            out.append(_read(sonic, stream))
        sonic.sonicFlushStream(stream)
        out.append(_read(sonic, stream))
    finally:
        sonic.sonicDestroyStream(stream)
    words = clip.words and tuple(WordTime(w.start, w.end, w.time / speed) for w in clip.words)
    return Clip(b"".join(out), clip.rate, words)


def _read(sonic: Any, stream: c_void_p) -> bytes:
    samples = sonic.sonicSamplesAvailable(stream)
    buffer = ctypes.create_string_buffer(samples * 2)
    sonic.sonicReadShortFromStream(stream, buffer, samples)
    return buffer.raw[: samples * 2]


@cache
def _sonic() -> Any:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.sonicCreateStream.restype = c_void_p
    library.sonicCreateStream.argtypes = [c_int, c_int]
    library.sonicSetSpeed.argtypes = [c_void_p, c_float]
    library.sonicWriteShortToStream.argtypes = [c_void_p, ctypes.c_char_p, c_int]
    library.sonicReadShortFromStream.argtypes = [c_void_p, ctypes.c_char_p, c_int]
    for name in ("sonicSamplesAvailable", "sonicFlushStream", "sonicDestroyStream"):
        getattr(library, name).argtypes = [c_void_p]
    library.sonicDestroyStream.restype = None
    return library
