"""The program's door: light, so that a Ctrl-C while the rest is loading ends in good order."""

import sys


def main() -> None:
    try:
        from vqva_crawl.cli import app

        app()
    except KeyboardInterrupt:
        print("vqva-crawl: stopped before it began", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
