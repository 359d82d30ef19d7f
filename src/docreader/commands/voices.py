"""docreader voices: who can read; installing, removing and hearing neural voices."""

import sys
from typing import TYPE_CHECKING

import click

from docreader import console
from docreader.commands.shared import complete_file, complete_voice

if TYPE_CHECKING:
    from docreader.speech.install import Plan

_SENTENCE = "Xin chào, đây là giọng đọc của docreader. Hôm nay, 17/11/2020, HĐND tỉnh họp phiên thứ 12."


@click.group(
    invoke_without_command=True,
    epilog="\b\nExamples:\n  docreader voices\n  docreader voices install vais1000\n"
    "  docreader voices preview vais1000 -o nghe-thu.mp3",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a voice.")
@click.pass_context
def voices(context: click.Context, as_json: bool) -> None:
    """List the voices: engine, region, licence, online or offline, installed or not; the first is the default."""
    if context.invoked_subcommand is not None:
        return
    from docreader.speech.voices import available, listed

    rows: list[tuple[str, ...]] = [("NAME", "ENGINE", "REGION", "LICENCE", "NETWORK", "INSTALLED", "DESCRIPTION")]
    for voice in available():
        if as_json:
            console.write_json({**listed(voice), "file": str(voice.file) if voice.file else None})
        rows.append(
            (
                voice.name,
                voice.engine,
                voice.region or "-",
                voice.licence or "-",
                "online" if voice.online else "offline",
                "yes" if voice.installed else "no",
                voice.description,
            )
        )
    if as_json:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        console.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")


_yes = click.option("-y", "--yes", is_flag=True, help="Do it without asking.")


@voices.command(
    epilog="\b\nExamples:\n  docreader voices install vais1000\n"
    "  docreader voices install --from ~/Downloads/vi_VN-vais1000-medium.onnx\n"
    "  docreader voices install mine --from https://example.org/mine.onnx --yes",
)
@click.argument("name", required=False, shell_complete=complete_voice)
@click.option(
    "--from",
    "source",
    metavar="FILE|DIR|URL",
    shell_complete=complete_file,
    help="A Piper voice of your own: its .onnx with the .onnx.json beside it, a folder that holds them, or the .onnx's address.",
)
@click.option("--int8", is_flag=True, help="Use weights of 8 bits: smaller and quicker.")
@_yes
@click.option("-q", "--quiet", is_flag=True, help="No bar and no word but errors.")
def install(name: str | None, source: str | None, int8: bool, yes: bool, quiet: bool) -> None:
    """Install a neural voice: vais1000, 25hours, vivos, or any of Piper's with --from.

    A download that broke off goes on where it was. What came is checked, says a sentence, and only then is a voice:
    a Vietnamese one is the default from then on.
    """
    from docreader import progress
    from docreader.speech import install as installing
    from docreader.speech.voices import default

    if name is None and source is None:
        raise click.UsageError("give the name of a voice (vais1000, 25hours, vivos), or --from FILE")
    plan = installing.plan(name, source)
    if not quiet or not yes:
        _show(plan)
    _agree("Install it?", yes)
    with progress.files(quiet=quiet) as tell:
        voice = installing.install(plan, tell, int8)
    if not quiet:
        use = "is the default now" if voice.name == default() else f"reads with --voice {voice.name}"
        console.write(f"{voice.name} {use}; docreader voices preview {voice.name} lets you hear it\n")


def _show(plan: "Plan") -> None:
    size = f"{plan.size / 1e6:.1f} MB" if plan.size else "size not told"
    console.write(f"{plan.name}: {size}, licence: {plan.licence or 'not told'}\n")
    for file in plan.files:
        console.write(f"  {file.url}\n")
    if plan.unchecked:
        console.write(f"  {plan.unchecked}\n")


@voices.command(epilog="\b\nExample:\n  docreader voices remove vais1000")
@click.argument("name", shell_complete=complete_voice)
@_yes
def remove(name: str, yes: bool) -> None:
    """Remove a voice that was installed, or what a broken download left of it."""
    from docreader.speech import install as installing

    _agree(f"Remove the voice {name}?", yes)
    console.write(f"{name} is removed: {installing.remove(name) / 1e6:.1f} MB\n")


@voices.command(
    epilog="\b\nExamples:\n  docreader voices preview\n  docreader voices preview southern 'Chào bà con' -o chao.wav"
)
@click.argument("name", required=False, shell_complete=complete_voice)
@click.argument("text", required=False)
@click.option("-o", "--output", metavar="FILE", shell_complete=complete_file, help="[default: NAME.mp3]")
def preview(name: str | None, text: str | None, output: str | None) -> None:
    """Have a voice say one sentence into a file."""
    from docreader import api
    from docreader.audio.record import record
    from docreader.speech.voices import load

    voice = load(name)
    recording = record(api.script(text or _SENTENCE), voice, format=_format(output))
    try:
        recording.save(output or f"{voice.name}.mp3")
    finally:
        recording.close()
    console.write(f"{output or f'{voice.name}.mp3'}  {recording.duration:.1f} s, voice {voice.name}\n")


def _format(output: str | None) -> str:
    from docreader.audio import formats

    return formats.of(output) if output else "mp3"


def _agree(question: str, yes: bool) -> None:
    """Go on only if the user agrees. Raises UsageError where nobody can be asked, Abort where the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: add --yes")
    click.confirm(question, default=True, abort=True)
