"""The picture that players show of a track: a file, or the article's own, made small and plain enough for all of them."""

import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docreader.article.model import Article
from docreader.errors import OutputError, SourceError

if TYPE_CHECKING:
    from PIL.Image import Image

    from docreader.article.fetch import Fetch

ARTICLE = "article"
"""Instead of a file's name: the picture of each article."""
_LARGEST_FILE = 10_000_000
_SIDE, _BYTES = 1200, 500_000
"""Pixels and bytes that an article's picture may have: no player shows more, and every track carries it."""
_PIXELS = 50_000_000  # more is a bomb
_QUALITY = 85


def from_file(path: str | Path) -> bytes:
    """A picture file. Raises OutputError: it cannot be read, or is no JPEG or PNG, or too large for players."""
    from docreader.audio.tags import picture_type

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise OutputError(f"the cover {path} cannot be read: {error.strerror}") from None
    if picture_type(data) is None:
        raise OutputError(f"the cover {path} is no picture that players show: give a JPEG or PNG")
    if len(data) > _LARGEST_FILE:
        raise OutputError(f"the cover {path} has {len(data) // 1_000_000} MB: give one of at most 10")
    return data


def from_article(article: Article, settings: "Fetch | None" = None) -> bytes:
    """The article's own picture as a JPEG or PNG, fetched as its page was.

    Raises SourceError: it has none, or it cannot be had; OutputError: it is no picture, or broken.
    """
    from docreader.article.fetch import Fetch, fetch

    if not article.image:
        raise SourceError("the article names no picture")
    settings = settings or Fetch()
    beside = urlsplit(article.image).hostname == urlsplit(article.url).hostname
    # A page of the open web may not point us at what stands in a private network.
    page = fetch(article.image, replace(settings, allow_private=settings.allow_private and beside))
    try:
        return fitting(page.content)
    except ValueError as error:
        raise OutputError(f"{article.image} is no picture that can be shown ({error})") from None


def fitting(data: bytes) -> bytes:
    """A picture of any kind as players take it: a small JPEG or PNG as it is, else a JPEG.

    Raises ValueError: it is none, or broken, or a bomb.
    """
    from PIL import Image

    try:
        return _fitting(data)
    except (OSError, SyntaxError, ArithmeticError, Image.DecompressionBombError) as error:  # what its decoders raise
        raise ValueError(str(error).replace("\n", " ")) from None


def _fitting(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    from docreader.audio.tags import picture_type

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is the lower one
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _PIXELS:
                raise ValueError(f"{image.width} × {image.height} pixels")
            small = max(image.size) <= _SIDE and len(data) <= _BYTES
            image.draft("RGB", (_SIDE, _SIDE))
            image.load()  # all of it: a picture that was cut off is seen here
            if small and picture_type(data):
                return data
            shown = _opaque(ImageOps.exif_transpose(image))
    shown.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _opaque(image: "Image") -> "Image":
    """On white, where it can be seen through."""
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    over = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
