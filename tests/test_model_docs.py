"""docs/model-agents.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from vqva_crawl.agents.vlm.prompts import prompt
from vqva_crawl.config import Config
from vqva_crawl.records import digest
from vqva_crawl.registry import ROLES, prompts_of
from vqva_crawl.running import check

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/model-agents.md").read_text()


def test_its_configs_are_valid_together_and_each_alone():
    blocks = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]
    endpoint, options = blocks
    check(Config.model_validate({"name": "docs", **endpoint}))
    check(Config.model_validate({"name": "docs", **options, "model": endpoint["model"]}))


def test_every_reason_of_the_source_is_told():
    told = set(re.findall(r"`(\w+)`", PAGE))
    source = "\n".join(p.read_text() for p in (ROOT / "src/vqva_crawl").rglob("*.py"))
    raised = set(re.findall(r"""Unusable\(\s*"(\w+)\"""", source))
    assert len(raised) > 10
    assert raised <= told


def test_every_prompt_file_belongs_to_an_agent_and_the_other_way_round():
    shipped = {path.stem for path in (ROOT / "prompts").glob("*.md")}
    used = {name for role in (*ROLES, "labeller") for name in prompts_of(role, "vlm")}
    assert shipped == used
    assert all(digest(prompt(name).text) for name in used)
