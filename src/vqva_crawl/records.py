"""What flows through the pipeline: frozen, typed records with ids derived from content alone.

In the order of the data's path:

    Topic -> Query -> Hit -> Target -> Page -> Document (TextItem | ImageItem, Picture)
          -> Pair -> Candidate -> Sample          and at every step: Rejected

Lineage (query, URL, time, licence, model, prompt digest) rides along and is never hashed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Domain = Literal["world_knowledge", "design_knowledge", "reasoning"]
Relation = Literal[
    "temporal",  # before/after, stages, life cycles
    "causal",  # an action or a process and its result
    "compositional",  # part-whole, exploded view
    "spatial",  # inside/outside, cross-section, another view, a zoom
    "analytical",  # a picture that explains or measures another
    "variant",  # the same thing in another design
]
# Whether what a page and its pictures say against training was obeyed; "unknown" where a corpus
# gave the document ready made, and of what earlier versions collected.
OptOuts = Literal["obeyed", "ignored", "unknown"]


_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no file and no table takes one


def whole(text: str) -> str:
    """The text with U+FFFD for each surrogate that stands alone, as JSON may hold it."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


Said = Annotated[str, AfterValidator(whole)]  # by a stranger: a page, a service, a corpus


def digest(*parts: str | bytes) -> str:
    """The first 32 hex digits of SHA-256 over the parts, each preceded by its length.

    Of any text: a record that cannot be written has an id too, to be told by.
    """
    h = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()[:32]


class Record(BaseModel):
    """Base of all records: immutable, unknown fields refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


# plan and search ------------------------------------------------------------------------------


class Topic(Record):
    """One line of the taxonomy: what to look for, and the relation families to hope for."""

    name: str
    domain: Domain
    families: tuple[Relation, ...]
    keywords: tuple[str, ...] = ()
    share: float = Field(gt=0)  # of the target mix, all topics together 1.0


class Query(Record):
    text: str
    topic: str
    domain: Domain
    family: Relation

    @property
    def id(self) -> str:
        return digest(" ".join(self.text.lower().split()))


class Hit(Record):
    """One answer of a search backend."""

    url: Said
    rank: int
    title: Said = ""
    snippet: Said = ""
    query: str
    topic: str
    backend: str
    place: Said = ""  # where a backend that reads its pages itself has this one


class Target(Record):
    """A URL to fetch, and why. `key` is the canonical URL key; `url` is fetched as it stands."""

    key: Said
    url: Said
    depth: int = 0
    query: str = ""
    topic: str = ""
    backend: str = ""
    place: Said = ""  # see Hit

    @property
    def id(self) -> str:
        return digest(self.key)


# fetch ----------------------------------------------------------------------------------------


class Page(Record):
    """A fetched HTML page. `url` is the last URL of the redirect chain."""

    target: Target
    url: Said
    body: bytes
    content_type: Said
    charset: str = ""  # from the Content-Type header, "" when it names none
    fetched_at: str  # ISO 8601, UTC
    link_licence: Said = ""  # from a Link: rel=license header
    refresh: Said = ""  # the Refresh header
    rendered: bool = False  # the body is what a browser showed after the page's scripts

    @property
    def id(self) -> str:
        return self.target.id


# extract and images ---------------------------------------------------------------------------

Role = Literal["heading", "paragraph", "list", "table", "quote", "code", "caption"]


class TextItem(Record):
    """A block of text. `level` is 1-6 for headings, the ordinal for items of ordered lists."""

    kind: Literal["text"] = "text"
    text: Said
    role: Role = "paragraph"
    level: int = 0


class ImageItem(Record):
    """A reference to a picture, where it stands in the document.

    `url` is the best candidate (largest of srcset, lazy-load attributes before placeholders);
    `full_url` the picture file that the surrounding link leads to, "" when none. `caption` is the
    text that belongs to this picture alone, `figure_caption` what stands over the whole figure
    (with several pictures they differ). `figure` numbers the figures of a document from 0; -1 is
    a picture outside any figure. `width` and `height` are the declared pixels, 0 when unknown.
    `licence_evidence` is where a source found its licence, or that none is stated there. `sha256`
    is empty until the picture was fetched and accepted.
    """

    kind: Literal["image"] = "image"
    url: Said
    full_url: Said = ""
    alt: Said = ""
    title: Said = ""
    caption: Said = ""
    figure_caption: Said = ""
    figure: int = -1
    width: int = 0
    height: int = 0
    link: Said = ""  # where a surrounding link leads, "" when none
    licence: Said = ""  # stated for this picture alone
    author: Said = ""
    licence_evidence: Said = ""  # a URL; "" where the page itself states the licence
    sha256: str = ""


Item = Annotated[TextItem | ImageItem, Field(discriminator="kind")]


class Picture(Record):
    """What is known of a fetched picture; its bytes live in the collect unit's images part.

    `phash` is the 64-bit perceptual hash in hex. `url` is where the bytes came from. A panel that
    was cut out of a figure has the figure's URL with a media fragment, and its sha256 as `parent`.
    """

    sha256: str
    url: Said
    width: int
    height: int
    format: Literal["jpeg", "png", "webp", "gif"]
    phash: str
    size: int  # bytes
    fetched_at: str
    parent: str = ""

    @property
    def id(self) -> str:
        return self.sha256


class Document(Record):
    """An interleaved image-text document: items in reading order."""

    url: Said
    canonical_url: Said = ""
    title: Said = ""
    language: str = ""  # ISO 639-1, declared or detected; "" when unknown
    licence: Said = ""  # a licence URL or SPDX-like name
    licence_evidence: Said = ""  # where it was stated: rel=license, meta, header
    items: tuple[Item, ...] = ()
    links: tuple[str, ...] = ()  # pages it links to, absolute, in order of appearance
    pictures: tuple[Picture, ...] = ()  # filled by the images stage, one per distinct sha256
    minhash: bytes = b""  # filled by the gate stage, for near-duplicates
    target: Target
    fetched_at: str = ""
    rendered: bool = False  # see Page
    opt_outs: OptOuts = "unknown"

    @property
    def id(self) -> str:
        parts = [i.text if isinstance(i, TextItem) else i.url for i in self.items]
        return digest(self.target.key, self.title, *parts)

    def texts(self) -> Iterator[TextItem]:
        return (i for i in self.items if isinstance(i, TextItem))

    def images(self) -> Iterator[ImageItem]:
        return (i for i in self.items if isinstance(i, ImageItem))

    def picture(self, sha256: str) -> Picture:
        """The facts of an accepted picture; KeyError when this document has none such."""
        for picture in self.pictures:
            if picture.sha256 == sha256:
                return picture
        raise KeyError(sha256)

    def words(self) -> int:
        return sum(len(i.text.split()) for i in self.texts())


# annotate -------------------------------------------------------------------------------------


class Pair(Record):
    """Two pictures of one document, in the direction question -> answer.

    `question` and `answer` are sha256; the `_item` fields index `Document.items`. `evidence` says
    in plain words why these two belong together; `cues` are the machine-readable reasons.
    """

    document: str  # the document's id
    question: str
    answer: str
    question_item: int
    answer_item: int
    relation: Relation
    evidence: str
    cues: dict[str, str] = {}
    strength: float = Field(default=0.0, ge=0, le=1)

    @property
    def id(self) -> str:
        return digest(self.question, self.answer)


class Candidate(Record):
    """A pair with its instruction, on its way through the filter."""

    pair: Pair
    instruction: str
    expectation: str = ""  # what the answer has to show, in words; for the filter and reasoner

    @property
    def id(self) -> str:
        return digest(self.pair.question, self.pair.answer, self.instruction)


class Scores(Record):
    """The filter's three scores, each 0, 1 or 2, each with a written reason (VQ-VA World)."""

    question: int = Field(ge=0, le=2)
    answer: int = Field(ge=0, le=2)
    context: int = Field(ge=0, le=2)
    question_reason: str = ""
    answer_reason: str = ""
    context_reason: str = ""

    @property
    def perfect(self) -> bool:
        return self.question == self.answer == self.context == 2


