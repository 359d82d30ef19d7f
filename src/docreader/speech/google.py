"""Google Translate's voice through gTTS: each request says up to 100 letters.

gTTS itself turns TLS verification off, makes a new connection a request and takes an answer without sound for a good one:
its requests are used here, sent and checked by us.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

import miniaudio
import requests
from gtts import gTTS

from docreader.speech.engine import Clip
from docreader.speech.mpeg import check
from docreader.speech.pace import stretch
from docreader.speech.service import ask
from docreader.speech.sound import clip, segment

_GAP = 120  # ms between two requests' sound inside one sentence


class Google:
    """``tld`` chooses Google's host; ``rate`` 1.0 is the voice's own. Not for several threads."""

    def __init__(self, tld: str = "com", slow: bool = False, rate: float = 1.0) -> None:
        self._tld, self._slow, self._rate = tld, slow, rate
        self._session = requests.Session()

    def speak(self, text: str) -> Clip:
        texts = pieces(text, gTTS.GOOGLE_TTS_MAX_CHARS)
        said = clip([_decode(self._fetch(piece)) for piece in texts], _GAP)
        return stretch(said, self._rate)

    def _fetch(self, text: str) -> bytes:
        """The MP3 of one piece."""
        request = _Request(text, tld=self._tld, lang="vi", slow=self._slow, lang_check=False).prepared()
        return ask(
            self._session,
            request,
            _sound,
            "Google's voice",
            {403: "Google refuses this machine: read with --voice northern"},
        )


class _Request(gTTS):  # type: ignore[misc] # gtts has no types
    def prepared(self) -> requests.PreparedRequest:
        """The one request that says the text, which is short enough for one."""
        (request,) = self._prepare_requests()
        assert isinstance(request, requests.PreparedRequest)
        return request


def pieces(text: str, limit: int) -> list[str]:
    """``text`` in pieces of at most ``limit`` letters: whole clauses where they fit, else whole words.

    A single word longer than the limit is cut, because nothing else is possible.
    """
    parts = [""]
    for clause in re.findall(r"[^,.;:?!]+[,.;:?!]*|[,.;:?!]+", text):
        units = [clause] if len(clause.strip()) <= limit else re.findall(rf"\s*\S{{1,{limit}}}", clause)
        for unit in units:
            if len((parts[-1] + unit).strip()) <= limit:
                parts[-1] += unit
            else:
                parts.append(unit)
    return [part.strip() for part in parts if any(c.isalnum() for c in part)]


def _sound(answer: bytes) -> bytes:
    """The MP3 in Google's answer. Raises ValueError: none, or cut off."""
    for line in answer.decode("utf-8", "replace").splitlines():
        if gTTS.GOOGLE_TTS_RPC in line:
            try:
                payload = json.loads(json.loads(line)[0][2])[0]
                mp3 = base64.b64decode(payload, validate=True)
            except (ValueError, TypeError, LookupError, binascii.Error):
                raise ValueError("an answer without sound") from None
            check(mp3)
            return mp3
    raise ValueError("an answer that is not Google's (a proxy's or a captcha's page)")


def _decode(mp3: bytes) -> Any:
    decoded = miniaudio.mp3_read_s16(mp3)
    return segment(decoded.samples.tobytes(), decoded.sample_rate, decoded.nchannels)


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Google:
    """See engine.Kind. ``settings``: tld, slow; the pitch is fixed, the volume is applied to what it gives."""
    return Google(str(settings.get("tld", "com")), bool(settings.get("slow", False)), rate)
