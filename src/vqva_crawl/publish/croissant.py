"""croissant.json: the dataset's files and columns in MLCommons Croissant 1.0 (JSON-LD).

The format: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from fsspec import AbstractFileSystem

from vqva_crawl.publish.files import put
from vqva_crawl.publish.schema import IMAGE_COLUMNS, SCHEMA
from vqva_crawl.publish.shards import PATTERN
from vqva_crawl.publish.summary import Summary, counted, ranked

Node = dict[str, Any]

# The context as the specification prints it (its appendix 1).
_CONTEXT: Node = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_SHARDS: Node = {
    "@type": "cr:FileSet",
    "@id": "shards",
    "name": "shards",
    "encodingFormat": "application/x-parquet",
    "includes": PATTERN,
}


def croissant(summary: Summary, fs: AbstractFileSystem, folder: str, shards: Sequence[str]) -> str:
    """The text of croissant.json for the shards, which are read once for their SHA-256."""
    files = [_file(fs, folder, name) for name in shards]
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": summary.run,
        "description": (
            f"{counted(summary.samples, 'triple')} of question picture, instruction and answer "
            f"picture from {counted(summary.sources, 'web page')}."
        ),
        "license": [name or "unknown" for name, _ in ranked(summary.licences)] or ["unknown"],
        "datePublished": summary.started_at[:10],
        "version": "1.0.0",
        "distribution": [*files, _SHARDS],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "triples",
                "name": "triples",
                "key": {"@id": "triples/id"},
                "field": list(_fields(SCHEMA, "triples")),
            }
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_croissant(
    fs: AbstractFileSystem, folder: str, summary: Summary, shards: Sequence[str]
) -> str:
    """Writes `croissant.json` beside the shards; gives its path. Raises StorageError."""
    text = croissant(summary, fs, folder, shards)
    return put(fs, f"{folder.rstrip('/')}/croissant.json", text.encode())


def _file(fs: AbstractFileSystem, folder: str, name: str) -> Node:
    path = f"{folder.rstrip('/')}/{name}"
    with fs.open(path, "rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{fs.size(path)} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256,
    }


def _fields(columns: Iterable[pa.Field], parent: str) -> Iterator[Node]:
    for column in columns:
        path = f"{parent}/{column.name}"
        node: Node = {"@type": "cr:Field", "@id": path, "name": path}
        kind = column.type
        if column.name in IMAGE_COLUMNS:
            node |= {"dataType": "sc:ImageObject", "source": _source(column.name, "bytes")}
        elif pa.types.is_struct(kind):
            node["subField"] = list(_members(kind, path, column.name))
        else:
            node |= _leaf(kind, _source(column.name))
        yield node


def _members(kind: pa.DataType, parent: str, column: str) -> Iterator[Node]:
    """The fields of a struct column; lists of structs are left out, which its readers garble."""
    for member in kind:
        if pa.types.is_list(member.type):
            continue
        path = f"{parent}/{member.name}"
        node = {"@type": "cr:Field", "@id": path, "name": path}
        yield node | _leaf(member.type, _source(column, member.name))


def _leaf(kind: pa.DataType, source: Node) -> Node:
    node: Node = {"dataType": "sc:Integer" if pa.types.is_integer(kind) else "sc:Text"}
    if pa.types.is_list(kind):
        node["repeated"] = True
    return node | {"source": source}


def _source(column: str, json_path: str = "") -> Node:
    source: Node = {"fileSet": {"@id": "shards"}, "extract": {"column": column}}
    return source | ({"transform": {"jsonPath": json_path}} if json_path else {})