class AgentMark(Record):
    """Which agent did a step, with which model and prompt ("" for rules).

    Several models that answered for one agent (a fallback, a second opinion) have a mark each.
    """

    agent: str
    model: str = ""
    prompt_digest: str = ""


class Credit(Record):
    """A picture's licence, who it is by, and where the licence was stated; "" is unknown."""

    licence: str = ""
    author: str = ""
    evidence: str = ""


def _as_a_whole(sample: dict[str, Any]) -> Credit:
    return Credit(licence=sample["licence"], evidence=sample["licence_evidence"])


class Sample(Record):
    """A finished triple with everything the dataset says of it; pictures by sha256.

    `licence` is the answer picture's.
    """

    question: Picture
    answer: Picture
    instruction: str
    variants: tuple[str, ...]
    reasoning: str
    domain: Domain
    relation: Relation
    topic: str
    scores: Scores
    page_url: str
    page_title: str
    query: str
    backend: str
    fetched_at: str
    licence: str
    licence_evidence: str
    question_credit: Credit = Credit()
    # Samples of the first version told of the answer's licence alone.
    answer_credit: Credit = Field(default_factory=_as_a_whole)
    opt_outs: OptOuts = "unknown"
    language: str
    document: str
    agents: tuple[AgentMark, ...]

    @property
    def id(self) -> str:
        return digest(self.question.sha256, self.answer.sha256, self.instruction)


class Rejected(Record):
    """A record that was dropped, where, and why. A drop is data, not an error.

    `id` is the dropped record's; `reason` a short stable name for tables; `detail` one line for
    a reader; `payload` JSON of what helps to understand it (never picture bytes).
    """

    id: str
    stage: str
    reason: str
    detail: Said = ""
    url: Said = ""
    payload: Said = "{}"


class Drop(Record):
    """What an agent returns instead of its output to drop the record it was given.

    `facts` go into the payload of the `Rejected`, as JSON.
    """

    reason: str
    detail: str = ""
    facts: dict[str, Any] = {}


class Corrected(Record):
    """What a filter returns instead of its scores when it has put the instruction right."""

    candidate: Candidate
    scores: Scores
