"""What a site's folder tells of itself: the index for the widget and for programs, and the feed. Only what changed is written."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple
from itertools import islice
from pathlib import Path

from docreader.site import feed
from docreader.site.feed import Channel, Item
from docreader.site.model import article_id, digest
from docreader.site.state import State
from docreader.site.storage import Storage

__all__ = ["Channel", "publish", "publish_index"]


def publish_index(state: State, storage: Storage) -> None:
    """The parts of the index that changed: ``pages/HHH.json``, see docs/widget.md."""
    state.commit()
    shards = state.dirty()
    for shard in shards:
        rows = state.pages(shard)
        if rows:
            lines = ",\n".join(f"{_json(key)}:{_json(name)}" for key, name in rows.items())
            storage.put({shard: f"{{\n{lines}\n}}\n".encode("utf-8", "replace")})
        else:
            storage.remove(shard)
    state.clean(shards)
    state.commit()


def publish(state: State, storage: Storage, channel: Channel) -> None:
    """All of it, if anything changed since it was written."""
    publish_index(state, storage)
    told = digest(repr(astuple(channel)).encode())
    if state.about("stale") == "0" and state.about("channel") == told:
        return
    _write(state, storage, "index.json", _index(state))
    _publish_feed(state, storage, channel)
    state.tell("stale", "0")
    state.tell("channel", told)
    state.commit()


def _index(state: State) -> Iterator[bytes]:
    yield b'{"version":1,"articles":[\n'
    for number, (address, name, date, vanished, entry) in enumerate(state.entries()):
        told = {
            "id": article_id(address),
            "address": address,
            **{key: value for key, value in asdict(entry).items() if key != "chapters"},
            "date": date,
            "json": f"{name}.json",
            "audio": f"{name}.{entry.format}",
            "captions": f"{name}.vtt",
            **({"chapters": f"{name}.chapters.json"} if entry.chapters else {}),
            **({"vanished": True} if vanished is not None else {}),
        }
        yield (",\n" if number else "").encode() + _json(told).encode("utf-8", "replace")
    yield b"\n]}\n"


def _publish_feed(state: State, storage: Storage, channel: Channel) -> None:
    """feed.xml with the newest, and the older pages that it leads to."""
    sizes = feed.pages(state.count(), channel.items)
    items = (Item(address, name, date, entry) for address, name, date, _, entry in state.entries(vanished=False))
    channel = feed.completed(channel, next(iter(state.entries(vanished=False)), None))
    names = set()
    for number, size in zip(range(len(sizes), 0, -1), sizes, strict=True):
        name = feed.file_name(number, len(sizes))
        names.add(name)
        _write(state, storage, name, [feed.page(channel, list(islice(items, size)), number, len(sizes))])
    if channel.cover == feed.COVER:
        _write(state, storage, feed.COVER, [feed.cover()])
    for name in set(state.outputs("feed*.xml")) - names:
        storage.remove(name)
        state.unwrite(name)


def _write(state: State, storage: Storage, name: str, chunks: Iterable[bytes]) -> None:
    """A file, unless it was last written with the same content; its size does not matter."""
    handle, temporary = tempfile.mkstemp(prefix="docreader-")
    path = Path(temporary)
    try:
        hashes = b""
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                hashes = digest(hashes, chunk).encode()
                file.write(chunk)
        if not state.written(name, hashes.decode()):
            storage.put_file(name, path)
            state.wrote(name, hashes.decode())
    finally:
        path.unlink(missing_ok=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
