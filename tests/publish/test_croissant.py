import hashlib
import json
from dataclasses import replace
from pathlib import Path

import fsspec

from vqva_crawl.publish.assemble import licences_of
from vqva_crawl.publish.croissant import write_croissant
from vqva_crawl.publish.schema import SCHEMA
from vqva_crawl.publish.shards import write_shards
from vqva_crawl.publish.summary import Summary
from vqva_crawl.records import Credit

LOCAL = fsspec.filesystem("file")


def test_unknown_licences_are_named_beside_the_others(tmp_path: Path, summary: Summary) -> None:
    path = write_croissant(LOCAL, str(tmp_path), summary, [])
    by = "https://creativecommons.org/licenses/by/4.0/"
    assert json.loads(Path(path).read_text())["license"] == [by, "unknown"]


def test_the_licence_of_nothing_is_unknown(tmp_path: Path, summary: Summary) -> None:
    path = write_croissant(LOCAL, str(tmp_path), replace(summary, licences={}), [])
    assert json.loads(Path(path).read_text())["license"] == ["unknown"]


def test_licences_are_counted_over_both_pictures_of_a_sample(triple: object) -> None:
    drawn = triple(0, question_credit=Credit(licence="CC0"), answer_credit=Credit())  # type: ignore[operator]
    assert licences_of([drawn.sample]) == {"CC0": 1, "": 1}


def test_it_names_all_files_and_columns(tmp_path: Path, summary: Summary, rows: object) -> None:
    shards = write_shards(rows(5), LOCAL, str(tmp_path), 2, 2)  # type: ignore[operator]
    path = write_croissant(LOCAL, str(tmp_path), summary, shards)
    document = json.loads(Path(path).read_text())
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    files = {node["@id"]: node for node in document["distribution"]}
    for name in shards:
        body = (tmp_path / name).read_bytes()
        assert files[name]["sha256"] == hashlib.sha256(body).hexdigest()
        assert files[name]["contentSize"] == f"{len(body)} B"
    (records,) = document["recordSet"]
    assert [field["name"].split("/")[-1] for field in records["field"]] == SCHEMA.names
    images = [f for f in records["field"] if f.get("dataType") == "sc:ImageObject"]
    assert [f["@id"] for f in images] == ["triples/question_image", "triples/answer_image"]
