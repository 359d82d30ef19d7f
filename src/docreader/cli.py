"""The commands. Each imports what it needs when it runs: help and completion stay quick."""

import signal
import sys
from types import FrameType
from typing import Any, NoReturn

import click

from docreader import __version__, console
from docreader.commands import texts
from docreader.commands.cache import cache
from docreader.commands.read import read
from docreader.commands.shared import (
    complete_file,
    complete_voice,
    explain,
)
from docreader.commands.site import site
from docreader.commands.voices import voices

SHELLS = ("bash", "zsh", "fish")


class _InterruptError(Exception):
    """Ctrl-C, kept from click, which would answer it with status 1."""


class _ClosedPipeError(Exception):
    """A broken pipe, kept from click likewise."""


class _Group(click.Group):
    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            raise _InterruptError from None
        except BrokenPipeError:
            raise _ClosedPipeError from None


def run() -> int:
    """Run the program; returns its exit status: 0, 1 (something failed), 2 (a bad option), 130 (interrupted)."""
    # Ending by a signal must run the clean-up too: no half file, no worker left behind.
    signal.signal(signal.SIGTERM, _end)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup stays nohup
        signal.signal(signal.SIGHUP, _end)
    try:
        status = cli.main(prog_name="docreader", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "docreader"
        console.complain(f"{error.format_message().rstrip('.')}; see {where} --help")
        return 2
    except click.ClickException as error:
        console.complain(error.format_message())
        return 1
    except (_InterruptError, click.Abort, KeyboardInterrupt):
        console.complain("interrupted")
        return 130
    except (_ClosedPipeError, BrokenPipeError):
        console.drop_output()
        return 141  # what a shell reports of a program that SIGPIPE ended
    except Exception as error:
        if isinstance(error, OSError):
            console.drop_output()
        console.complain(explain(error))
        return 1


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nThe first minute:\n  docreader read https://example.vn/bai-viet -o bai-viet.mp3\n"
    "  docreader normalise 'Ngày 17/11/2020, HĐND tỉnh họp'",
)
@click.version_option(__version__, "-V", "--version", prog_name="docreader", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn Vietnamese articles into speech."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(
    epilog="\b\nExamples:\n  docreader serve --allow 'https://portal.example/*'\n"
    "  docreader serve --config /etc/docreader.toml --port 8080 --set jobs=8",
)
@click.option("--config", metavar="FILE.toml", shell_complete=complete_file, help="Settings, by their names.")
@click.option("--host", metavar="ADDRESS", help="Where to listen. [default: 127.0.0.1]")
@click.option("--port", type=int, help="[default: 8000; 0: any that is free]")
@click.option("--allow", metavar="URL/*", multiple=True, help="Addresses that may be fetched; none by default.")
@click.option("--origin", "origins", metavar="ORIGIN", multiple=True, help="More sites whose pages may use it (CORS).")
@click.option("-v", "--voice", metavar="NAME", shell_complete=complete_voice, help="Of who asks for none.")
@click.option("--cache", metavar="DIR", help="Where what was made is kept.")
@click.option("--set", "more", metavar="NAME=VALUE", multiple=True, help="Any other setting; lists by commas.")
def serve(
    config: str | None,
    host: str | None,
    port: int | None,
    allow: tuple[str, ...],
    origins: tuple[str, ...],
    voice: str | None,
    cache: str | None,
    more: tuple[str, ...],
) -> None:
    """Serve the widget and its sound: articles of the allowed addresses as text, MP3, marks, captions, PDF.

    Each setting may stand in the file, in the environment (DOCREADER_SERVE_ALLOW) or here; the later wins. Put
    https in front of it: see deploy/.
    """
    from docreader.web import settings
    from docreader.web.server import serve

    options: dict[str, Any] = {"host": host, "port": port, "voice": voice, "cache": cache}
    options |= {"allow": allow or None, "origins": origins or None}
    for given in more:
        name, equals, value = given.partition("=")
        if not equals:
            raise click.UsageError(f"--set {given!r}: write it as NAME=VALUE")
        options[name.strip()] = value
    serve(settings.load(config, None, {name: value for name, value in options.items() if value is not None}))


@cli.command(
    epilog="\b\nExamples:\n  docreader completion bash > ~/.local/share/bash-completion/completions/docreader\n"
    "  docreader completion fish > ~/.config/fish/completions/docreader.fish\n"
    "  source <(docreader completion zsh)",
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete docreader's commands, options and voices."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # the choice is click's own
    template = kind.source_template % kind(cli, {}, "docreader", "_DOCREADER_COMPLETE").source_vars()
    console.write(template + "\n")


for command in (read, texts.normalise, texts.check, texts.extract, voices, cache, site):
    cli.add_command(command)
