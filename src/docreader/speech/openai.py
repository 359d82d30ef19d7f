"""Any server that speaks OpenAI's interface for speech, hosted or on this machine: POST …/audio/speech."""

import json
import os
from collections.abc import Mapping
from typing import Any

import requests
from pydub import AudioSegment

from docreader.errors import VoiceError
from docreader.speech.engine import Clip
from docreader.speech.pace import stretch
from docreader.speech.service import ask
from docreader.speech.sound import clip, decode


class OpenAI:
    """``url``: the interface's base, such as http://127.0.0.1:8880/v1; ``key_env``: the environment variable that holds the key.

    ``more``: whatever else the server understands, put into each request. Not for several threads.
    """

    def __init__(
        self,
        url: str,
        model: str,
        voice: str,
        format: str = "wav",
        key_env: str = "OPENAI_API_KEY",
        more: Mapping[str, Any] | None = None,
        rate: float = 1.0,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise VoiceError(f'{url!r} is no address of a speech service: write url = "https://…/v1" under [settings]')
        self._url = url.rstrip("/") + "/audio/speech"
        self._body = {"model": model, "voice": voice, "response_format": format, **(more or {})}
        self._key_env, self._rate = key_env, rate
        self._session = requests.Session()

    def speak(self, text: str) -> Clip:
        headers = {"Content-Type": "application/json", "Accept": "audio/*, application/json"}
        if key := os.environ.get(self._key_env, "").strip():
            headers["Authorization"] = f"Bearer {key}"
        body = json.dumps({**self._body, "input": text}).encode()
        request = self._session.prepare_request(requests.Request("POST", self._url, headers, data=body))
        refused = f"put its key into the environment variable {self._key_env}"
        said = ask(self._session, request, _sound, f"the speech service {self._url}", {401: refused, 403: refused})
        return stretch(said, self._rate)


def _sound(body: bytes) -> Clip:
    """Raises ValueError."""
    sound: AudioSegment = decode(body)
    said = clip([sound])
    if not said.samples:
        raise ValueError("silence")
    return said


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> OpenAI:
    """See engine.Kind. ``settings``: url, model, voice, format, key_env, more (a table); the pitch is fixed, the volume is applied to what it gives."""
    more = settings.get("more", {})
    if not isinstance(more, Mapping):
        raise VoiceError("a setting of the voice is wrong: more is a table, [settings.more]")
    return OpenAI(
        str(settings.get("url", "")),
        str(settings.get("model", "tts-1")),
        str(settings.get("voice", "alloy")),
        str(settings.get("format", "wav")),
        str(settings.get("key_env", "OPENAI_API_KEY")),
        more,
        rate,
    )
