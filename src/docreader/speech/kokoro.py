"""The natural voice: Kokoro-82M, which was never taught Vietnamese, given its syllables in symbols that it knows and its
tones as a curve of pitch between the part that plans the speech and the part that makes the sound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docreader.errors import VoiceError
from docreader.speech import sounds, tones, weights, wording
from docreader.speech.engine import Clip, WordTime
from docreader.speech.network import session
from docreader.speech.syllable import REGIONS, Syllable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 24000
FRAME = 0.025
"""Seconds of one unit of duration; pitch and energy have two values in it."""
_TAIL = 10
"""Frames of silence at most that the last mark makes: the model plans 20, which cost as much as speech and are cut off in the
end. (Less before the first word makes it harder to understand.)"""
_LONGEST = 150
"""Symbols said at once (11 s): the model takes 510, but its memory grows with them (430 MB, of 200 560)."""

# ʔ before t and k: a longer closure, without which they are heard as th and kh. One l is so short that it is missed.
_ONSETS = {"tɕ": "ʨ", "ɗ": "d", "ɣ": "ɡ", "c": "ʨ", "ʐ": "ɹ", "ʈ": "ʈʂ", "t": "ʔt", "k": "ʔk", "l": "ll", "x": "kʰ"}
_STRESS = "ˈ"
"""Before each nucleus: the model slurs what is not stressed, and no Vietnamese syllable is slurred."""
_NUCLEI = {"i": "iː", "ɛ": "ɛː", "ɯ": "ɨ", "əː": "ɤː", "ɔː": "ɔ", "oː": "o", "ɯə": "ɨə"}
_CODAS = {"ɲ": "ŋ", "c": "k", "ŋm": "ŋ", "kp": "k"}
_RIMES = {
    "ɛɲ": ("aɪ", "ŋ"), "ɛc": ("aɪ", "k"), "iɲ": ("i", "ŋ"), "ic": ("i", "k"), "ɔŋm": ("aw", "ŋ"), "ɔkp": ("aw", "k"), "oŋm": ("əw", "ŋ"),
    "okp": ("əw", "k"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of the model: what it is of (onset, nucleus, coda, pause or gap), and of which syllable."""

    sign: str
    role: str
    syllable: int = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """A stretch of text that is said at once."""

    symbols: tuple[Symbol, ...]
    syllables: tuple[Syllable, ...]
    starts: tuple[tuple[int, int, int], ...]
    """Of each word: its first syllable, and its place in the text."""
    new: frozenset[int] = frozenset()
    """The syllables of numbers and names that the text has not had before."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the decoder is given for a plan, and where the tones lie."""

    given: "dict[str, NDArray[Any]]"
    spans: list[tones.Span]


def phones(syllable: Syllable) -> tuple[str, str, str]:
    """Onset, nucleus and coda in the model's symbols."""
    onset = _ONSETS.get(syllable.onset, syllable.onset) + syllable.medial
    rime = syllable.nucleus + syllable.coda
    if rime in _RIMES:
        nucleus, coda = _RIMES[rime]
    else:
        nucleus, coda = _NUCLEI.get(syllable.nucleus, syllable.nucleus), _CODAS.get(syllable.coda, syllable.coda)
    return onset, _STRESS + nucleus, coda


def plans(text: str, region: str, longest: int = _LONGEST) -> list[Plan]:
    """The text in stretches that the model can take, cut at punctuation where there is any."""
    stretches: list[list[wording.Word | wording.Pause]] = [[]]
    size = 0
    for item in wording.words(text, region):
        parts = _parts(item, longest) if isinstance(item, wording.Word) else [item]
        for part in parts:
            length = 2 if isinstance(part, wording.Pause) else sum(_length(s) for s in part.syllables)
            if size + length > longest and not isinstance(part, wording.Pause):
                rest = _break(stretches[-1])
                stretches.append(rest)
                size = sum(2 if isinstance(i, wording.Pause) else sum(map(_length, i.syllables)) for i in rest)
            stretches[-1].append(part)
            size += length
    return [_plan(stretch) for stretch in stretches if any(isinstance(item, wording.Word) for item in stretch)]


