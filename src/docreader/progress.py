"""The bars of long work, on a terminal only: sentences of a reading, bytes of a download."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Progress | None]:
    """What to call with (sentences done, sentences in all); None where there is no terminal to draw on."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("sentences"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(_short(title), total=None)

        def tell(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield tell


@contextmanager
def files(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """What to call with (file, bytes there, bytes in all or 0); it draws where there is a terminal."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda file, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def tell(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(_short(file), total=None)
            bars.update(tasks[file], completed=done, total=total or None)

        yield tell


def _short(title: str) -> str:
    title = "".join(c if c.isprintable() else " " for c in title)
    return title if len(title) <= 32 else title[:15] + "…" + title[-16:]
