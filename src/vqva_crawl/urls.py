"""URL keys: one spelling for URLs that mean the same page. The raw URL is what gets fetched."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

import ada_url
from publicsuffixlist import PublicSuffixList

# Parameters that name a visitor or a campaign, not a page.
TRACKERS = frozenset(
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id gclid gclsrc dclid fbclid "
    "msclkid yclid twclid igshid mc_cid mc_eid _ga _gl phpsessid jsessionid sessionid sid "
    "ref_src ref_url spm scm".split()
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.IGNORECASE)
_REPEATED = re.compile(r"((?:/[^/]+){1,4}?)\1\1(?=/|$)")  # a/b/a/b/a/b
MOST_SEGMENTS = 20  # of a path, as in Heritrix; deep sites have a dozen
MOST_CHARACTERS = 2_000
RECENT = 8_192  # keys and sites remembered: a menu is on every page, a site behind each request
_SITE = re.compile(r"[^/?#]*//[^/?#]*")


@lru_cache(RECENT)
def url_key(url: str) -> str:
    """The canonical key of an http(s) URL; ValueError for anything else.

    WHATWG normalisation (case of scheme and host, default port, dot segments, percent-encoding of
    spaces), fragment dropped, tracker parameters dropped, in the path too, the others sorted.
    """
    spelled = ada_url.normalize_url(url.strip())
    if not is_http(spelled):
        raise ValueError(f"not an http(s) URL: {url!r}")
    whole = spelled.partition("#")[0]
    return _without_trackers(whole) if "?" in whole or ";" in whole else whole


def _without_trackers(url: str) -> str:
    parsed = ada_url.URL(url)
    if parsed.search:
        pairs = [p for p in parsed.search[1:].split("&") if p]
        kept = sorted(p for p in pairs if p.partition("=")[0].lower() not in TRACKERS)
        parsed.search = "&".join(kept)
    if ";" in parsed.pathname:
        parsed.pathname = _SESSION.sub("", parsed.pathname)
    return str(parsed.href)


def is_http(normalised: str) -> bool:
    return normalised.startswith(("http:", "https:"))


def endless(url: str) -> bool:
    """Whether a URL looks like one of those that a trap makes without end.

    A part of its path stands three times in a row (numbers may: chapter 1, section 1, page 1), or
    it is deeper or longer than those of people. From Heritrix's rules on paths.
    """
    path = urlsplit(url).path
    if len(url) > MOST_CHARACTERS or path.count("/") > MOST_SEGMENTS:
        return True
    repeated = _REPEATED.search(path)
    return repeated is not None and not repeated[1].replace("/", "").isdigit()


def join(base: str, reference: str) -> str:
    """`reference` made absolute against `base`, "" when that gives no http(s) URL."""
    try:
        joined = ada_url.join_url(base, reference.strip())
    except ValueError:
        return ""
    return joined if is_http(joined) else ""


def site(url: str) -> str:
    """A URL up to its path: all that need be parsed, and once, to know whose it is."""
    found = _SITE.match(url)
    return found[0] if found else url


def origin(url: str) -> str:
    """scheme://host:port, the port always written."""
    return _origin(site(url))


@lru_cache(RECENT)
def _origin(site: str) -> str:
    parts = urlsplit(site)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def host(url: str) -> str:
    """The host in lower case, with the port when it is not the scheme's own."""
    return _host(site(url))


@lru_cache(RECENT)
def _host(site: str) -> str:
    return urlsplit(site).netloc.rpartition("@")[2].lower()


def domain(host: str) -> str:
    """The registrable domain of a host (Public Suffix List); an address is its own.

    `upload.wikimedia.org:443` -> `wikimedia.org`, `a.b.github.io` -> `b.github.io`.
    """
    name = host.rpartition("]")[0] or host.partition(":")[0]
    if name.startswith("[") or name.replace(".", "").isdigit():
        return name.strip("[")
    return _suffixes().privatesuffix(name) or name


@cache
def _suffixes() -> PublicSuffixList:
    """Read when it is first needed: 0.1 s."""
    return PublicSuffixList()