def _parts(word: wording.Word, longest: int) -> list[wording.Word | wording.Pause]:
    """A word that alone is too long, in pieces."""
    many = max(1, longest // 16)
    return [replace(word, syllables=word.syllables[n : n + many]) for n in range(0, len(word.syllables), many)]


def _length(syllable: Syllable) -> int:
    return sum(map(len, phones(syllable))) + 1


def _break(stretch: list[wording.Word | wording.Pause]) -> list[wording.Word | wording.Pause]:
    """Take off what follows the last mark in the second half of the stretch."""
    for place in range(len(stretch) - 1, len(stretch) // 2, -1):
        if isinstance(stretch[place], wording.Pause):
            rest = stretch[place + 1 :]
            del stretch[place + 1 :]
            return rest
    return []


def _plan(stretch: Sequence[wording.Word | wording.Pause]) -> Plan:
    symbols: list[Symbol] = []
    syllables: list[Syllable] = []
    starts: list[tuple[int, int, int]] = []
    new: set[int] = set()
    for item in stretch:
        if isinstance(item, wording.Pause):
            if symbols and symbols[-1].role == "gap":
                symbols.pop()
            symbols += [Symbol(item.mark, "pause"), Symbol(" ", "gap")]
            continue
        starts.append((len(syllables), item.start, item.end))
        if item.new:
            new.update(range(len(syllables), len(syllables) + len(item.syllables)))
        for syllable in item.syllables:
            number = len(syllables)
            for role, signs in zip(("onset", "nucleus", "coda"), phones(syllable), strict=True):
                symbols += [Symbol(sign, role, number) for sign in signs]
            symbols.append(Symbol(" ", "gap"))
            syllables.append(syllable)
    if symbols[-1].role == "gap":
        symbols.pop()
    return Plan(tuple(symbols), tuple(syllables), tuple(starts), frozenset(new))


def named(plan: Plan) -> list[tuple[str, ...]]:
    """For each symbol, what its sound is called in sounds.py, and its tone."""
    found: list[tuple[str, ...]] = []
    counts: dict[tuple[int, str], int] = {}
    for symbol in plan.symbols:
        if symbol.syllable < 0:
            found.append((f"pause {symbol.sign}",))
            continue
        syllable = plan.syllables[symbol.syllable]
        place = counts[symbol.syllable, symbol.role] = counts.get((symbol.syllable, symbol.role), -1) + 1
        tone = f"tone {syllable.tone}{' checked' if syllable.checked else ''}"
        if symbol.role == "onset":
            found.append((f"onset {syllable.onset}{syllable.medial} {place}", f"{tone} onset"))
            continue
        rime = syllable.nucleus + syllable.coda
        nucleus = rime if rime in _RIMES else syllable.nucleus
        sound = syllable.coda if symbol.role == "coda" else nucleus
        found.append((f"{symbol.role} {sound} {place}", tone, f"{tone} {symbol.role} {place}"))
    return found


def _mark_after(plan: Plan, place: int) -> str:
    """The punctuation mark that follows the symbol at ``place``; empty if none does."""
    following = plan.symbols[place + 1 : place + 2]
    return following[0].sign if following and following[0].role == "pause" else ""


def spans(plan: Plan, ends: "NDArray[np.int64]") -> list[tones.Span]:
    """Where each syllable's tone lies; ``ends``: the frame after each symbol's last, with those of both ends."""
    begins, ends = ends[:-2], ends[1:-1]
    found: list[tones.Span] = []
    phrase = 0
    places: dict[int, list[int]] = {}
    for n, symbol in enumerate(plan.symbols):
        if symbol.syllable >= 0:
            places.setdefault(symbol.syllable, []).append(n)
    for number, syllable in enumerate(plan.syllables):
        own = places[number]
        nucleus = [n for n in own if plan.symbols[n].role == "nucleus"]
        last = own[-1]
        if syllable.checked:  # nothing is voiced after the stop
            last = nucleus[-1]
        onset = int(begins[own[0]]) if number else 0  # the first comes in before its symbol
        start = int(begins[nucleus[0]])
        mark = _mark_after(plan, own[-1])
        end = max(start + 2, int(ends[last]))
        found.append(tones.Span(onset, start, end, syllable.tone, syllable.checked, phrase, mark, number in plan.new))
        phrase += bool(mark)
    return found


_LEAST = {"hỏi": 6, "ngã": 6, "nặng": 5}
"""Frames (25 ms) of a rime's voice below which its tone cannot be heard; of other tones 5, before a stop 3."""
_LONGER = {"ngang": 1, "huyền": 2, "hỏi": 2, "ngã": 1}
"""Frames by which the vowel is longer than planned, but before a stop: the recogniser hears these tones better then."""
_MOST = 20
"""Frames of a syllable at most, its silence in the stop aside."""
_LAST_RIME = 14
"""Frames of a rime's voice at most before a pause: the model plans up to 20 there, of which it means the most to be silent."""
_HELD = (4.5, 2.5)
"""Energy below which no rime's voice falls, at its start and its end. The model lets the last syllable before a pause die away after a
third of it, so that its tone is not heard (of 16 words with ngã one)."""


def bounded(plan: Plan, durations: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """``durations`` (frames by symbol, with those of both ends) with no syllable that is absurdly short or long."""
    bound = durations.copy()
    for number, syllable in enumerate(plan.syllables):
        own = [n for n, symbol in enumerate(plan.symbols, 1) if symbol.syllable == number]
        roles = {n: plan.symbols[n - 1].role for n in own}
        voiced = [n for n in own if roles[n] == "nucleus" or (roles[n] == "coda" and not syllable.checked)]
        vowels = [n for n in voiced if roles[n] == "nucleus" and plan.symbols[n - 1].sign != _STRESS]
        least = 3 if syllable.checked else _LEAST.get(syllable.tone, 5)
        least += number in plan.new
        longer = 0 if syllable.checked else _LONGER.get(syllable.tone, 0)
        # The vowel grows: the last of its symbols is its middle or its length.
        bound[vowels[-1]] += max(0, least - int(bound[voiced].sum())) + longer
        while (size := int(bound[own].sum())) > _MOST:
            longest = max(own, key=lambda n: int(bound[n]))
            bound[longest] -= min(size - _MOST, max(1, int(bound[longest]) // 4))
        if _mark_after(plan, own[-1] - 1):  # places in the durations are one more than in the symbols
            while int(bound[voiced].sum()) > _LAST_RIME:
                bound[max(voiced, key=lambda n: int(bound[n]))] -= 1
                bound[own[-1] + 1] += 1
    return bound


def _imploded(plan: Plan, energy: "NDArray[np.float32]", where: Sequence[tones.Span]) -> "NDArray[np.float32]":
    """đ comes in softly: said with the model's force it is heard as t."""
    soft = energy.copy()
    for syllable, span in zip(plan.syllables, where, strict=True):
        if syllable.onset == "ɗ":
            soft[span.onset : span.start] -= 1
    return soft


def _held(energy: "NDArray[np.float32]", where: Sequence[tones.Span]) -> "NDArray[np.float32]":
    """The voice lasts to the end of each rime (of those with a stop the vowel is short and ends by itself)."""
    import numpy as np

    held = energy.copy()
    for span in where:
        if not span.checked:
            least = np.linspace(*_HELD, span.end - span.start)
            held[span.start : span.end] = np.maximum(held[span.start : span.end], least)
    return held


def _shortened(
    plan: Plan, durations: "NDArray[np.int64]", pitch: "NDArray[np.float32]", energy: "NDArray[np.float32]"
) -> "tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]":
    """Without the silence after the last sound that is more than needed."""
    if plan.symbols[-1].role != "pause":
        return durations, pitch, energy
    short = durations.copy()
    short[-2:] = short[-2:].clip(max=(_TAIL, 2))
    frames = int(short.sum()) * 2
    return short, pitch[:, :frames], energy[:, :frames]


class Kokoro:
    """One voice. ``style``: the names of the styles to mix and their parts; ``middle``: Hz, of its pitch."""

    def __init__(
        self,
        style: Mapping[str, float],
        speed: float = 1.0,
        pitch: float = 1.0,
        volume: float = 1.0,
        region: str = "north",
        middle: float | None = None,
        melody: tones.Melody | None = None,
    ) -> None:
        import numpy as np

        if region not in REGIONS:
            raise VoiceError(f"there is no region {region!r}; there are {', '.join(REGIONS)}")
        packed = weights.styles()
        if not style or (unknown := sorted(style.keys() - packed.styles.keys())):
            named = repr(unknown[0]) if style else "of no name"
            raise VoiceError(f"there is no style {named}; there are {', '.join(sorted(packed.styles))}")
        total = sum(style.values())
        self._style = np.sum([packed.styles[n] * np.float32(part / total) for n, part in style.items()], axis=0)
        self._symbols = packed.symbols
        self.sounds = sounds.load()
        self._speed, self._pitch, self._volume, self._region = speed, pitch, volume, region
        self._middle, self.melody = middle, melody or tones.Melody()
        try:
            self._graphs = {name: session(str(path)) for name, path in weights.graphs().items()}
        except Exception as error:  # onnxruntime has no class of its own errors
            raise VoiceError(
                f"the natural voice's graphs cannot be loaded ({error}): delete {weights.cache_folder()}"
            ) from None

    def speak(self, text: str) -> Clip:
        sound: list[bytes] = []
        words: list[WordTime] = []
        done = 0
        for plan in plans(text, self._region):
            samples, times = self._say(plan)
            words += [
                WordTime(start, end, done / RATE + time)
                for (_, start, end), time in zip(plan.starts, times, strict=True)
                if not words or words[-1].start != start
            ]
            sound.append(samples)
            done += len(samples) // 2
        return Clip(b"".join(sound), RATE, tuple(words))

    def prepared(self, plan: Plan) -> Prepared:
        """Durations, and pitch and energy with the tones."""
        import numpy as np

        signs = [self._symbols[s.sign] for s in plan.symbols]
        symbols = np.array([[0, *signs, 0]], np.int64)
        style = self._style[min(len(signs), len(self._style) - 1)].reshape(1, 256)
        inputs = {"tokens": symbols, "style": style}
        durations, features = self._graphs["durations"].run(
            ["durations", "features"], inputs | {"speed": np.array([self._speed], np.float32)}
        )
        durations = bounded(plan, durations)
        told = {"durations": durations, "style": style, "features": features}
        pitch, energy = self._graphs["prosody"].run(["pitch", "energy"], told)
        durations, pitch, energy = _shortened(plan, durations, pitch, energy)
        ends = np.cumsum(durations) * 2
        where = spans(plan, ends)
        voiced = pitch[0][pitch[0] > 40]
        middle = self._middle or float(np.exp(np.median(np.log(voiced))))
        curve = tones.curve(pitch[0], where, middle * self._pitch, self.melody)
        curve, loudness = tones.creaky(curve, _imploded(plan, _held(energy[0], where), where), where, self.melody)
        taught = {"style": style + self.sounds.style, "learned": self.sounds.of([(), *named(plan), ()])}
        planned = {"durations": durations, "pitch": curve[None], "energy": loudness[None]}
        return Prepared(inputs | taught | planned, where)

    def _say(self, plan: Plan) -> tuple[bytes, list[float]]:
        """16-bit samples, and the seconds at which each word begins."""
        made = self.prepared(plan)
        (audio,) = self._graphs["decoder"].run(["audio"], made.given)
        sound = tones.glottal(audio.ravel(), made.spans, RATE, self.melody)
        return self._finish(sound, [made.spans[first].onset * FRAME / 2 for first, _, _ in plan.starts])

    def _finish(self, audio: "NDArray[np.float32]", times: list[float]) -> tuple[bytes, list[float]]:
        import numpy as np

        if not np.isfinite(audio).all():
            raise VoiceError("the natural voice gave no sound but NaN")
        loud = np.flatnonzero(np.abs(audio) > 0.005)
        if not len(loud):
            return b"", times
        margin = RATE // 50
        first, last = max(0, int(loud[0]) - margin), int(loud[-1]) + margin
        kept = np.clip(audio[first:last] * self._volume, -0.999, 0.999)
        return (kept * 32767).astype("<i2").tobytes(), [max(0.0, time - first / RATE) for time in times]


def engine(settings: Mapping[str, Any], rate: float, pitch: float, volume: float) -> Kokoro:
    """See engine.Kind. ``settings``: style (a table: name = part), speed, middle (Hz), region, volume, melody (a table)."""
    try:
        style = settings.get("style", {"jf_alpha": 1.0})
        middle = settings.get("middle")
        return Kokoro(
            {str(name): float(part) for name, part in style.items()},
            float(settings.get("speed", 1.0)) * rate,
            pitch,
            float(settings.get("volume", 1.0)) * volume,
            str(settings.get("region", "north")),
            None if middle is None else float(middle),
            tones.melody(dict(settings.get("melody", {}))),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise VoiceError(f"a setting of the natural voice is wrong: {error}") from None
