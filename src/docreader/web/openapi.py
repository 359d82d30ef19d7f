"""The OpenAPI document."""

from typing import Any

from docreader import __version__
from docreader.speech.voices import LIMITS

_KEY = "^[0-9a-f]{40}$"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "type", "param"],
            "properties": {
                "code": {"type": "string", "description": "for programs"},
                "message": {"type": "string", "description": "for people"},
                "type": {"type": "string"},
                "param": {"type": "null"},
            },
        }
    },
}
_TEXTS = ("id", "title", "lead", "url", "canonical_url", "language", "published", "site", "author", "voice", "audio", "marks", "captions", "pdf")  # fmt: skip
_ARTICLE = {
    "type": "object",
    "required": [*_TEXTS, "version", "ready", "duration", "estimate", "voices", "blocks"],
    "properties": {
        "version": {"const": 1},
        **{name: {"type": "string"} for name in _TEXTS},
        "ready": {"type": "boolean", "description": "whether the whole track is there"},
        "duration": {"type": ["number", "null"], "description": "seconds; null until the track is whole"},
        "estimate": {"type": "number", "description": "seconds, from the syllables"},
        "voices": {
            "type": "array",
            "description": "Vietnamese voices that this article may be asked for with",
            "items": {
                "type": "object",
                "required": ["name", "region"],
                "properties": {"name": {"type": "string"}, "region": {"type": "string"}},
            },
        },
        "blocks": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "text"],
                "properties": {
                    "kind": {"enum": ["heading", "paragraph", "item", "quote", "row", "caption"]},
                    "text": {"type": "string"},
                },
            },
        },
    },
}
_MARK = {
    "type": "object",
    "required": ["start", "end", "block", "from", "to", "kind", "written", "spoken", "estimated", "words"],
    "properties": {
        "start": {"type": "number"},
        "end": {"type": "number"},
        "block": {"type": "integer", "minimum": -2, "description": "-2 title, -1 lead, else the index in blocks"},
        "from": {"type": "integer"},
        "to": {"type": "integer"},
        "kind": {"type": "string"},
        "written": {"type": "string"},
        "spoken": {"type": "string"},
        "estimated": {"type": "boolean"},
        "words": {"type": "array", "items": {"type": "array", "description": "start, end, from, to, spoken"}},
    },
}
_MARKS = {
    "type": "object",
    "required": ["version", "complete", "duration", "marks"],
    "properties": {
        "version": {"const": 1},
        "complete": {"type": "boolean"},
        "duration": {"type": ["number", "null"]},
        "marks": {"type": "array", "items": _MARK},
    },
}
_REASONS = {
    "400": "a parameter is missing or wrong",
    "401": "an API key is needed",
    "403": "the address may not be fetched",
    "404": "there is no such thing, or the site says so",
    "413": "too large",
    "422": "there is nothing to read",
    "429": "too many requests of this client: see Retry-After",
    "502": "the site failed",
    "503": "too much is waiting: see Retry-After",
    "504": "it took too long",
}


