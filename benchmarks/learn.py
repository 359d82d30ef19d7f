"""Learns src/docreader/speech/sounds.npz, the vectors of Vietnamese sounds that the natural voice has beside its symbols.

    python benchmarks/learn.py TEXT ... [--minutes 60] [--from FILE ...] [--out FILE]

Takes phrases of five to nine words from the texts (plain Vietnamese prose; what is there was learned from laws), says each as the voice
does, has viet-asr's network find how likely the phrase is in what was said, and moves the vectors against the slope (Adam). Two of
three are drills instead, words in any tone, of which it must find the right tone likelier than the five others. The mean of the steps is kept. Ten phrases and ten drills are
held back and told before and after. Best run once on each core (--threads 1, different --skip and --out); then ``--minutes 0 --from`` what they left takes the mean. Needs torch and
viet-asr, Linux and a C compiler; some 4 s a phrase on a core.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import listen
import numpy as np
import onnx
import recogniser
import torch
from differentiable import Network
from scipy.signal import firwin

from docreader.speech import decoder, kokoro, sounds, tones, voices, weights

Tensor = Any
# Memory that was taken stays: torch asks for the same large pieces again and again.
_MALLOC = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000", "MALLOC_TOP_PAD_": "500000000"}
_CARRIERS = (
    "Từ {}, từ {}, từ {}.",
    "Nói {}, viết {}, đọc {}.",
    "Đây là {}, kia là {}.",
    "Một là {}, hai là {}, ba là {}.",
    "Hãy đọc {} rồi viết {}.",
    "{} {} {} {}.",
    "{}, {}, {}, {}.",
)
_PHRASE = 3  # every third is one, the others are drills
_SOFT = 4  # what likelinesses of tones are divided by
# Kept by a library that is loaded before and stands between viet-asr and onnxruntime: the network as viet-asr hands it over. The eighth
# function of onnxruntime's table is CreateSession, the ninth CreateSessionFromArray.
_KEEPER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef struct { const void *(*api)(uint32_t); const char *(*version)(void); } Base;
static const Base *real; static Base own; static void *table[400];
static void *(*create)(const void *, const void *, size_t, const void *, void **);
static void *keep(const void *env, const void *data, size_t size, const void *options, void **out) {
    FILE *file = fopen(getenv("KEEP"), "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) exit(1);
    return create(env, data, size, options, out);
}
static const void *api(uint32_t version) {
    memcpy(table, real->api(version), 286 * sizeof(void *));
    create = table[8]; table[8] = keep;
    return table;
}
const Base *OrtGetApiBase(void) {
    real = ((const Base *(*)(void))dlsym(RTLD_NEXT, "OrtGetApiBase"))();
    own = *real; own.api = api;
    return &own;
}
"""


def network() -> onnx.ModelProto:
    spec = find_spec("vietasr")
    if spec is None or spec.origin is None:
        raise SystemExit("viet-asr is missing: pip install -e '.[bench]'")
    runtime = Path(spec.origin).parent / "_native" / "libonnxruntime.so.1"
    with tempfile.TemporaryDirectory() as folder:
        keeper, kept = f"{folder}/keeper.so", f"{folder}/kept.onnx"
        compiler = ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", keeper, "-ldl"]
        subprocess.run(compiler, input=_KEEPER.encode(), check=True)
        load = "import vietasr; vietasr.Pipeline.new().add('vietasr').build()"
        told = os.environ | {"LD_PRELOAD": f"{keeper}:{runtime}", "KEEP": kept}
        subprocess.run([sys.executable, "-c", load], env=told, check=True, stderr=subprocess.DEVNULL)
        return onnx.load(kept)


@dataclass(frozen=True, slots=True)
class Drill:
    """Syllables in any tone, where nothing around them tells which."""

    carrier: str
    said: list[tuple[str, int]]
    """Each without its tone, and the number of the tone."""

    @property
    def text(self) -> str:
        text = self.carrier.format(*(listen.tone_set(base)[tone] for base, tone in self.said))
        return text[0].upper() + text[1:]


