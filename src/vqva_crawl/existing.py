"""Opening a run that exists, by its name or its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from vqva_crawl.config import Config, assign, parse, read_yaml
from vqva_crawl.errors import ConfigError
from vqva_crawl.opening import reopened
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger


@contextmanager
def existing(
    reference: str, overrides: list[str] | None, lock: bool
) -> Iterator[tuple[Config, RunFolder, Ledger]]:
    """An existing run by name or folder, under its lock when it is to be changed."""
    places = (Path(reference), Path("runs") / reference)
    folder = next((p.resolve() for p in places if (p / "config.yaml").is_file()), None)
    if folder is None:
        raise ConfigError(f"no run '{reference}': give a name in runs/ or a run's folder")
    config = _config_of(folder, overrides or [])
    # The folder as it is now: it may have been copied or moved.
    storage = config.storage.model_copy(update={"root": str(folder.parent)})
    config = config.model_copy(update={"name": folder.name, "storage": storage})
    run_folder = RunFolder(storage, config.name)
    if lock:
        with reopened(config, run_folder) as ledger:
            yield config, run_folder, ledger
    else:
        with closing(run_folder.ledger(read_only=True)) as ledger:
            yield config, run_folder, ledger


def _config_of(folder: Path, overrides: list[str]) -> Config:
    """The config that a run was last played with; its taxonomy may have been moved since."""
    path = folder / "config.yaml"
    data = read_yaml(path)
    for assignment in overrides:
        assign(data, assignment)
    return parse(data, str(path))
