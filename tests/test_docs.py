"""Docs that cannot go stale."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_of_keys_is_that_of_the_code():
    spec = importlib.util.spec_from_file_location("config_docs", ROOT / "scripts/config_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs/config.md").read_text() == module.page(), (
        "run python scripts/config_docs.py --write"
    )


def test_what_the_readme_imports_is_installed_or_said_to_be_wanted():
    readme, project = (ROOT / "README.md").read_text(), (ROOT / "pyproject.toml").read_text()
    installed = tomllib.loads(project)["project"]["dependencies"]
    names = {"vqva_crawl", *(re.match(r"[\w-]+", line)[0] for line in installed)}
    for block in re.findall(r"```python\n(.*?)```", readme, re.S):
        for name in re.findall(r"^(?:from|import) (\w+)", block, re.M):
            assert name in names or f"pip install {name}" in readme


def test_links_between_docs_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
            if not link.startswith("http"):
                assert (page.parent / link).exists(), f"{page}: {link}"


def test_requirements_are_pinned_hashed_and_name_no_index():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        for block in re.split(r"\n(?=\S)", text.replace("\\\n", " ")):
            if re.match(r"[\w.-]+==", block):
                assert "--hash=sha256:" in block, f"{path.name}: {block[:40]}"
