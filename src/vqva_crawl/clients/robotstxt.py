"""What one robots.txt says to one crawler (RFC 9309).

Protego does the matching of paths. Around it, because of what it misses (seen with the published
conformance vectors): agents are compared here, as whole product tokens without regard to case;
lines that are neither agent nor rule never end a group; and a URL must be allowed in both readings
of percent-encoding, the normalised one of the RFC and the literal one of the reference parser, so
that where they differ the stricter one wins.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from protego import Protego

MAX_BYTES = 500 * 1024  # RFC 9309 section 2.5: what a crawler has to read at least
ME = "me"
# What we do, in the words of Content-Usage (IETF aipref drafts) and Content-Signal (Cloudflare).
TRAINING = frozenset({"train-ai", "train-genai", "ai", "genai", "ai-train"})
SPELLINGS = {  # keys as they are met -> as they are meant
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow"), "disallow"),
    **dict.fromkeys(("sitemap", "sitemaps", "site-map"), "sitemap"),
    "allow": "allow",
    "crawl-delay": "crawl-delay",
    "content-usage": "content-usage",
    "content-signal": "content-usage",
}


def product_token(user_agent: str) -> str:
    """The name that rules are matched with: the first word up to "/", in lower case."""
    words = user_agent.split()
    return words[0].partition("/")[0].lower() if words else ""


def decode(body: bytes) -> str:
    """The text of a robots.txt: at most 500 KiB, UTF-8 (or UTF-16 with its byte order mark, as some
    editors save it: read as UTF-8 it would forbid nothing), the mark dropped.

    A line that the limit cuts through is dropped: half a rule is another rule.
    """
    utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = body[:MAX_BYTES].decode("utf-16" if utf_16 else "utf-8-sig", errors="replace")
    if len(body) > MAX_BYTES:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    return text


def lines(text: str) -> Iterator[tuple[str, str]]:
    """(key, value) of each line that says something known."""
    for raw in re.split(r"\r\n|\r|\n", text):
        line = raw.partition("#")[0].strip()
        for mark in (":", " "):  # "disallow /x": the colon forgotten
            key, found, value = line.partition(mark)
            if found and key.strip().lower() in SPELLINGS:
                yield SPELLINGS[key.strip().lower()], value.strip()
                break


def literal(path: str) -> str:
    """A path or pattern spelled so that Protego compares its escapes as they stand."""
    upper = re.sub(r"%[0-9A-Fa-f]{2}", lambda escape: escape[0].upper(), path)
    return upper.replace("%", "%25")


def escaped(pattern: str) -> str:
    """A pattern with everything outside ASCII percent-encoded, as it has to be in a URL."""
    return quote(pattern, safe="".join(map(chr, range(0x21, 0x7F))))


def rewritten(text: str, token: str) -> Iterator[tuple[str, str]]:
    """Only the groups for this crawler (called ME) and for everybody, in Protego's spelling."""
    ours = in_agents = False
    for key, value in lines(text):
        if key == "sitemap":
            continue
        if key != "user-agent":
            in_agents = in_agents and key == "content-usage"  # which older readers do not know
            if ours:
                yield key, value
            continue
        name = product_token(value)
        ours = name in (token, "*") or (in_agents and ours)
        in_agents = True
        if name in (token, "*"):
            yield key, ME if name == token else "*"


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules for one crawler. `sitemaps` are as written; `crawl_delay` in seconds or None."""

    sitemaps: tuple[str, ...]
    crawl_delay: float | None
    normalised: Protego
    as_written: Protego
    training: Protego

    def allows(self, url: str) -> bool:
        """Whether a URL, in the form in which it is sent, may be fetched."""
        return self.normalised.can_fetch(url, ME) and self.as_written.can_fetch(literal(url), ME)

    def trains(self, url: str) -> bool:
        """Whether nothing is said against training models with what is at a URL."""
        return self.training.can_fetch(url, ME)


def usage(value: str) -> Iterator[tuple[str, bool]]:
    """(path, allowed) of a Content-Usage or Content-Signal line that speaks of training models.

    Such as `train-ai=n`, `/pictures/ train-ai=y, search=y` or `search=yes, ai-train=no`.
    """
    tight = "=".join(part.strip() for part in value.split("="))
    first, _, rest = tight.partition(" ")
    path, preferences = (first, rest) if first.startswith(("/", "*")) else ("/", f"{first} {rest}")
    for part in re.split(r"[,\s]+", preferences.lower()):
        category, _, preference = part.partition("=")
        if category in TRAINING and preference[:1] in ("y", "n"):
            yield path, preference[0] == "y"


def reserving(values: Iterable[str]) -> Iterator[str]:
    """The rules on training as a robots.txt; of contradictions about a path the stricter one."""
    said = [(escaped(path), allowed) for value in values for path, allowed in usage(value)]
    reserved = {path for path, allowed in said if not allowed}
    yield f"user-agent: {ME}"
    for path, _ in said:
        yield f"{'disallow' if path in reserved else 'allow'}: {path}"


def parse(body: bytes, user_agent: str) -> RobotsRules:
    """Reads a robots.txt for one crawler. Never fails: what is no rule is skipped.

    So a web page served as robots.txt (a soft error page) holds no rules and allows everything,
    as RFC 9309 has it for a file that is not there.
    """
    text, token = decode(body), product_token(user_agent)
    groups = list(rewritten(text, token))
    wanted = [(key, escaped(value)) for key, value in groups if key != "content-usage"]
    uses = reserving(value for key, value in groups if key == "content-usage")
    plain = Protego.parse("\n".join(f"{key}: {value}" for key, value in wanted))
    strict = Protego.parse("\n".join(f"{key}: {literal(value)}" for key, value in wanted))
    return RobotsRules(
        sitemaps=tuple(value for key, value in lines(text) if key == "sitemap" and value),
        crawl_delay=plain.crawl_delay(ME),
        normalised=plain,
        as_written=strict,
        training=Protego.parse("\n".join(uses)),
    )


EVERYTHING = parse(b"", "")
