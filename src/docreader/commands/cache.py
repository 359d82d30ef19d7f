"""docreader cache: what is kept, so that no sentence is said twice."""

from typing import Any

import click

from docreader import console


class _Size(click.ParamType):
    """A number of bytes: 500MB, 2 GB, 1.5G, 1048576."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        from docreader.audio.cache import size

        try:
            return value if isinstance(value, int) else size(value)
        except ValueError:
            self.fail(f"{value!r} is no size: write it as 500MB or 2GB", param, context)


@click.group(
    invoke_without_command=True,
    epilog="\b\nExamples:\n  docreader cache\n  docreader cache trim 500MB\n  docreader cache clear",
)
@click.option("--json", "as_json", is_flag=True, help="Tell of it as one JSON object.")
@click.pass_context
def cache(context: click.Context, as_json: bool) -> None:
    """Show what sentences are kept, so that none is said twice.

    They lie in one folder (DOCREADER_CACHE names another), at most 2 GB of them (DOCREADER_CACHE_LIMIT), the least
    lately used out first.
    """
    if context.invoked_subcommand is not None:
        return
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    entries, used = kept.size()
    if as_json:
        console.write_json({"folder": str(kept.folder), "entries": entries, "bytes": used, "limit": kept.limit})
    else:
        console.write(f"{kept.folder}: {entries} sentences, {_megabytes(used)} of at most {_megabytes(kept.limit)}\n")


@cache.command("trim")
@click.argument("size", type=_Size())
def cache_trim(size: int) -> None:
    """Keep at most SIZE (500MB, 2GB) of what was lately used."""
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    kept.trim(size)
    entries, used = kept.size()
    console.write(f"{entries} sentences, {_megabytes(used)} are left\n")


@cache.command("clear")
def cache_clear() -> None:
    """Remove all of it."""
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    entries, used = kept.size()
    kept.clear()
    console.write(f"{entries} sentences, {_megabytes(used)} were removed\n")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
