"""What can go wrong, as one tree.

Each message is one line: what happened, to which input, and what to do next.

* DocreaderError
  * SourceError: the source cannot be had (unknown host, refused, time-out, 404, too large, no such file)
  * NotAnArticle: it was had, but there is nothing to read in it (wrong type, empty, no article)
  * VoiceError: no such voice, a voice file that is wrong, an engine that is missing or fails
  * LexiconError: a lexicon file that cannot be read; names the line
  * OutputError: the result cannot be written
  * SettingsError: a setting of the service is wrong; names it
"""


class DocreaderError(Exception):
    """Base of all errors that a user can cause or mend; its text is the whole message."""


class SourceError(DocreaderError):
    """The source cannot be had."""


class NotAnArticle(DocreaderError):  # noqa: N818  (it says what the source is; "NotAnArticleError" would say it twice)
    """The source holds no article that could be read aloud."""


class VoiceError(DocreaderError):
    """The voice or its engine cannot speak."""


class LexiconError(DocreaderError):
    """A lexicon cannot be used."""


class OutputError(DocreaderError):
    """The result cannot be written."""


class SettingsError(DocreaderError):
    """A setting of the service is wrong."""