class Ear:
    """viet-asr from samples to log-probabilities."""

    _STEP = 43
    """Frames of 10 ms that it takes at once."""

    def __init__(self) -> None:
        self._network = Network(network(), ["output", "r_att_cache", "r_cnn_cache"])
        place = np.arange(400)
        self._window = torch.tensor((0.5 - 0.5 * np.cos(2 * np.pi * place / 399)) ** 0.85, dtype=torch.float32)
        mel = 1127 * np.log(1 + np.arange(257) * 16000 / 512 / 700)
        edges = np.linspace(1127 * np.log(1 + 20 / 700), 1127 * np.log(1 + 8000 / 700), 82)
        width = edges[1] - edges[0]
        rising = (mel - edges[:-2, None]) / width
        bank = np.maximum(0, np.minimum(rising, 2 - rising))
        bank[:, -1] = 0
        self._bank = torch.tensor(bank, dtype=torch.float32)
        filtering = firwin(61, 1 / 3, window=("kaiser", 5.0)) * 2
        self._filter = torch.tensor(filtering, dtype=torch.float32).reshape(1, 1, -1)

    def __call__(self, samples: Tensor) -> Tensor:
        """``samples``: 24,000 a second, as large as those of 16 bits. Gives (frames, tokens)."""
        twice = torch.stack([samples, torch.zeros_like(samples)], 1).reshape(1, 1, -1)
        sound = torch.nn.functional.conv1d(twice, self._filter, padding=30, stride=3).reshape(-1)
        silence = torch.zeros(round(16000 * recogniser.EDGE))
        frames = torch.cat([silence, sound, silence]).unfold(0, 400, 160)
        frames = frames - frames.mean(1, keepdim=True)
        frames = torch.cat([frames[:, :1] * 0.03, frames[:, 1:] - 0.97 * frames[:, :-1]], 1) * self._window
        power = torch.fft.rfft(frames, 512).abs() ** 2
        features = torch.log(torch.clamp(power @ self._bank.t(), min=float(np.finfo(np.float32).eps)))
        given = {"att_cache": torch.zeros(1, 12, 4, 40, 224), "cnn_cache": torch.zeros(1, 12, 448, 30)}
        out = []
        for number, chunk in enumerate(features.split(self._STEP)):
            if len(chunk) < self._STEP:
                chunk = torch.cat([chunk, chunk[-1:].expand(self._STEP - len(chunk), 80)])
            offset = torch.tensor([[10 * number]])
            logs, given["att_cache"], given["cnn_cache"] = self._network(
                {"chunk": chunk[None], "offset": offset, **given}
            )
            out.append(logs[0])
        return torch.cat(out)


def likely(logs: Tensor, texts: Sequence[str]) -> Tensor:
    """recogniser.likely of each text, of the whole text, with its slope."""
    known = recogniser._recogniser()
    found, firsts, lasts, size = [], [], [], 0
    for number, text in enumerate(texts):
        letters = "".join("▁" + word for word in _words(text))
        found += [
            (size + start, size + end, known.tokens[letters[start:end]], number)
            for start in range(len(letters))
            for end in range(start + 1, min(len(letters), start + known.longest) + 1)
            if known.tokens.get(letters[start:end], logs.shape[1]) < logs.shape[1]
        ]
        firsts.append(size)
        size += len(letters) + 1
        lasts.append(size - 1)
    starts, ends, numbers, own = (torch.tensor(column) for column in zip(*found, strict=True))
    place = torch.repeat_interleave(torch.arange(len(texts)), torch.tensor(lasts) - torch.tensor(firsts) + 1)
    inside, between = torch.zeros(len(found), dtype=torch.float64), torch.zeros(size, dtype=torch.float64)
    between[firsts] = 1
    total = torch.zeros(len(texts), dtype=torch.float64)
    for frame in torch.exp(logs.double()):
        ended = torch.zeros(size, dtype=torch.float64).index_add(0, ends, inside)
        inside, between = frame[numbers] * (inside + between[starts] + ended[starts]), frame[0] * (between + ended)
        scale = torch.zeros(len(texts), dtype=torch.float64).index_add(0, own, inside).index_add(0, place, between)
        total = total + torch.log(scale)
        inside, between = inside / scale[own], between / scale[place]
    ended = torch.zeros(size, dtype=torch.float64).index_add(0, ends, inside)
    return total + torch.log((between + ended)[lasts] + 1e-30)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text.lower()))


def tones_found(logs: Tensor, drill: Drill) -> Tensor:
    """(syllables, six tones): how likely each is in what was heard, the rest of the drill given (as listen.scores asks)."""
    said = [listen.tone_set(base)[tone] for base, tone in drill.said]
    texts = [
        drill.carrier.format(*said[:n], other, *said[n + 1 :])
        for n, (base, _) in enumerate(drill.said)
        for other in listen.tone_set(base)
    ]
    return likely(logs, texts).reshape(-1, 6)


