"""docs/search.md: its options are those of the code, and its plug-in runs as it stands there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from pydantic_core import PydanticUndefined

from runs import call, call_apart, config, ids
from search_service import Asked, Reply, search_service
from vqva_crawl.clients.search.service import ServiceOptions
from webpages import gallery

PAGE = (Path(__file__).parents[1] / "docs/search.md").read_text()
KINDS = ("searxng", "brave", "google_cse", "serper", "tavily")


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.S | re.M)[1]


def options(kind: str) -> type[ServiceOptions]:
    module = import_module(f"vqva_crawl.clients.search.{kind}")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceOptions)
        and value.__module__ == module.__name__
    )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_options_are_those_of_the_code_with_their_defaults(kind: str):
    told = dict(re.findall(r"^\| `(\w+)` \| (.*?) ?\|", section(kind), re.M))
    known = {}
    for name, field in options(kind).model_fields.items():
        default = "" if field.default in (None, PydanticUndefined) else field.default
        known[name] = f"`{str(default).lower() if default is True else default}`" if default else ""
    assert told == known


def test_a_plug_in_as_the_page_has_it_finds_pages(
    tmp_path: Path, serve, monkeypatch: pytest.MonkeyPatch
):
    (code,) = re.findall(r"```python\n(.*?)```", section("A backend of your own"), re.S)
    assert len(code.strip().splitlines()) <= 22
    (tmp_path / "my_search.py").write_text(code)
    (named,) = re.findall(r"```yaml\n(.*?)```", section("A backend of your own"), re.S)
    site = serve(gallery(3))

    def find(asked: Asked) -> Reply:
        assert asked.given["rows"] == "10"
        return 200, {}, {"pages": [{"link": f"{site.origin}/page-{n}.html"} for n in range(3)]}

    with search_service(find) as catalogue:
        given = yaml.safe_load(named)
        given["search"]["backends"][0]["options"]["url"] = f"{catalogue.origin}/find"
        path = config(
            tmp_path,
            [site.origin, catalogue.origin],
            search=given["search"],
            plugins=["simple_agents", *given["plugins"]],
            plan={"queries_per_round": 1},
        )
        done = call_apart("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(catalogue.asked) == 1
    assert len(ids(tmp_path / "runs/run")) == 3


def test_the_shipped_config_asks_an_instance_on_this_machine(tmp_path: Path):
    done = call("init", "searxng", cwd=tmp_path)
    dry = call("run", "--config", "searxng.yaml", "--dry-run", cwd=tmp_path)
    assert (done.returncode, dry.returncode) == (0, 0), dry.stderr
    assert "http://127.0.0.1:8888" in dry.stdout
