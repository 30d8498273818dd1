"""Words in anybody's mouth: that a text has one of them does not tell where it came from."""

from __future__ import annotations

from vqva_crawl.agents.rules.text import GENERIC, STOP
from vqva_crawl.agents.vlm.vocabulary import VOCABULARY
from vqva_crawl.clients import wording

_PLAIN = (
    "answer question picture request reader page thing object shape scene plant animal person "
    "people hand body head water light dark bright white black grey gray blue green yellow orange "
    "brown pink purple line edge corner side surface ground sky side part piece whole small large "
    "long short wide thin thick round square flat high deep near far above below behind around "
    "grow grown growth look looks would will could later after before become becomes turn turned "
    "open opened close closed cut remove removed move moved moving place placed time year month "
    "week day hour minute second later soon finally result cause process step state form kind "
    "exactly same similar complete finished inside outside front back centre center work works "
    "number single double half full empty give given take taken keep kept draw drawn write written "
    "please want need help clear clearly detail detailed view viewed imagine turn through add"
)
COMMON = VOCABULARY | frozenset(wording.stem(word) for word in (*STOP, *GENERIC, *_PLAIN.split()))
