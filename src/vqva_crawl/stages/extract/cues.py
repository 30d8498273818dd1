"""Words in class names and ids, by what they say of an element."""

from __future__ import annotations

import re
from functools import lru_cache

NONE: frozenset[str] = frozenset()

FIGURE = frozenset(
    "figure fig subfigure thumb thumbinner mediaobject informalfigure wp-caption caption "
    "gallerybox gallery-item image img imageblock image-block picture photo illustration "
    "screenshot".split()
)
CAPTION = frozenset(
    "caption figcaption figure-caption captiontext thumbcaption gallerytext legend cutline "
    "subcaption figure-title image-title imgcaption photo-caption".split()
)
TITLE = frozenset(("title",))  # DocBook's captions
CODE = frozenset("fragment programlisting sourcecode codehilite code-block screen".split())
# Pictures that stand for characters.
AS_TEXT = frozenset(
    "emoji smiley wp-smiley tex latex math formula formulainl formuladsp mathjax "
    "mwe-math-fallback-image-inline mwe-math-fallback-image-display".split()
)
SECTION = frozenset(("section",))
# Classes that may hide what carries them; `hidden` has the last word.
HIDING = frozenset(
    "hidden d-none sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only "
    "element-invisible assistive-text a11y-hidden ttc mathjax_preview".split()
)

# Furniture that is mostly links: with many words of its own it is content that shares the name.
LIGHT = frozenset(
    "nav navbar navheader navfooter navpath navbox navigation menu menus submenu breadcrumb "
    "breadcrumbs crumbs toc share sharing shares social pagination pager paging prevnext related "
    "tagcloud catlinks toolbar topbar skip skiplink editsection headerlink permalink tabs "
    "languages printfooter noprint jumplink sitemap rating ratings login signin".split()
)
# Furniture that may hold long text; content only when it is most of the page.
HEAVY = frozenset(
    "footer sidebar sidenav widget-area cookie cookies consent gdpr newsletter subscribe "
    "subscription modal advert adverts advertisement ads adsense sponsored comments "
    "comment-list commentlist disqus respond masthead colophon".split()
)

_KNOWN = FIGURE | CAPTION | TITLE | CODE | AS_TEXT | SECTION | HIDING | LIGHT | HEAVY
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@lru_cache(4096)
def cues(value: str) -> frozenset[str]:
    """The words above in a class or id, as whole tokens or as parts of them.

    `class="navHeader wp-caption"` -> navheader, nav, wp-caption, caption. Mostly none at all.
    """
    tokens = value.split()
    words = [word for token in tokens[:40] for word in _WORD.findall(token)]
    return _KNOWN.intersection([word.lower() for word in (*tokens, *words)]) or NONE
