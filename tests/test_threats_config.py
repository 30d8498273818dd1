"""Nothing in a config runs (threat 24)."""

from __future__ import annotations

from pathlib import Path

import pytest

import runs
from vqva_crawl import config
from vqva_crawl.config.reading import MAX_CONFIG_BYTES
from vqva_crawl.errors import ConfigError

CODE = [
    "!!python/object/apply:os.system ['touch {victim}']",
    "!!python/object/new:subprocess.Popen [['touch', '{victim}']]",
    "!!python/name:os.system",
    "!!python/module:antigravity",
    "!!python/tuple [1, 2]",
]
BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize("where", ["file", "set"])
def test_nothing_in_a_config_runs(tmp_path: Path, code: str, where: str) -> None:
    victim, path = tmp_path / "victim", tmp_path / "c.yaml"
    text = code.replace("{victim}", str(victim))
    path.write_text(f"name: {text}" if where == "file" else "name: x")
    with pytest.raises(ConfigError) as caught:
        config.load(path, [] if where == "file" else [f"name={text}"])
    assert "could not determine a constructor" in str(caught.value)
    assert not victim.exists()


@pytest.mark.parametrize("text", [BOMB, "name: &n x\ntopics: *n"])
def test_aliases_are_not_unfolded(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="aliases"):
        config.load(path)


def test_a_config_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("name: x\n" + "# filler\n" * (MAX_CONFIG_BYTES // 9 + 1))
    with pytest.raises(ConfigError, match="larger than"):
        config.load(path)


@pytest.mark.parametrize(
    "setting",
    [
        'search.backends=[{kind: "os:system"}]',
        "search.backends=[{kind: antigravity}]",
        "agents.filter.name=os.system",
        "agents.filter.name=subprocess",
    ],
)
def test_only_registered_names_are_opened(tmp_path: Path, setting: str) -> None:
    path = runs.config(tmp_path, ["http://127.0.0.1:9"])
    done = runs.call("run", "--config", str(path), "--dry-run", "--set", setting, cwd=tmp_path)
    assert done.returncode == 2
    assert "(known: " in done.stderr
