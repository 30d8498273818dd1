"""The command line: what is typed, what is printed, how it ends.

Commands import what they need when they are called, so that help, shell completion and a wrong
option do not wait for a database, a browser's worth of parsers and a model's client to load.
"""

from vqva_crawl.cli.main import app

__all__ = ["app"]