def document(voices: list[str]) -> dict[str, Any]:
    """OpenAPI 3.1, with the voices that this service offers."""
    url = _parameter("url", {"type": "string", "minLength": 1, "maxLength": 4096}, "of the article", required=True)
    voice = _parameter("voice", {"enum": voices}, "see /v1/voices")
    key = _parameter("key", {"type": "string", "pattern": _KEY}, "as /v1/article tells it", place="path")
    start = _parameter("from", {"type": "integer", "minimum": 0, "maximum": 1_000_000}, "the first mark that is wanted")
    wait = _parameter("wait", {"type": "number", "minimum": 0, "maximum": 25}, "seconds to wait for more marks")
    track, article = (
        ("400", "404", "429", "503", "504"),
        ("400", "401", "403", "404", "422", "429", "502", "503", "504"),
    )
    sound: dict[str, Any] = {"audio/mpeg": {}}
    moved = {"description": "where it is", "headers": {"Location": {"schema": {"type": "string"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "docreader", "version": __version__, "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"}},
        "components": {
            "schemas": {"Error": _ERROR, "Article": _ARTICLE, "Marks": _MARKS},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
        "paths": {
            "/v1/article": {"get": _get("article", "An article's text, and where its sound is", [url, voice], _json("Article"), article)},
            "/v1/audio/{key}.mp3": {"get": _get("audio", "The track; streamed while it is made", [key], sound, track)},
            "/v1/marks/{key}.json": {"get": _get("marks", "When each sentence and word is heard", [key, start, wait], _json("Marks"), track)},
            "/v1/captions/{key}.vtt": {"get": _get("captions", "WebVTT of the whole track", [key], {"text/vtt": {}}, track)},
            **{
                f"/v1/{name}": {"get": _get(f"{operation}_of_address", f"The {operation} of an address", [url, voice], {}, article) | {"responses": {"307": moved, **_errors(article)}}}
                for name, operation in (("audio", "audio"), ("marks", "marks"), ("captions.vtt", "captions"))
            },
            "/v1/pdf": {"get": _get("pdf", "The article as a tagged PDF", [url, voice], {"application/pdf": {}}, article)},
            "/v1/voices": {"get": _get("voices", "The voices", [], _object(version={"const": 1}, default={"type": "string"}, voices={"type": "array"}), ("429",))},
            "/v1/models": {"get": _get("models", "What clients of OpenAI ask for", [], _object(object={"const": "list"}, data={"type": "array"}), ("429",))},
            "/v1/normalise": {"post": _post("normalise", "What is said for a text", {"text": {"type": "string", "minLength": 1}}, ["text"], _object(version={"const": 1}, spoken={"type": "string"}))},
            "/v1/audio/speech": {"post": _post("speech", "A text as sound, as OpenAI's", _speech(voices), ["input"], {**sound, "audio/ogg": {}, "audio/aac": {}, "audio/flac": {}, "audio/wav": {}, "audio/pcm": {}, "text/event-stream": {}})},
            "/healthz": {"get": _get("healthz", "Whether the service is ready", [], _object(status={"const": "ok"}, version={"type": "string"}), ())},
            "/metrics": {"get": _get("metrics", "For Prometheus", [], {"text/plain": {}}, ())},
            "/openapi.json": {"get": _get("openapi", "This document", [], {"application/json": {"schema": {"type": "object"}}}, ())},
        },
    }  # fmt: skip


def _speech(voices: list[str]) -> dict[str, Any]:
    low, high = LIMITS["rate"]
    return {
        "input": {"type": "string", "minLength": 1},
        "model": {"type": "string"},
        "voice": {"type": "string", "examples": voices, "description": "OpenAI's names are the default voice"},
        "response_format": {"enum": ["mp3", "opus", "aac", "flac", "wav", "pcm"]},
        "stream_format": {"enum": ["audio", "sse"]},
        "speed": {"type": "number", "minimum": low, "maximum": high},
        "instructions": {"type": "string", "description": "not heeded"},
    }


def _parameter(name: str, schema: dict[str, Any], description: str, *, required: bool = False, place: str = "query") -> dict[str, Any]:  # fmt: skip
    required = required or place == "path"
    return {"name": name, "in": place, "required": required, "schema": schema, "description": description}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"application/json": {"schema": {"type": "object", "required": list(properties), "properties": properties}}}


def _errors(statuses: tuple[str, ...]) -> dict[str, Any]:
    return {status: {"description": _REASONS[status], "content": _json("Error")} for status in statuses}


def _get(name: str, summary: str, parameters: list[dict[str, Any]], content: dict[str, Any], errors: tuple[str, ...]) -> dict[str, Any]:  # fmt: skip
    responses = {"200": {"description": summary, "content": content}, **_errors(errors)}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}


def _post(name: str, summary: str, properties: dict[str, Any], required: list[str], content: dict[str, Any]) -> dict[str, Any]:  # fmt: skip
    schema = {"type": "object", "required": required, "properties": properties}
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": {"description": summary, "content": content},
            **_errors(("400", "401", "413", "422", "429", "503", "504")),
        },
    }
