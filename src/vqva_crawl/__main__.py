"""The program's door: light, so that a Ctrl-C while the rest is loading ends in good order."""

import io
import sys


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):  # stderr escapes what it cannot show by itself
        sys.stdout.reconfigure(errors="replace")
    try:
        from vqva_crawl.cli import app

        app()
    except KeyboardInterrupt:
        print("vqva-crawl: stopped before it began", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
