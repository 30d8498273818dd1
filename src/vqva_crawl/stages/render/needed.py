"""Whether a page is empty without its scripts.

It is, when three things come together: it has scripts; it shows (nearly) nothing, that is, less
than LEAST_TEXT characters and less than LEAST_PICTURES pictures; and it has the marks of an
application that a browser fills in: an empty root element, a <noscript> that asks for JavaScript,
or nothing at all beside what loads scripts. A short page without those marks (an error, a list of
links, a redirection) is just a short page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from vqva_crawl.stages.extract.images import best
from vqva_crawl.stages.extract.tree import PICTURES, Element, parse, squeeze

LEAST_TEXT = 400  # characters: a shell with a header, a cookie notice and a footer has less
LEAST_PICTURES = 2  # what a page has to have to be of use here
LEAST_ROOT = 40  # characters: "Loading, please wait …" is still empty
LOOKED_AT = 20  # of the elements that may be a mark: a hostile page has them nested by thousands
BARE = 20  # characters of a page that has nothing to show

# Where the frameworks' own templates have an application put: create-react-app and Vite (root,
# app), Next.js, Nuxt, Gatsby, Remix, SvelteKit, Quasar, Ember, Docusaurus, Angular, Vue.
ROOTS = frozenset(
    "root app __next __nuxt ___gatsby svelte sveltekit q-app ember-app __docusaurus react-root "
    "app-root main-app mount application react-app vue-app spa wrapper-app".split()
)
ROOT_MARKS = ("ng-app", "data-ng-app", "ng-version", "data-reactroot", "data-v-app", "data-app")
STATE = re.compile(r"__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|__APOLLO_STATE__|__remixContext")
UNSHOWN = ("script", "style", "noscript", "template")
CODE = ("", "module", "text/javascript", "application/javascript", "text/ecmascript")

_ASKS = re.compile(
    r"\b(?:enable|activate|turn(?:ed)? on|requires?|needs?|without|disabled?|allow|use)\b"
    r".{0,80}\bjava ?script\b|\bjava ?script\b.{0,80}"
    r"\b(?:enabled?|activated?|turned on|required|disabled|needed)\b",
    re.IGNORECASE | re.DOTALL,
)


def needs_scripts(html: str) -> bool:
    """Whether the page has to be rendered to be read; for nesting within the extractor's limit."""
    if not re.search(r"<script", html, re.IGNORECASE):
        return False
    body = next((e for e in parse(html) if e.tag == "body"), None)
    text = _text(body) if body else ""
    if body and (len(text) >= LEAST_TEXT or _pictures(body) >= LEAST_PICTURES):
        return False
    try:
        tree = LexborHTMLParser(html)
    except (SelectolaxError, RuntimeError, UnicodeError):
        return False
    if not _code(tree):
        return False
    bare = len(text) < BARE and not (body and _pictures(body))
    return _empty_root(tree) or _asks(tree) or (bare and _bundled(tree, html))


def _text(element: Element) -> str:
    """What is read of it, without what stands there for browsers that run no scripts."""
    return squeeze(" ".join(_strings(element)))


def _strings(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag != "noscript":
            yield from _strings(child)


def _pictures(body: Element) -> int:
    """Pictures with an address, in <noscript> and in lazy attributes too; no counting pixels."""
    return sum(1 for e in body.walk() if e.tag in PICTURES and best(e) and not _pixel(e))


def _pixel(picture: Element) -> bool:
    return "0" <= picture.get("width") <= "2" and len(picture.get("width")) == 1


def _code(tree: LexborHTMLParser) -> list[LexborNode]:
    """The <script> elements that are run."""
    return [s for s in tree.css("script") if (s.attributes.get("type") or "").lower() in CODE]


def _empty_root(tree: LexborHTMLParser) -> bool:
    candidates = tree.css("[id], body > *, " + ", ".join(f"[{mark}]" for mark in ROOT_MARKS))
    roots = filter(_root, candidates)
    return any(_hollow(node) for node in islice(roots, LOOKED_AT))


def _root(node: LexborNode) -> bool:
    """Whether an application is put here: by its id, a framework's mark, or a tag of its own."""
    said = node.attributes
    if (said.get("id") or "").lower() in ROOTS or any(mark in said for mark in ROOT_MARKS):
        return True
    return "-" in (node.tag or "-") and node.tag not in ("-text", "-comment")


def _hollow(node: LexborNode) -> bool:
    texts = (n for n in node.traverse(include_text=True) if n.tag == "-text")
    shown = "".join(n.text_content or "" for n in texts if n.parent and n.parent.tag not in UNSHOWN)
    return len(squeeze(shown)) < LEAST_ROOT and not node.css_first("img[src]")


def _asks(tree: LexborHTMLParser) -> bool:
    return any(_ASKS.search(squeeze(n.text())[:2000]) for n in tree.css("noscript")[:LOOKED_AT])


def _bundled(tree: LexborHTMLParser, html: str) -> bool:
    """Whether a page that shows nothing loads something that could: a module, a deferred bundle,
    several files, or the state of an application."""
    loaded = [s for s in _code(tree) if s.attributes.get("src")]
    modern = any("defer" in s.attributes or s.attributes.get("type") == "module" for s in loaded)
    return modern or len(loaded) >= 2 or STATE.search(html) is not None
