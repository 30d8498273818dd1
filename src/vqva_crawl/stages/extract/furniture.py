"""What stands around the content of a page: navigation, footers, sidebars, notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqva_crawl.stages.extract.tree import PICTURES, Element

ROLES = frozenset(
    "navigation banner contentinfo search menu menubar toolbar tablist dialog alertdialog "
    "doc-toc doc-index complementary".split()
)
# Mostly links: with more words of its own than this it is content that shares the name.
LIGHT = frozenset(
    "nav navbar navheader navfooter navpath navbox navigation menu menus submenu breadcrumb "
    "breadcrumbs crumbs toc share sharing shares social pagination pager paging prevnext related "
    "tagcloud catlinks toolbar topbar skip skiplink editsection headerlink permalink tabs "
    "languages printfooter noprint jumplink sitemap rating ratings login signin".split()
)
WORDS_OF_ITS_OWN = 300  # characters outside links; a picture outside links counts as
PICTURE_WORTH = 200
# May hold long text; content only when it is most of the page.
HEAVY = frozenset(
    "footer sidebar sidenav widget-area cookie cookies consent gdpr newsletter subscribe "
    "subscription modal advert adverts advertisement ads adsense sponsored comments "
    "comment-list commentlist disqus respond masthead colophon".split()
)
MOST = 0.4  # of the page's text

_LANDMARKS = frozenset(("nav", "header", "footer", "aside"))
_CUED = frozenset("div section ul ol dl table td p span form menu center tr address".split())
_NEVER = frozenset(("main", "article", "h1"))
_CONTENT_ROLE = re.compile(r"^(?:main|article|figure)$")


class Furniture:
    """Tells the furniture of one page. `body` is the whole page, for the share of its text."""

    def __init__(self, body: Element) -> None:
        self._body = body
        self._length = -1

    def __call__(self, element: Element, in_article: bool) -> bool:
        """Whether the element, with all that is in it, is left out of the items."""
        tag = element.tag
        if tag in _LANDMARKS:
            return self._landmark(element, in_article)
        if not element.attributes:
            return False
        role = element.attributes.get("role")
        if role in ROLES:
            return not (role in ("banner", "complementary") and in_article)
        return tag in _CUED and self._cued(element)

    def _landmark(self, element: Element, in_article: bool) -> bool:
        tag = element.tag
        if tag == "nav":
            return True
        # Inside an article these hold its title and its notes.
        if in_article and tag != "footer":
            return self._cued(element)
        if tag == "header" and any(e.tag == "h1" for e in element.walk()):
            return False
        return not self._most_of_page(element)

    def _cued(self, element: Element) -> bool:
        cues = _cues(element)
        if cues.isdisjoint(LIGHT) and cues.isdisjoint(HEAVY):
            return False
        if any(e.tag in _NEVER or _CONTENT_ROLE.match(e.get("role")) for e in element.walk()):
            return False
        if not cues.isdisjoint(HEAVY) and not self._most_of_page(element):
            return True
        return not cues.isdisjoint(LIGHT) and plain_text(element) <= WORDS_OF_ITS_OWN

    def _most_of_page(self, element: Element) -> bool:
        if self._length < 0:
            self._length = len(self._body.text())
        return len(element.text()) > MOST * self._length


def _cues(element: Element) -> frozenset[str]:
    # Generators make a section's id from its heading: there "navigation" is a subject.
    names = element.cues()
    return names if element.tag == "section" or "section" in names else names | element.cues("id")


def plain_text(element: Element) -> int:
    """Characters of text outside links, pictures counted too."""
    if element.tag == "a":
        return 0
    if element.tag in PICTURES:
        return PICTURE_WORTH
    return sum(len(c.strip()) if isinstance(c, str) else plain_text(c) for c in element.children)


def main_content(body: Element, mains: Sequence[Element]) -> Element:
    """The page's one <main> when it holds most of the text, else the whole body."""
    if len(mains) == 1 and len(mains[0].text()) > MOST * len(body.text()):
        return mains[0]
    return body
