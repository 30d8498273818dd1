"""Files that a config names by globs."""

from __future__ import annotations

from collections.abc import Iterable
from glob import glob
from pathlib import Path

from vqva_crawl.errors import ConfigError


def files(patterns: Iterable[str], backend: str) -> list[Path]:
    """Absolute paths, each once, by pattern and then by name. ConfigError when one matches none."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        matched = [Path(name).resolve() for name in sorted(glob(pattern, recursive=True))]
        mine = dict.fromkeys(path for path in matched if path.is_file())
        if not mine:
            raise ConfigError(
                f"{backend}: no file matches '{pattern}' in paths, seen from {Path.cwd()}"
            )
        found |= mine
    return list(found)
