"""What a config says of endpoints and options: prices under caps, bodies that are JSON, `off`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from vqva_crawl import config
from vqva_crawl.errors import ConfigError
from vqva_crawl.running import check

MODEL = {"base_url": "http://127.0.0.1:1/v1", "name": "m", "api_key_env": None}
PRICES = {"prompt": 2.0, "completion": 16.0}
FREE = {"prompt": 0, "completion": 0}
FILTER = {"filter": {"name": "vlm"}}


def read(folder: Path, model: dict, agents: dict | None = None, *sets: str) -> config.Config:
    """The config of a run, checked as --dry-run does."""
    path = folder / "c.yaml"
    path.write_text(
        yaml.safe_dump({"name": "x", "model": {**MODEL, **model}, "agents": agents or FILTER})
    )
    found = config.load(path, sets)
    check(found)
    return found


# prices --------------------------------------------------------------------------------------

DEAR, OTHER = {"name": "dear"}, {"prices": {"prompt": 1.0}}


@pytest.mark.parametrize("cap", ["run_money", "day_money"])
@pytest.mark.parametrize(
    ("model", "agents"),
    [
        ({}, FILTER),
        ({"prices": {"prompt": 2.0}}, FILTER),
        ({"prices": PRICES}, {"filter": {"name": "vlm", "model": OTHER}}),
        ({"prices": PRICES}, {"filter": {"name": "vlm", "fallback": {**DEAR, **OTHER}}}),
        ({"prices": PRICES}, {"filter": {"name": "vlm", "second": {**DEAR, **OTHER}}}),
    ],
)
def test_a_cap_on_money_wants_the_price_of_every_endpoint(tmp_path, cap, model, agents):
    with pytest.raises(ConfigError, match=rf"model\.caps\.{cap}: .* has no price"):
        read(tmp_path, {**model, "caps": {cap: 5}}, agents)


@pytest.mark.parametrize("prices", [PRICES, FREE])
def test_a_price_may_be_nothing_where_it_is_said(tmp_path, prices):
    found = read(tmp_path, {"prices": prices, "caps": {"run_money": 5}})
    again = config.parse(yaml.safe_load(config.to_yaml(found)), "again")
    assert again.model == found.model


def test_prices_bind_no_run_and_count_as_nothing_where_none_is_told(tmp_path):
    unpriced, priced = read(tmp_path, {}), read(tmp_path, {"prices": PRICES})
    assert config.deciding(unpriced) == config.deciding(priced)
    assert unpriced.model.prices.of(1000, 1000) == 0
    old = {**yaml.safe_load(config.to_yaml(unpriced))["model"], "prices": {**FREE}}
    assert config.parse({"name": "x", "model": old}, "old").model.prices.prompt == 0


# what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["2020-01-01", ".nan", "[.inf]", "{b: 2020-01-01}"])
@pytest.mark.parametrize("place", ["model", "agents.filter.model", "agents.filter.fallback"])
def test_a_body_that_is_no_json_names_its_key(tmp_path, place, value):
    with pytest.raises(ConfigError, match=rf"{place}.extra_body: 'a' holds"):
        read(tmp_path, {}, None, f"{place}.extra_body={{a: {value}}}")


@pytest.mark.parametrize("key", ["model", "messages", "n", "stream"])
def test_a_body_cannot_change_what_answers_are_read_by(tmp_path, key):
    with pytest.raises(ConfigError, match=rf"model.extra_body: '{key}' is set for each call"):
        read(tmp_path, {}, None, f"model.extra_body={{{key}: 2}}")


# off -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", ["off", "no", "'off'"])
def test_off_turns_off_in_yaml_and_on_the_command_line(tmp_path, off):
    agents = {"filter": {"name": "vlm"}, "reasoner": {"name": "vlm"}}
    sets = [f"agents.filter.options.agreement={off}", f"limits.samples={off}"]
    sets += [f"screen.refine={off}", f"model.caps.run_tokens={off}"]
    if off != "'off'":
        sets += [f"agents.reasoner.options.refine={off}"]
        found = read(tmp_path, {}, agents, *sets)
        assert found.limits.samples is found.screen.refine is found.model.caps.run_tokens is None
    else:
        read(tmp_path, {}, agents, sets[0])


def test_yes_is_no_number_and_off_no_number_that_has_to_be_one(tmp_path):
    for said in ("limits.rounds=off", "model.thinking_tokens=on"):
        with pytest.raises(ConfigError, match="a number is expected"):
            read(tmp_path, {}, None, said)
