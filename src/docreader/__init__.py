"""docreader: Vietnamese articles into speech.

The public names are imported when they are first used, so that ``import docreader`` costs nothing.
"""

TYPE_CHECKING = False  # type checkers take it for typing's, whose import would be most of what --version costs
if TYPE_CHECKING:
    from docreader.api import extract, normalise, read, script
    from docreader.article.model import Article, Block
    from docreader.audio.model import Mark, Recording
    from docreader.errors import (
        DocreaderError,
        LexiconError,
        NotAnArticle,
        OutputError,
        SettingsError,
        SourceError,
        VoiceError,
    )
    from docreader.spoken.model import Script, Utterance, Word

__version__ = "0.1.0"

_HOMES = {
    "extract": "api",
    "normalise": "api",
    "read": "api",
    "script": "api",
    "Article": "article.model",
    "Block": "article.model",
    "Mark": "audio.model",
    "Recording": "audio.model",
    "DocreaderError": "errors",
    "LexiconError": "errors",
    "NotAnArticle": "errors",
    "OutputError": "errors",
    "SettingsError": "errors",
    "SourceError": "errors",
    "VoiceError": "errors",
    "Script": "spoken.model",
    "Utterance": "spoken.model",
    "Word": "spoken.model",
}

__all__ = [
    "Article",
    "Block",
    "DocreaderError",
    "LexiconError",
    "Mark",
    "NotAnArticle",
    "OutputError",
    "Recording",
    "Script",
    "SettingsError",
    "SourceError",
    "Utterance",
    "VoiceError",
    "Word",
    "extract",
    "normalise",
    "read",
    "script",
]


if not TYPE_CHECKING:  # checkers know the names from above, and should miss the others

    def __getattr__(name: str) -> object:
        from importlib import import_module

        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'docreader' has no attribute {name!r}")
        return getattr(import_module(f"docreader.{home}"), name)
