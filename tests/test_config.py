"""A config is refused with one line that names the key, or means what it says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl import config
from vqva_crawl.errors import ConfigError
from vqva_crawl.registry import Options, check_options, register


def write(folder: Path, text: str) -> Path:
    path = folder / "c.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nlimit: {rounds: 1}", "limit: unknown key"),
        ("name: x\nlimits: {round: 1}", "limits.round: unknown key"),
        ("name: x\nlimits: {rounds: many}", "limits.rounds: Input should be a valid integer"),
        ("name: ../x", "name: String should match pattern"),
        ("limits: {}", "name: Field required"),
        ("name: x\nname: y", "'name' stands twice"),
        ("a: &a [1]\nname: *a", "aliases"),
        ("name: !!python/object/apply:os.system ['true']", "not valid YAML"),
        ("- 1", "a mapping"),
        ("name: x\nfetch: {allow_origins: ['http://localhost']}", "is not scheme://host:port"),
        ("name: x\ntopics: nowhere.yaml", "topics: no file 'nowhere.yaml'; give the path of a"),
        ("name: x\ntopics: nowhere", "or a shipped one: topics/vqva.yaml"),
        ("name: x\nlimits: {rounds: yes}", "limits.rounds: a number is expected, not a yes or no"),
        ("name: x\nscreen: {refine: [no, 1]}", "screen.refine: a number is expected"),
        ("name: x\nfetch: {timeout: .inf}", "fetch.timeout: Input should be a finite number"),
        ("name: x\nlimits: {min_accept: .nan}", "limits.min_accept: Input should be a finite"),
        ("name: x\nimages: {min_side: 9, max_side: 8}", "images: min_side (9) is more than max_s"),
        ("name: x\nscreen: {min_words: 60000}", "screen: min_words (60000) is more than max_words"),
        ("name: x\nscreen: {languages: [english]}", "'english' is no ISO 639-1 code, such as en"),
        ("name: x\nscreen: {languages: [no]}", "screen.languages.0: text is expected, in quotes"),
        ("name: x\nsearch: {backends: []}", "search.backends: name at least one, such as {kind:"),
        ("name: x\nmodel: {base_url: 'http://h/v1?api-version=1'}", "model.base_url: no query can"),
        ("name: x\nmodel: {base_url: '127.0.0.1:8000/v1'}", "is not http(s)://host"),
        ("name: x\nmodel: {base_url: 'http://h:99999/v1'}", "is not http(s)://host"),
        ("name: x\nmodel: {base_url: 'http:///v1'}", "is not http(s)://host"),
        ("name: x\nmodel: {base_url: ''}", "is not http(s)://host"),
        ("name: x\nfetch: 5", "fetch: a section of keys with values is expected"),
    ],
)
def test_wrong_configs_name_the_key(tmp_path, text, said):
    with pytest.raises(ConfigError) as caught:
        config.load(write(tmp_path, text))
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_file_names_the_shipped_configs():
    with pytest.raises(ConfigError, match=r"no file 'nowhere'.*quickstart"):
        config.load("nowhere")


def test_overrides_reach_into_sections(tmp_path):
    path = write(tmp_path, "name: x")
    loaded = config.load(path, ["limits.rounds=7", "screen.languages=[de, en]", "fetch.proxy=null"])
    assert loaded.limits.rounds == 7
    assert loaded.screen.languages == ("de", "en")
    with pytest.raises(ConfigError, match="expected key=value"):
        config.load(path, ["limits.rounds"])


def test_a_section_with_nothing_under_it_has_its_defaults(tmp_path):
    path = write(tmp_path, "name: x\nfetch:\nplan:\n  agent:\n    options:\nplugins:\n")
    assert config.load(path) == config.Config(name="x")
    assert config.load(path, ["fetch.per_host.delay=3"]).fetch.per_host.delay == 3


def test_options_of_plug_ins_take_no_yes_or_infinity_for_a_number():
    class Mine(Options):
        weights: dict[str, float] = {}
        kept: bool = True

    register("filter", "numbers", lambda: None, Mine)
    for weight in (True, float("inf")):
        with pytest.raises(ConfigError, match=r"^here\.weights(\.a)?: .*number"):
            check_options("filter", "numbers", {"weights": {"a": weight}}, "here")
    check_options("filter", "numbers", {"weights": {"a": 1}, "kept": False}, "here")


def test_only_deciding_keys_bind_a_run(tmp_path):
    path = write(tmp_path, "name: x")
    mine = config.deciding(config.load(path))
    free = ["limits.samples=5", "engine.units=9", "fetch.per_host.delay=3", "log.level=debug"]
    assert config.differences(mine, config.deciding(config.load(path, free))) == []
    other = config.deciding(config.load(path, ["images.min_side=99", "seed=4"]))
    assert config.differences(mine, other) == ["images.min_side", "seed"]


def test_a_key_that_an_earlier_version_did_not_know_had_its_default(tmp_path):
    path = write(tmp_path, "name: x")
    mine = config.deciding(config.load(path))
    earlier = {key: value for key, value in mine.items() if key != "images.screens"}
    assert config.differences(earlier, mine) == []
    other = config.deciding(config.load(path, ["images.screens=[documents]"]))
    assert config.differences(earlier, other) == ["images.screens"]


@pytest.mark.parametrize(
    "name", ["quickstart", "site", "wikimedia", "warc", "omnicorpus", "gimp-help"]
)
def test_shipped_configs_load_and_come_back_from_yaml(tmp_path, name):
    loaded = config.load(name)
    again = config.load(write(tmp_path, config.to_yaml(loaded)))
    assert config.deciding(again) == config.deciding(loaded)


@given(st.text(max_size=200))
def test_any_text_is_a_config_or_a_config_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(ConfigError):  # anything else is a defect
        config.load(path)
