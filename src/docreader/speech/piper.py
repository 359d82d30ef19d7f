"""Piper's neural voices: an .onnx model and its .onnx.json, said on one core by each process."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docreader.errors import VoiceError
from docreader.speech import engines, graph, stages
from docreader.speech.engine import Clip, WordTime
from docreader.speech.pace import stretch

if TYPE_CHECKING:
    import onnx

_EIGHT_BITS = re.compile(r"/flow/|/dec/(?!conv_post)")
"""The convolutions that are as good in 8 bits, and quicker: not those that read the text, nor the one that gives the samples."""
_SAID = (
    "Sáng nay, hội đồng thành phố đã thông qua ngân sách cho đường sá và trường học.",
    "Late at night, more than forty students went to the university: why should they not?",
)
"""For the scales of 8 bits; a voice says them as it can, whatever its language."""


class Piper:
    """``model``: the path of the .onnx, its .json beside it. Scales that are None are the model's own; ``rate`` 1.0 likewise."""

    def __init__(
        self,
        model: Path,
        speaker: int | str | None = None,
        length_scale: float | None = None,
        noise_scale: float | None = None,
        noise_w: float | None = None,
        int8: bool = False,
        rate: float = 1.0,
        volume: float = 1.0,
    ) -> None:
        import json

        from piper import PiperVoice, SynthesisConfig
        from piper.config import PiperConfig

        told = Path(f"{model}.json")
        for file in (model, told):
            if not file.is_file():
                raise VoiceError(f"the voice's file {file} is missing: a Piper voice is an .onnx and its .onnx.json")
        try:
            config = PiperConfig.from_dict(json.loads(told.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VoiceError(f"{told} is damaged or not of a Piper voice ({error}): get it again") from None
        self._voice = PiperVoice(config=config, session=_session(model, int8))
        self._rate = rate
        self._how = SynthesisConfig(
            speaker_id=_speaker(speaker, config.speaker_id_map, config.num_speakers),
            length_scale=length_scale,
            noise_scale=noise_scale,
            noise_w_scale=noise_w,
            normalize_audio=False,  # each sentence would have a loudness of its own
            volume=volume,
        )

    def speak(self, text: str) -> Clip:
        sound: list[bytes] = []
        starts: list[float] | None = []
        done, rate = 0, self._voice.config.sample_rate
        for chunk in self._voice.synthesize(text.replace("[[", " "), self._how, include_alignments=True):
            if starts is not None and chunk.phoneme_alignments:
                starts += _starts(chunk.phoneme_alignments, done, rate)
            else:
                starts = None
            sound.append(chunk.audio_int16_bytes)
            done += len(sound[-1]) // 2
        return stretch(Clip(b"".join(sound), rate, _words(text, starts)), self._rate)


def _starts(alignments: list[Any], done: int, rate: int) -> list[float]:
    """Seconds at which each run of phonemes between two spaces begins."""
    starts: list[float] = []
    inside = False
    for phoneme in alignments:
        apart = phoneme.phoneme in (" ", "^", "$") or not any(c.isalpha() for c in phoneme.phoneme)
        if not apart and not inside:
            starts.append(done / rate)
        if phoneme.phoneme in (" ", "^", "$"):
            inside = False
        elif not apart:
            inside = True
        done += int(phoneme.num_samples)
    return starts


def _words(text: str, starts: list[float] | None) -> tuple[WordTime, ...] | None:
    """None where the phonemes are not of as many words as the text: espeak joins or spells some."""
    spans = [m.span() for m in re.finditer(r"\S+", text) if any(c.isalnum() for c in m[0])]
    if starts is None or len(spans) != len(starts):
        return None
    return tuple(WordTime(*span, start) for span, start in zip(spans, starts, strict=True))


def _speaker(speaker: int | str | None, known: Mapping[str, int], many: int) -> int | None:
    if speaker is None:
        return None
    number = known.get(speaker) if isinstance(speaker, str) else speaker
    if number is None or not 0 <= number < many:
        raise VoiceError(f"the model has no speaker {speaker!r}; it has {', '.join(known) or f'0 to {many - 1}'}")
    return number


def _session(model: Path, int8: bool) -> stages.Stages:
    """Tells how long each phoneme lasts, too."""
    try:
        return stages.Stages(ready(model, int8))
    except OSError as error:
        raise VoiceError(f"the voice's file {model} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # onnx and onnxruntime have no common class of errors
        reason = " ".join(str(error).split())[:120]
        raise VoiceError(f"the voice's file {model} is damaged ({reason}): get it again") from None


def ready(model: Path, int8: bool) -> list[Path | bytes]:
    """See stages.made."""

    def whole() -> "list[onnx.ModelProto]":
        plain = _aligned(model)
        if not int8:
            return stages.split(plain)
        spread = _aligned(model)
        graph.apart(spread)
        return stages.split(plain, graph.quantised(spread, _inputs(model), lambda name: bool(_EIGHT_BITS.match(name))))

    return stages.made(model, "int8" if int8 else "float", engines.kind("piper").edition, whole)


def _inputs(model: Path) -> Iterator[dict[str, Any]]:
    """What the model is given for some sentences."""
    import json

    import numpy as np
    from piper import PiperVoice
    from piper.config import PiperConfig

    config = PiperConfig.from_dict(json.loads(Path(f"{model}.json").read_text(encoding="utf-8")))
    voice = PiperVoice(config=config, session=None)
    scales = np.array([config.noise_scale, config.length_scale, config.noise_w_scale], np.float32)
    for text in _SAID:
        for phonemes in voice.phonemize(text):
            symbols = voice.phonemes_to_ids(phonemes)
            given = {"input": np.array([symbols]), "input_lengths": np.array([len(symbols)]), "scales": scales}
            yield given | ({"sid": np.array([0])} if config.num_speakers > 1 else {})


def _aligned(model: Path) -> "onnx.ModelProto":
    """The model with one output more: how long each phoneme lasts."""
    import onnx
    from piper.patch_voice_with_alignment import add_alignment_output

    loaded = onnx.load(str(model))
    with suppress(ValueError):  # it tells already, or cannot: then the times are estimated
        add_alignment_output(loaded)
    return loaded


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Piper:
    """See engine.Kind. ``settings``: model, speaker, length_scale, noise_scale, noise_w, int8; the pitch is fixed."""

    def scale(name: str) -> float | None:
        value = settings.get(name)
        return None if value is None else float(value)

    try:
        return Piper(
            Path(str(settings["model"])),
            settings.get("speaker"),
            scale("length_scale"),
            scale("noise_scale"),
            scale("noise_w"),
            bool(settings.get("int8", False)),
            rate,
            volume,
        )
    except KeyError:
        raise VoiceError('the voice names no model: write model = "….onnx" under [settings]') from None
    except (TypeError, ValueError) as error:
        raise VoiceError(f"a setting of the Piper voice is wrong: {error}") from None