def far(found: Tensor, drill: Drill) -> Tensor:
    """How far each syllable is from being the likeliest of the six tones; 0 is near."""
    # What is far from right would take all of the slope: rare syllables, of which the recogniser thinks the worse whatever it hears.
    shares = torch.softmax(found / _SOFT, 1)[torch.arange(len(drill.said)), [tone for _, tone in drill.said]]
    return -torch.log(0.02 + shares)


def missed(logs: Tensor, drill: Drill) -> tuple[Tensor, Tensor]:
    """How far the syllables are from right on average, and the share that is right."""
    found = tones_found(logs, drill)
    right = found.argmax(1) == torch.tensor([tone for _, tone in drill.said])
    return far(found, drill).mean(), right.double().mean()


class Mouth:
    """The natural voice up to the samples, with the vectors that are learned."""

    def __init__(self, name: str) -> None:
        voice = voices.load(name)
        self._voice = kokoro.engine(voice.settings, 1.0, 1.0, 1.0)
        self._voice.sounds = sounds.none()
        model = weights.part(weights.model(), "decoder")
        decoder.floats(model)
        self._decoder = Network(model, ["audio"])
        self.vectors: dict[str, Tensor] = {}
        self.style = torch.zeros(1, 256, requires_grad=True)

    def remember(self, files: Sequence[Path]) -> None:
        """The mean of what is in them: of two descents it is better than either."""
        known = [sounds.load(file) for file in files]
        for name in {name for one in known for name in one.names}:
            rows = [one.of([(name,)])[0, 0] for one in known]
            self.vectors[name] = torch.tensor(np.mean(rows, 0), requires_grad=True)
        self.style = torch.tensor(np.mean([one.style for one in known], 0), requires_grad=True)

    def become(self, values: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, value in values.items():
                (self.style if name == "style" else self.vectors[name]).copy_(value)

    def keep(self, file: Path) -> None:
        names = sorted(self.vectors)
        rows = np.stack([self.vectors[name].detach().numpy() for name in names])
        scale = float(np.abs(rows).max()) / 127
        eight = np.round(rows / scale).astype(np.int8)
        style = self.style.detach().numpy().astype(np.float16)
        np.savez_compressed(file, names=np.array(names), vectors=eight, scale=np.float32(scale), style=style)

    def __call__(self, text: str) -> Tensor:
        (plan,) = kokoro.plans(text, "north")
        made = self._voice.prepared(plan)
        given = {name: torch.tensor(value) for name, value in made.given.items()}
        given["style"] = given["style"] + self.style
        given["learned"] = torch.stack([self._sum(own) for own in [(), *kokoro.named(plan), ()]])[None]
        sound = self._decoder(given)[0].reshape(-1)
        beaten = tones.glottal(np.ones(len(sound), np.float32), made.spans, kokoro.RATE, self._voice.melody)
        return sound * torch.tensor(beaten) * 30000

    def _sum(self, names: Sequence[str]) -> Tensor:
        row = torch.zeros(sounds.WIDTH)
        for name in names:
            if name not in self.vectors and torch.is_grad_enabled():
                self.vectors[name] = torch.zeros(sounds.WIDTH, requires_grad=True)
            row = row + self.vectors.get(name, torch.zeros(sounds.WIDTH))
        return row


class Descent:
    """Adam, each vector with one size of step for all its numbers, so that rare sounds do not jump."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._seen: dict[str, tuple[int, Tensor, Tensor]] = {}
        self.mean: dict[str, Tensor] = {}
        """Of the values after each step, later ones counting for more: the descent wanders about the best place, and their mean is
        nearer to it than any of them."""

    def __call__(self, values: dict[str, Tensor], left: float) -> None:
        """``left``: what is left of the time, 1 to 0; steps shrink with it, so that the last ones settle."""
        for name, value in values.items():
            if value.grad is None:
                continue
            slope = value.grad / max(1.0, float(value.grad.norm()))
            count, mean, square = self._seen.get(name, (0, torch.zeros_like(slope), torch.zeros(())))
            count, mean, square = count + 1, 0.9 * mean + 0.1 * slope, 0.98 * square + 0.02 * (slope**2).mean()
            self._seen[name] = count, mean, square
            step = self._step * left * (0.2 if name == "style" else 1.0)
            with torch.no_grad():
                value -= step * mean / (1 - 0.9**count) / ((square / (1 - 0.98**count)).sqrt() + 1e-9)
            value.grad = None
            before = self.mean.get(name, value.detach())
            self.mean[name] = before + (value.detach() - before) * 2 / (count + 1)


def phrases(texts: list[Path]) -> list[str]:
    """In an order drawn by chance, always the same."""
    found = set()
    for text in texts:
        for piece in re.split(r"[^\w\s]|[\d_\n]", unicodedata.normalize("NFC", text.read_text(encoding="utf-8"))):
            words = piece.split()
            lower = all(word.islower() or not n for n, word in enumerate(words))
            if 5 <= len(words) <= 9 and lower and all(re.fullmatch(r"[^\W\d_fjwz]+", word) for word in words):
                found.add(" ".join(words).capitalize() + ".")
    ordered = sorted(found)
    random.Random(1).shuffle(ordered)
    return ordered


def drills(seed: int) -> Iterator[Drill]:
    """By chance, of a seed always the same: syllables of which at least five tones are words (the recogniser has a token of its own for
    each), none of them by which listen.py measures."""
    known = recogniser._recogniser().tokens
    forms: dict[str, list[int]] = {}
    for token in sorted(known):
        word = token.removeprefix("▁")
        base = unicodedata.normalize("NFC", listen.toneless(unicodedata.normalize("NFD", word)))
        # A syllable that closes with p, t, c or ch has two tones only.
        if (
            token != word
            and base not in forms
            and re.fullmatch(r"(?!qu$)[^\W\d_fjwz]*[aăâeêioôơuưy][mnghaiouy]*", base)
        ):
            forms[base] = [tone for tone, other in enumerate(listen.tone_set(base)) if f"▁{other}" in known]
    left = [base for base, tones_known in forms.items() if len(tones_known) >= 5 and base not in listen.SETS]
    chance = random.Random(seed)
    while True:
        carrier = chance.choice(_CARRIERS)
        bases = chance.sample(left, carrier.count("{}"))
        # ngã twice as often: fewer words have it, and it is the hardest to hear
        yield Drill(carrier, [(base, chance.choice(forms[base] + [4] * (4 in forms[base]))) for base in bases])


def main() -> None:
    if not os.environ.keys() >= _MALLOC.keys():  # read by malloc before the program begins
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | _MALLOC)
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("texts", nargs="+", type=Path)
    options.add_argument("--voice", default="natural-female")
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--step", type=float, default=0.01)
    options.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options.add_argument("--skip", type=int, default=0, help="phrases that were learned from before")
    options.add_argument("--from", dest="begin", nargs="+", type=Path, default=[sounds.LEARNED], help="their mean")
    options.add_argument("--out", type=Path, default=sounds.LEARNED)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    said = phrases(given.texts)
    held, left = said[:10], cycle(said[10 + given.skip :] + said[10 : 10 + given.skip])
    mouth, ear, descend = Mouth(given.voice), Ear(), Descent(given.step)
    mouth.remember(given.begin)

    asked = list(islice(drills(2), 10))
    drill = drills(3 + given.skip)

    def told() -> Any:
        with torch.no_grad():
            known = np.array([float(likely(ear(mouth(text)), [text])) / len(_words(text)) for text in held])
            drilled = np.array([[float(figure) for figure in missed(ear(mouth(one.text)), one)] for one in asked])
        print(
            f"held back: {known.mean():.3f} a word; {100 * drilled[:, 1].mean():.0f} of 100 tones right, missed by {drilled[:, 0].mean():.3f}",
            flush=True,
        )
        return known

    print(f"{len(said)} phrases")
    before = told()
    end, lost, chosen = time.monotonic() + 60 * given.minutes, [], []
    for number in count(1):
        remaining = end - time.monotonic()
        if remaining <= 0:
            break
        if number % _PHRASE:
            one = next(drill)
            loss, right = missed(ear(mouth(one.text)), one)
            chosen.append((float(loss.detach()), float(right)))
        else:
            phrase = next(left)
            loss = -likely(ear(mouth(phrase)), [phrase])[0] / len(_words(phrase))
            lost.append(float(loss.detach()))
        loss.backward()
        descend(mouth.vectors | {"style": mouth.style}, max(0.05, remaining / (60 * given.minutes)))
        if number % 20 == 0:
            asked_lately = np.array(chosen[-20:]).mean(0)
            print(
                f"{number}: {-np.mean(lost[-40:]):.3f} a word, {100 * asked_lately[1]:.0f} tones of 100, missed by {asked_lately[0]:.3f}",
                flush=True,
            )
            mouth.keep(given.out)
    mouth.become(descend.mean)
    mouth.keep(given.out)
    gain = told() - before
    print(f"{gain.mean():+.3f} ± {gain.std() / len(gain) ** 0.5:.3f}")


if __name__ == "__main__":
    main()
