"""What all commands share: how they end, and opening a run that exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import typer
from rich.console import Console

from vqva_crawl.config import Config, assign, parse, read_yaml
from vqva_crawl.errors import ConfigError, Stopped, VqvaError
from vqva_crawl.opening import reopened
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger

out = Console(soft_wrap=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@contextmanager
def exit_codes() -> Iterator[None]:
    """One clear line and the right exit code for everything that is not a defect of ours."""
    try:
        yield
    except KeyboardInterrupt:
        err.print("vqva-crawl: stopped before it began", markup=False)
        raise typer.Exit(130) from None
    except Stopped as stop:
        err.print(f"vqva-crawl: {stop}", markup=False)
        raise typer.Exit(128 + stop.signum) from None
    except VqvaError as error:
        for line in str(error).splitlines():
            err.print(f"vqva-crawl: {line}", markup=False)
        raise typer.Exit(error.exit_code) from None


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
        with closing(Ledger(run_folder.ledger_url, read_only=True)) as ledger:
            yield config, run_folder, ledger


def _config_of(folder: Path, overrides: list[str]) -> Config:
    """The config that a run was last played with; its taxonomy may have been moved since."""
    path = folder / "config.yaml"
    data = read_yaml(path)
    for assignment in overrides:
        assign(data, assignment)
    return parse(data, str(path))
