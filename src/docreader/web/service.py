"""The service's parts, made from its settings and put together."""

import asyncio
from pathlib import Path

from docreader.article.guard import Resolver, resolve
from docreader.article.model import Article, Block
from docreader.audio.cache import Cache
from docreader.audio.track import line
from docreader.errors import SettingsError
from docreader.speech import voices
from docreader.speech.voices import Voice
from docreader.spoken.lexicon import with_own
from docreader.spoken.script import script
from docreader.web.allow import Allowed
from docreader.web.articles import Articles, fetching
from docreader.web.crews import Crews
from docreader.web.jobs import Jobs
from docreader.web.limits import Counted, Rate
from docreader.web.metrics import Metrics
from docreader.web.settings import Settings
from docreader.web.store import Store

_WARM = "Xin chào."


class Service:
    """Raises SettingsError, VoiceError, LexiconError, OutputError: a setting that cannot be used."""

    def __init__(self, settings: Settings, resolver: Resolver = resolve) -> None:
        self.settings = settings
        self.voices = _voices(settings)
        self.allowed = Allowed(settings.allow, settings.origins, settings.own_origin)
        self.lexicon = with_own(*map(Path, settings.lexicons)) if settings.lexicons else None
        limit = settings.cache_megabytes * 1_000_000
        self.store = Store(Path(settings.cache, "tracks"), limit, self._forgotten)
        self.crews = Crews(Cache(Path(settings.cache, "sentences"), limit))
        self.articles = Articles(
            self.store,
            self.allowed,
            self.voices,
            self.lexicon,
            fetching(settings.fetch_seconds, settings.page_megabytes, settings.private, resolver),
            fresh=settings.fresh,
            seconds=settings.article_seconds,
            max_characters=settings.max_characters,
            jobs=settings.jobs,
            queue=settings.queue,
        )
        self.jobs = Jobs(
            self.store,
            self.crews,
            jobs=settings.jobs,
            queue=settings.queue,
            seconds=settings.make_seconds,
            linger=settings.linger,
            made=lambda key: self.articles.changed(key),
        )
        self.requests = Rate(settings.requests_per_second, settings.requests_per_second * 4)
        self.works = Rate(settings.works_per_minute / 60, settings.works_per_minute)
        self.streams = Counted(settings.streams_per_client)
        self.metrics = Metrics(self)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def voice(self) -> Voice:
        """Of who asks for none."""
        return self.voices[self.settings.voice]

    async def warm(self) -> None:
        """Load what the first request needs: the lexicon, the extractor, the voice."""

        def load() -> None:
            from docreader.article.html import extract

            extract(f"<html><body><article><h1>{_WARM}</h1><p>{_WARM * 30}</p></article></body></html>")
            with self.crews.get(self.voice, "mp3") as crew:
                crew.cache, cache = None, crew.cache  # what is kept would not wake the voice
                for _ in crew.parts(map(line, script(Article(_WARM, blocks=(Block("paragraph", _WARM),))).utterances)):
                    pass
                crew.cache = cache

        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(load)

    async def close(self) -> None:
        await self.jobs.close()
        self.articles.close()

    def _forgotten(self, key: str) -> None:
        """From the thread that trims the store."""
        if self._loop:
            self._loop.call_soon_threadsafe(self.articles.changed, key)


def _voices(settings: Settings) -> dict[str, Voice]:
    """Those that may be asked for, the default first."""
    if settings.voices:
        names = dict.fromkeys((settings.voice, *settings.voices))
        return {voice.name: voice for voice in map(voices.load, names)}
    found = {voice.name: voice for voice in voices.available() if voice.installed and not voice.online}
    if settings.voice not in found:
        chosen = voices.load(settings.voice)
        if not chosen.installed:
            raise SettingsError(f"the voice {chosen.name!r} is not installed; see docreader voices")
        found[settings.voice] = chosen
    return {settings.voice: found[settings.voice], **found}
