"""The widget's files: read once, compressed once, for any page of any site."""

import gzip
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).with_name("static")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml", ".json": "application/json"}  # fmt: skip
_PACKED = frozenset(_TYPES)


class Static:
    """The files of a folder by their path in it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, tuple[bytes, bytes, dict[str, str]]] = {}
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(folder).as_posix()
            if path.is_file() and "__pycache__" not in name:
                self._files[name] = self._file(path)

    @staticmethod
    def _file(path: Path) -> tuple[bytes, bytes, dict[str, str]]:
        data = path.read_bytes()
        kind = _TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
        headers = {
            "Content-Type": kind + ("; charset=utf-8" if kind.startswith("text/") else ""),
            "ETag": f'W/"{blake2b(data, digest_size=12).hexdigest()}"',
            "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
            "Access-Control-Allow-Origin": "*",  # a module script is fetched with CORS, from any portal
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Encoding",
        }
        return data, gzip.compress(data, mtime=0) if path.suffix in _PACKED else b"", headers

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def answer(self, request: Request, name: str) -> Response:
        data, packed, headers = self._files[name]
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers={k: v for k, v in headers.items() if k != "Content-Type"})
        if packed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(data, headers=headers)
