"""docreader site: every article of a site gets its audio, and keeps it current."""

import re
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from docreader import console
from docreader.audio import formats
from docreader.commands.shared import complete_file, fetching, sound_options, speakers
from docreader.errors import DocreaderError

if TYPE_CHECKING:
    from docreader.site.discover import Discovery
    from docreader.site.model import How
    from docreader.site.run import Result
    from docreader.site.runner import Runner


class _Date(click.ParamType):
    """2026-01-31, or so many days ago: 7d."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        if days := re.fullmatch(r"(\d{1,5})d", value):
            return (datetime.now(UTC).date() - timedelta(days=int(days[1]))).isoformat()
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2026-01-31, or 7d for the last seven days", param, context)


@click.command(
    epilog="\b\nExamples:\n  docreader site https://portal.example --out audio/\n"
    "  docreader site https://portal.example/sitemap.xml --out audio/ --since 30d --dry-run\n"
    "  docreader site trang-da-luu/ --base https://portal.example/ --out audio/",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, shell_complete=complete_file)
@click.option(
    "-o", "--out", metavar="DIR|URL", help="Where the files go: a folder, or an fsspec address (s3://bucket/audio)."
)
@click.option(
    "--include",
    metavar="PATTERN",
    multiple=True,
    help="Read these addresses only (* is anything); may be given more than once.",
)
@click.option(
    "--exclude", metavar="PATTERN", multiple=True, help="Leave these addresses out; may be given more than once."
)
@click.option(
    "--since", type=_Date(), metavar="DATE|Nd", help="Leave out what is older: 2026-01-31, or 30d for the last 30 days."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Take the first N articles that are found.")
@click.option(
    "--dry-run", is_flag=True, help="Tell how many articles there are and what they would take; write nothing."
)
@click.option("--prune", is_flag=True, help="Remove the files of articles that are not on the site any more.")
@click.option("--failed", is_flag=True, help="List what fails and why, and do nothing else.")
@click.option("--retry", is_flag=True, help="Try again now what failed, also what is in quarantine.")
@click.option(
    "--quarantine",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="After N failed runs an article is tried no more.",
)
@click.option("-j", "--workers", type=click.IntRange(1), metavar="N", help="Worker processes. [default: one a core]")
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Do it on a Ray cluster: its address, auto, or local to try it on this machine. Then -j counts actors.",
)
@click.option(
    "--delay",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Between two requests to one host. [default: as robots.txt says, else none]",
)
@click.option("--no-robots", is_flag=True, help="Read what robots.txt closes to programs: for a site of your own.")
@click.option("--base", metavar="URL", help="Where a folder or an archive of pages lies on the web.")
@click.option(
    "--public",
    metavar="URL",
    help="Where --out will lie on the web, for the feed. [default: the site's /NAME/ of --out]",
)
@click.option("--title", help="Title of the feed. [default: the site's name]")
@click.option("--description", help="Description of the feed.")
@click.option(
    "--cover",
    metavar="FILE|URL",
    default="cover.png",
    help="The feed's picture, square, 1400 pixels or more: a file in --out, or an address.",
)
@click.option("--email", help="Whom to write to about the feed.")
@click.option("--category", default="News", show_default=True, help="Apple's category of the feed.")
@click.option(
    "-f", "--format", type=click.Choice(formats.NAMES), default="mp3", show_default=True, help="Format of the sound."
)
@sound_options
@click.option(
    "--json-log", is_flag=True, help="Tell of each article as one JSON object a line, and of the run at its end."
)
@click.option("--backoff", type=click.FloatRange(0), default=2.0, hidden=True)
def site(
    sources: tuple[str, ...], out: str | None, include: tuple[str, ...], exclude: tuple[str, ...], since: str | None,
    limit: int | None, dry_run: bool, prune: bool, failed: bool, retry: bool, quarantine: int, workers: int | None,
    ray: str | None, delay: float | None, no_robots: bool, base: str | None, public: str | None, title: str | None,
    description: str | None, cover: str, email: str | None, category: str, voice: str | None, rate: float | None,
    pitch: float | None, volume: float | None, quote_voice: str | None, format: str, bitrate: str | None,
    introduction: str, ending: str, word_captions: bool, srt: bool, lexicons: tuple[str, ...], insecure: tuple[str, ...],
    no_cache: bool, quiet: bool, json_log: bool, backoff: float,
) -> int:  # fmt: skip
    """Give every article of a site its audio, and keep it current.

    SOURCE is the address of a site, a sitemap or a feed, a list of addresses (a file, or - for standard input), a folder or
    an archive (ZIP, tar, WARC) of saved pages. Run it again whenever you like: only what changed is read.
    """
    from docreader.article.fetch import Fetch
    from docreader.article.robots import Manners
    from docreader.audio.cache import Cache
    from docreader.audio.crew import CORES
    from docreader.site import run as running
    from docreader.site.discover import Discovery, Wanted
    from docreader.site.feed import Channel
    from docreader.site.model import How
    from docreader.site.report import report
    from docreader.site.state import State, place
    from docreader.site.storage import open_storage
    from docreader.site.watch import Watch
    from docreader.spoken.around import check

    if failed:
        return _list_failures(_needed(out), json_log)
    if not sources:
        raise click.UsageError(
            "name a site, a sitemap, a feed, a list or a folder; what failed is listed by --failed --out DIR"
        )
    if dry_run and not out:
        out = "."  # nothing is written there
    out = _needed(out)
    speaker, second = speakers(voice, quote_voice, rate, pitch, volume, quiet=quiet)
    for template in (introduction, ending):
        check(template)
    format = formats.with_bitrate(format, bitrate)
    formats.check(format)
    fetch = fetching(insecure) or Fetch()
    cache = None if no_cache else Cache.of_user()
    beside = tuple(kind for kind, wanted in {"word_captions": word_captions, "srt": srt}.items() if wanted)
    how = How(
        speaker, format, tuple(map(str, lexicons)), out, second, introduction, ending, beside, fetch, delay, not no_robots,
        cache=str(cache.folder) if cache else None, cache_limit=cache.limit if cache else 0, since=since or "",
    )  # fmt: skip
    manners = Manners(fetch, delay or 0.0, heed_delay=delay is None)
    wanted = Wanted(include, exclude, since or "", limit)
    discovery = Discovery(sources, wanted, fetch, manners, base or "")
    if dry_run:
        return _dry_run(discovery, how, workers or CORES, json_log)
    from dataclasses import replace

    from docreader.commands.shared import load_lexicon

    load_lexicon(lexicons)  # what is wrong with it is told now
    how = replace(how, rules=running.hash_of_rules(how), extractor=running.hash_of_extractor())
    channel = Channel(
        public=_public(public, sources, base, out), title=title or "", description=description or "", email=email or "",
        category=category, cover=cover,
    )  # fmt: skip
    plan = running.Plan(quarantine, retry, prune, backoff, channel)
    with (
        State(place(out)) as state,
        Watch(quiet=quiet, as_json=json_log) as watch,
        _runner(how, workers, ray) as runner,
    ):
        result = running.Run(discovery, how, plan, state, runner, watch).go()
        told = report(state, open_storage(out, how.storage), how, _run(result))
    _tell(result, told, speaker.name, quiet, json_log)
    return result.status


def _runner(how: "How", workers: int | None, ray: str | None) -> "Runner":
    """Who does the work."""
    if ray:
        from docreader.site.ray import Cluster

        return Cluster(how, ray, workers)
    from docreader.audio.crew import CORES
    from docreader.site.runner import Hands

    return Hands(how, workers or CORES)


def _needed(out: str | None) -> str:
    if not out:
        raise click.UsageError("say where the files go: --out audio/")
    return out


def _public(public: str | None, sources: tuple[str, ...], base: str | None, out: str) -> str:
    """The folder's address on the web: as told, or the site's own folder of the same name."""
    from urllib.parse import urljoin

    if public:
        return public.rstrip("/") + "/"
    home = base or next((source for source in sources if re.match(r"https?://", source, re.I)), "")
    return urljoin(home, f"/{out.rstrip('/').rpartition('/')[2]}/") if home else ""


def _run(result: "Result") -> dict[str, object]:
    from docreader.site.run import moment

    return {
        "begun": moment(result.begun), "seconds": round(result.seconds, 1), "counts": dict(result.counts), "kinds": dict(result.kinds),
        "said": result.said, "seconds_of_sound": round(result.seconds_of_sound, 1), "problems": result.problems,
    }  # fmt: skip


def _tell(result: "Result", told: dict[str, object], voice: str, quiet: bool, json_log: bool) -> None:
    from docreader.site.watch import hours

    if json_log:
        console.write_json({"event": "end", **_run(result), "voice": voice, "totals": told["totals"]})
        return
    for problem in result.problems:
        console.complain(problem)
    counts = result.counts
    if not sum(counts.values()) and not result.problems:
        console.complain("no article was found; look at --include, --exclude and --since")
    if quiet:
        return
    parts = [f"{counts['read']} read ({hours(result.seconds_of_sound)} of sound, {result.said} sentences said)"]
    names = {"same": "said as before", "unchanged": "unchanged", "left": "older than --since", "waiting": "waiting for another try", "vanished": "vanished", "pruned": "removed", "failed": "failed"}  # fmt: skip
    parts += [f"{counts[name]} {words}" for name, words in names.items() if counts[name]]
    console.write(f"{', '.join(parts)}; {hours(result.seconds)}, voice {voice}\n")


def _list_failures(out: str, as_json: bool) -> int:
    from docreader.site.run import moment
    from docreader.site.state import State, place

    folder = place(out)
    if not (folder / "state.sqlite").is_file():
        raise DocreaderError(f"no job has written to {out} yet; check --out")
    some = False
    with State(folder, lock=False) as state:
        for failure in state.failures():
            some = True
            if as_json:
                console.write_json(
                    {**failure, "quarantined": bool(failure["quarantined"]), "next": moment(failure["next"])}
                )
            else:
                when = "in quarantine" if failure["quarantined"] else f"next try after {moment(failure['next'])}"
                console.write(
                    f"{failure['address']}\t{failure['kind']}\t{failure['failures']}×, {when}\t{failure['error']}\n"
                )
    return 1 if some else 0


def _dry_run(discovery: "Discovery", how: "How", workers: int, as_json: bool) -> int:
    from docreader.site.estimate import estimate
    from docreader.site.report import size
    from docreader.site.watch import hours

    told = estimate(discovery, how, workers)
    for problem in discovery.problems:
        console.complain(problem)
    if as_json:
        console.write_json(asdict(told))
    else:
        console.write(
            f"{told.articles} articles, {told.characters} characters, {hours(told.seconds_of_sound)} of sound, {size(told.bytes)}, "
            f"about {hours(told.seconds)} with {workers} workers\n"
        )
        if told.sample < told.articles:
            print(
                f"(reckoned from {told.sample} of them; {told.unreadable} of these could not be read)", file=sys.stderr
            )
    return 1 if discovery.problems or not told.articles else 0
