"""libespeak-ng through ctypes.

The library keeps its state in globals and aborts when two threads use it: one engine a process, one thread at a time.
It is imported in the worker processes only, so it imports nothing that is heavy.
"""

import ctypes
import os
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from typing import Any
from unicodedata import normalize

from docreader.errors import VoiceError
from docreader.speech.engine import Clip, WordTime
from docreader.speech.pace import stretch

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000  # without it the library ends the process when its data are missing
_UTF8 = 1
_RATE, _VOLUME, _PITCH = 1, 2, 3
_LIST_END, _WORD = 0, 1
_BUFFER_MS = 1000
_SLOWEST = 80  # words a minute: the library speaks no slower
_SLOWEST_IN_TRUTH = 84.6  # and at this setting as quick as that, measured by its pace at 120
_EVENT_LEAD = 0.014  # a word's event stands this many seconds before its sound, as measured

# The library copies the path of its data, with espeak-ng-data added, into 160 bytes and fails on what is longer.
PATH_LIMIT = 120


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", c_int),
        ("id", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("name", ctypes.c_char * 8),
    ]


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


class Espeak:
    """One voice of libespeak-ng.

    ``library`` is the path of the library, ``data`` that of the folder that holds espeak-ng-data;
    ``volume`` is 0 to 200, 100 is the library's own; its automatic gain presses what would be too loud, it never clips.
    """

    def __init__(
        self, library: str, data: str, voice: str, words_per_minute: float, pitch: int = 50, volume: int = 100
    ) -> None:
        try:
            self._lib = ctypes.CDLL(library)
        except OSError as error:
            raise VoiceError(f"libespeak-ng cannot be loaded from {library}: {error}") from None
        self._lib.espeak_Initialize.argtypes = [c_int, c_int, c_char_p, c_int]
        self._lib.espeak_Synth.argtypes = [
            c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, POINTER(c_uint), c_void_p,
        ]  # fmt: skip
        self._rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, os.fsencode(data), _DONT_EXIT)
        if self._rate <= 0:
            raise VoiceError(f"espeak-ng cannot read its data in {data}: reinstall espeakng-loader")
        self._pcm: list[bytes] = []
        self._words: list[WordTime] = []
        self._callback = _Callback(
            self._receive
        )  # C keeps the address only: the object must live as long as the library
        self._lib.espeak_SetSynthCallback(self._callback)
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise VoiceError(f"espeak-ng has no voice {voice!r}")
        self._stretch = 1.0 if words_per_minute >= _SLOWEST else words_per_minute / _SLOWEST_IN_TRUTH
        for parameter, value in ((_RATE, max(_SLOWEST, round(words_per_minute))), (_VOLUME, volume), (_PITCH, pitch)):
            self._lib.espeak_SetParameter(parameter, value, 0)

    def speak(self, text: str) -> Clip:
        """Say one utterance; the silence that the library adds at its end is taken off."""
        # Decomposed letters would be spelled ("circumflex"), and a NUL would end the text.
        text = normalize("NFC", text).replace("\0", " ")
        encoded = text.encode("utf-8", "replace")
        self._pcm.clear()
        self._words.clear()
        status = self._lib.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8, None, None)
        if status != 0:
            raise VoiceError(f"espeak-ng failed with status {status}")
        pcm = b"".join(self._pcm).rstrip(b"\0")
        return stretch(Clip(pcm + b"\0" * (len(pcm) % 2), self._rate, tuple(self._words)), self._stretch)

    def _receive(self, samples: Any, count: int, events: Any) -> int:
        """Called by the library with each second of sound and what happens in it."""
        if count > 0:
            self._pcm.append(ctypes.string_at(samples, count * 2))
        for event in events:  # a C array: it ends with an event of that type
            if event.type == _LIST_END:
                break
            if event.type == _WORD:
                start = event.text_position - 1
                time = event.sample / self._rate + _EVENT_LEAD
                self._words.append(WordTime(start, start + event.length, time))
        return 0


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Espeak:
    """See engine.Kind. ``settings``: voice, words_per_minute (at rate 1), pitch (0 to 100), volume."""
    import espeakng_loader

    library = os.fspath(espeakng_loader.get_library_path())
    data = os.path.dirname(espeakng_loader.get_data_path())  # noqa: PTH120 (bytes count, not pathlib's start-up)
    if len(os.fsencode(data)) > PATH_LIMIT:
        os.chdir(data)  # this process is a worker of our own
        data = "."
    try:
        pace = float(settings.get("words_per_minute", 120)) * rate
        return Espeak(
            library,
            data,
            str(settings.get("voice", "vi")),
            pace,
            min(100, round(float(settings.get("pitch", 50)) * pitch)),
            min(200, round(float(settings.get("volume", 100)) * volume)),
        )
    except (TypeError, ValueError) as error:
        raise VoiceError(f"a setting of the espeak voice is wrong: {error}") from None
