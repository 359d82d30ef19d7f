"""What was read, what failed and why, and what the normaliser was not sure of: report.html for people, report.json for programs."""

import html
import tomllib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from docreader.site.model import How
from docreader.site.state import State
from docreader.site.storage import Storage
from docreader.site.watch import dump, hours

_MOST = 500
"""Failures and forms in doubt that are listed."""


def report(state: State, storage: Storage, how: How, run: dict[str, Any]) -> dict[str, Any]:
    """Write both; gives what they tell. ``run``: of the run that ended."""
    kinds = state.failing()
    told: dict[str, Any] = {
        "version": 1,
        "run": run,
        "voice": how.voice.name,
        "format": how.format,
        "totals": state.totals(),
        "failures": {"count": sum(kinds.values()), "kinds": kinds, "list": list(islice(state.failures(), _MOST))},
        "doubts": list(state.doubts(_MOST)),
        "plots": {
            "minutes": _counts(state.column("count(*)", "min(20, CAST(duration / 60 AS INTEGER))")),
            "months": _counts([row for row in state.column("count(*)", "substr(date, 1, 7)") if row[0]][-36:]),
        },
    }
    storage.put({"report.json": dump(told), "report.html": page(told).encode("utf-8", "replace")})
    return told


def _counts(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    return {str(name): count for name, count in rows}


def page(told: dict[str, Any]) -> str:
    """The report as one page that needs no other file."""
    totals, run = told["totals"], told["run"]
    texts = _texts()
    facts = [
        ("articles", totals["articles"]), ("read", totals["read"]), ("sound", hours(totals["seconds"])),
        ("size", size(totals["bytes"])), ("vanished", totals["vanished"]), ("failing", totals["failing"]),
        ("quarantined", totals["quarantined"]), ("voice", told["voice"]),
    ]  # fmt: skip
    outcomes = [(texts["outcomes"].get(name, name), count) for name, count in run["counts"].items()]
    parts = [
        f"<h1>{_e(texts['title'])}</h1>",
        f"<p>{_e(texts['run'])}: {_e(run['begun'])}, {_e(hours(run['seconds']))}</p>",
        "<dl>"
        + "".join(f"<div><dt>{_e(texts[name])}</dt><dd>{_e(value)}</dd></div>" for name, value in facts)
        + "</dl>",
        f"<h2>{_e(texts['this_run'])}</h2>" + bars(texts["this_run"], outcomes),
        f"<h2>{_e(texts['minutes'])}</h2>"
        + bars(
            texts["minutes"],
            [(f"{n}–{int(n) + 1}" if n != "20" else "20+", c) for n, c in told["plots"]["minutes"].items()],
        ),
        f"<h2>{_e(texts['months'])}</h2>" + bars(texts["months"], list(told["plots"]["months"].items())),
    ]
    parts += [f"<p class=bad>{_e(problem)}</p>" for problem in run["problems"]]
    failures = told["failures"]
    parts.append(f"<h2>{_e(texts['failures'])}: {failures['count']}</h2>")
    if failures["count"]:
        kinds = [(texts["kinds"].get(name, name), count) for name, count in failures["kinds"].items()]
        parts.append(bars(texts["failures"], kinds))
        rows: list[tuple[Any, ...]] = [
            (f["address"], texts["kinds"].get(f["kind"], f["kind"]), f["failures"], f["error"])
            for f in failures["list"]
        ]
        parts.append(_table(texts["failure_columns"], rows))
    parts.append(f"<h2>{_e(texts['doubts'])}: {len(told['doubts'])}</h2><p>{_e(texts['doubts_help'])}</p>")
    rows = [
        (d["written"], d["taken"], " | ".join(d["others"]), d["count"], d["articles"], d["reason"])
        for d in told["doubts"]
    ]
    parts.append(_table(texts["doubt_columns"], rows))
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{_e(texts["title"])}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>\n<body><main>'
        + "\n".join(parts)
        + "</main></body></html>\n"
    )


def bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """A bar chart as SVG; its values stand in it as text, so a screen reader has them too."""
    if not rows:
        return ""
    most = max(1, *(count for _, count in rows), 1)
    height = 22
    drawn = "".join(
        f'<g transform="translate(0 {n * height})"><text x="150" y="15" text-anchor="end">{_e(name)}</text>'
        f'<rect x="160" y="3" width="{400 * count / most:.1f}" height="16"/>'
        f'<text x="{166 + 400 * count / most:.1f}" y="15">{count}</text></g>'
        for n, (name, count) in enumerate(rows)
    )
    return f'<svg viewBox="0 0 640 {len(rows) * height}" role="img" aria-label="{_e(title)}">{drawn}</svg>'


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f"<th scope=col>{_e(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_linked(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>" if rows else ""


def _linked(cell: object) -> str:
    text = str(cell)
    return (
        f'<a href="{_e(text)}">{_e(text)}</a>'
        if text.startswith(("http://", "https://")) and " " not in text
        else _e(text)
    )


def _e(value: object) -> str:
    return html.escape(str(value))


def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("report.toml").read_text(encoding="utf-8"))


def size(count: float) -> str:
    """``12.3 MB``, as disks are sold."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError
