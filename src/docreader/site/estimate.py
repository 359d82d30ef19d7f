"""What a site would take: a sample of its articles is fetched and normalised, a little of it is said, nothing is written."""

import random
import time
from dataclasses import dataclass

from docreader.article.fetch import Fetcher
from docreader.article.source import from_answer, from_content
from docreader.audio import formats
from docreader.audio.crew import Crew
from docreader.audio.part import Line
from docreader.errors import DocreaderError
from docreader.site.discover import Discovery
from docreader.site.model import Found, How
from docreader.speech.estimate import seconds_of
from docreader.spoken.around import around
from docreader.spoken.lexicon import Lexicon, default
from docreader.spoken.model import Script
from docreader.spoken.script import script

_SAMPLE = 40
_SAID = 20
"""Sentences that are said to learn how quick the voice is here."""


@dataclass(frozen=True, slots=True)
class Estimate:
    articles: int
    characters: int
    seconds_of_sound: float
    bytes: int
    seconds: float
    """That the job would take with these workers."""
    sample: int
    """Articles that were looked at."""
    unreadable: int
    """Of them."""


def estimate(discovery: Discovery, how: How, workers: int, lexicon: Lexicon | None = None) -> Estimate:
    """Go through the whole listing, look at a sample of it. Raises DocreaderError: the voice cannot speak."""
    chance = random.Random(0)
    sample: list[Found] = []
    total = 0
    for found in discovery:  # a reservoir: each article has the same chance, in bounded memory
        total += 1
        if len(sample) < _SAMPLE:
            sample.append(found)
        elif (place := chance.randrange(total)) < _SAMPLE:
            sample[place] = found
    scripts, characters, unreadable, begun = [], 0, 0, time.monotonic()
    with Fetcher(how.fetch) as fetcher:
        for found in sample:
            try:
                said = _script(found, how, fetcher, lexicon or default())
            except DocreaderError:
                unreadable += 1
                continue
            scripts.append(said)
            characters += sum(len(u.written) for u in said.utterances)
    looked = time.monotonic() - begun
    sound = sum(seconds_of(said) for said in scripts) / how.voice.rate
    pace, rate = _pace(scripts, how)
    scale = total / len(sample) if sample else 0.0
    work = sound / pace + looked if scripts else looked
    return Estimate(
        total, round(characters * scale), round(sound * scale, 1), round(sound * scale * rate), round(work * scale / workers, 1),
        len(sample), unreadable,
    )  # fmt: skip


def _script(found: Found, how: How, fetcher: Fetcher, lexicon: Lexicon) -> Script:
    if found.content is not None:
        article = from_content(found.content, found.content_type, found.file or found.address)
    else:
        article = from_answer(fetcher.fetch(found.address), how.fetch)
    return around(script(article, lexicon), article, how.introduction, how.ending, lexicon)


def _pace(scripts: list[Script], how: How) -> tuple[float, float]:
    """Seconds of sound that one worker makes in a second, and bytes that a second of sound takes."""
    sentences = [u.spoken for said in scripts for u in said.utterances if any(c.isalnum() for c in u.spoken)][:_SAID]
    if not sentences or how.voice.online:  # an online voice is not asked for what nobody will hear
        return 5.0, 8000.0
    with Crew(how.voice, how.format, 1, apart=True) as crew:
        parts = crew.parts(map(Line, sentences))
        made = [next(parts)]  # the engine's start is no part of its pace
        begun = time.monotonic()
        made += parts
        taken = max(1e-3, time.monotonic() - begun)
    sound = sum(part.sounding / part.rate for part in made)
    track = formats.track(how.format, made[0].rate)
    size = sum(len(track.add(part.data)) for part in made) + len(track.tail())
    bytes_ = size / sum(part.samples / part.rate for part in made)
    return max(0.1, sound / taken) * len(made[1:]) / len(made) if len(made) > 1 else 5.0, bytes_
