"""The program's entry: answers ``--version`` before anything is imported, hands the rest to cli."""

import sys


def main() -> None:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from docreader import __version__

        try:
            print(f"docreader {__version__}", flush=True)
        except OSError:
            sys.exit(1)
        return
    try:
        from docreader.cli import run

        status = run()
    except KeyboardInterrupt:  # while importing, or while cleaning up after the first
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
