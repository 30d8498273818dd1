"""The dataset card: what the dataset is, how it was made, and what to mind, with all counts.

Names of topics, hosts and licences come from the web and the config: in Markdown they are escaped,
since the card is shown on sites that render it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from fsspec import AbstractFileSystem
from huggingface_hub import DatasetCard, DatasetCardData
from jinja2 import Environment, PackageLoader, StrictUndefined

from vqva_crawl.publish.files import put
from vqva_crawl.publish.shards import PATTERN
from vqva_crawl.publish.summary import Summary, counted, ranked
from vqva_crawl.storage import spending

# https://huggingface.co/docs/hub/datasets-cards: a category for each power of ten
_SIZES = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")


def dataset_card(summary: Summary) -> DatasetCard:
    """The card of a run's dataset; `str(card)` is the text of its README.md."""
    body = _environment().get_template("card.md.jinja").render(summary=summary)
    return DatasetCard(f"---\n{_front_matter(summary).to_yaml()}\n---\n\n{body}")


def write_card(fs: AbstractFileSystem, folder: str, summary: Summary) -> str:
    """Writes `README.md` into the dataset's folder; gives its path. Raises StorageError."""
    return put(fs, f"{folder.rstrip('/')}/README.md", str(dataset_card(summary)).encode())


def _front_matter(summary: Summary) -> DatasetCardData:
    codes = sorted(code for code in summary.languages if re.fullmatch(r"[a-z]{2,3}", code))
    return DatasetCardData(
        pretty_name=summary.run,
        license="other",
        license_name="stated-for-each-row",
        license_link="README.md#licences",
        language=codes or None,
        size_categories=[size_category(summary.samples)],
        task_categories=["image-to-image", "visual-question-answering"],
        annotations_creators=["machine-generated"],
        source_datasets=["original"],
        tags=["vq-va", "image-text-to-image", "web-crawl"],
        configs=[
            {"config_name": "default", "data_files": [{"split": "train", "path": PATTERN}]},
        ],
    )


def size_category(rows: int) -> str:
    """The Hub's name for a dataset's size, such as "1K<n<10K"."""
    bounds = [1000 * 10**power for power in range(len(_SIZES))]
    for index, bound in enumerate(bounds):
        if rows < bound:
            return f"{_SIZES[index - 1]}<n<{_SIZES[index]}" if index else "n<1K"
    return "n>1T"


def markdown(text: Any) -> str:
    """Text that came from elsewhere, on one line, with nothing in it that Markdown would render."""
    line = " ".join(str(text).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([\\`*_{}\[\]()#+!|~$@])", r"\\\1", line)
    line = line.replace("://", ":&#47;&#47;")  # no address becomes a link by itself
    return re.sub(r"(?i)\b(www)\.", r"\1&#46;", line)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vqva_crawl.publish"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=markdown,  # every {{ value }} of the template
        autoescape=False,  # noqa: S701 - the output is Markdown, escaped by `markdown`
    )
    environment.filters |= {"counted": counted, "ranked": ranked, "number": "{:,}".format}
    environment.globals["spend_note"] = spending.NOTE
    return environment
