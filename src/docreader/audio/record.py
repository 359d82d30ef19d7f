"""A Script becomes a Recording: each sentence said by the voice, each pause by the reading style."""

import tempfile
from collections.abc import Callable
from contextlib import nullcontext

from docreader.audio import formats
from docreader.audio.crew import CORES, Crew
from docreader.audio.model import Mark, Recording
from docreader.errors import OutputError, VoiceError
from docreader.speech.voices import Voice
from docreader.spoken.model import Script


def record(
    script: Script,
    voice: Voice,
    *,
    format: str = "mp3",
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
    crew: Crew | None = None,
) -> Recording:
    """Say the whole script. ``progress`` is told (sentences done, sentences in all), first with 0.

    ``workers`` defaults to the cores (an online voice: to what its file allows). ``crew`` has that voice and format, and is
    warm when many scripts are said, or was started while the article was fetched. One sentence that cannot be said fails
    the recording. Raises VoiceError naming the sentence; OutputError: no such format, no room for temporary files.
    """
    formats.check(format)
    utterances = [u for u in script.utterances if any(c.isalnum() for c in u.spoken)]
    if not utterances:
        raise VoiceError("there is nothing to say: the text holds no words")
    tell = progress or (lambda done, total: None)
    tell(0, len(utterances))
    marks = []
    rate = samples = 0
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the Recording closes it)
    try:
        with nullcontext(crew) if crew else Crew(voice, format, min(workers or CORES, len(utterances))) as crew:
            sentences = [(u.spoken, u.pause / 1000 / voice.rate) for u in utterances]
            for utterance, part in zip(utterances, crew.parts(sentences), strict=True):
                file.write(part.data)
                rate = part.rate
                start, samples = samples, samples + part.samples
                marks.append(
                    Mark(
                        start / rate,
                        (start + part.sounding) / rate,
                        utterance.written,
                        utterance.spoken,
                        utterance.kind,
                        utterance.block,
                    )
                )
                tell(len(marks), len(utterances))
        file.write(formats.make(format, rate).tail())
        file.flush()
    except OSError as error:
        file.close()
        raise OutputError(f"no room for the sound in {tempfile.gettempdir()}: {error.strerror or error}") from error
    except BaseException:
        file.close()
        raise
    return Recording(script, voice, format, rate, samples, tuple(marks), file)
