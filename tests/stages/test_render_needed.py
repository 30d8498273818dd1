"""Which pages are empty without their scripts: shells of applications, and what only looks so."""

from __future__ import annotations

import time

import pytest

from vqva_crawl.stages.render import needs_scripts
from vqva_crawl.stages.render.stage import worth_rendering

WORDS = "The shore is shaped by waves, wind and the slow rise of the land behind it. " * 8

# In the manner of the frameworks' own templates.
SHELLS = {
    "vite": '<body><div id="root"></div><script type="module" src="/assets/i.js"></script></body>',
    "create-react-app": "<body><noscript>You need to enable JavaScript to run this app.</noscript>"
    '<div id="root"></div><script src="/static/js/main.js"></script></body>',
    "vue": "<body><noscript><strong>We're sorry but shop doesn't work properly without JavaScript "
    'enabled. Please enable it to continue.</strong></noscript><div id="app"></div>'
    '<script src="/js/app.js"></script></body>',
    "next": '<body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{}'
    '</script><script src="/_next/static/main.js" defer=""></script></body>',
    "nuxt": '<body><div id="__nuxt"></div><script>window.__NUXT__={}</script></body>',
    "gatsby": '<body><div id="___gatsby"></div><script src="/app.js" async></script></body>',
    "angular": '<body><app-root></app-root><script src="main.js" type="module"></script></body>',
    "angularjs": '<body ng-app="shop"><div ng-view></div><script src="a.js"></script></body>',
    "angular, loading": "<body><app-root><p>Loading …</p></app-root><script src=m.js></script>",
    "web component": '<body><gallery-app></gallery-app><script src="g.js"></script></body>',
    "sveltekit": '<body><div style="display: contents" id="svelte"></div>'
    "<script>import('/_app/start.js')</script></body>",
    "no mark but nothing at all": "<body><script src=/a.js></script><script src=/b.js></script>",
    "a header and a footer": "<body><header><img src=/logo.png> Shore museum</header>"
    '<div id="app"></div><footer>Imprint. Privacy.</footer><script src=a.js></script></body>',
    "a counting pixel": '<body><noscript><img src="/count" width="1" height="1"></noscript>'
    '<div id="root"><div class="spinner"></div></div><script src="/a.js"></script></body>',
    "in capitals": '<BODY><DIV ID="ROOT"></DIV><SCRIPT SRC="/A.JS"></SCRIPT></BODY>',
    "an empty list in a root": '<body><div id="app"><ul></ul></div><script>go()</script></body>',
}

WHOLE = {
    "an article": f"<body><div id=root></div><p>{WORDS}</p><script src=a.js></script></body>",
    "rendered on the server": f'<body><div id="__next"><p>{WORDS}</p><img src="/a.png"></div>'
    '<script id="__NEXT_DATA__" type="application/json">{}</script><script src=m.js></script>',
    "without scripts": '<body><div id="root"></div></body>',
    "data alone": '<body><div id="app"></div><script type="application/ld+json">{}</script></body>',
    "not found": "<body><h1>404 Not Found</h1><hr>nginx<script src=/count.js></script></body>",
    "an error of the server": "<html><head><title>502</title></head><body><h1>Bad gateway</h1>"
    '<script async src="/analytics.js"></script><script>track()</script></body></html>',
    "a list of links": "<body><ul><li><a href=a>One</a><li><a href=b>Two</a></ul><script>x()"
    "</script></body>",
    "lazy pictures with their addresses": "<body><div id=app></div>"
    '<img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAA" data-src="/a.jpg">'
    '<img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAA" data-src="/b.jpg">'
    "<script src=lazy.js></script></body>",
    "pictures for who has no scripts": "<body><div id=app></div><noscript><img src=/a.jpg>"
    "<img src=/b.jpg></noscript><script src=lazy.js></script></body>",
    "placeholders alone": '<body><p>Two pictures of the shore.</p><img src="data:image/gif;base64,'
    'R0lGODlhAQABAA"><script src=lazy.js></script></body>',
    "a <noscript> about something else": "<body><p>Welcome.</p><noscript><p>Our hotline: 12 34."
    "</p></noscript><script>x()</script></body>",
    "empty": "",
    "a redirection": '<head><meta http-equiv="refresh" content="0; url=/en/"></head><body></body>',
}


@pytest.mark.parametrize("name", SHELLS)
def test_the_shell_of_an_application_needs_its_scripts(name: str) -> None:
    assert needs_scripts(f"<!doctype html><html><head><title>T</title></head>{SHELLS[name]}</html>")


@pytest.mark.parametrize("name", WHOLE)
def test_a_page_that_says_something_or_is_just_short_does_not(name: str) -> None:
    assert not needs_scripts(f"<!doctype html><html>{WHOLE[name]}</html>")


@pytest.mark.parametrize(
    "page",
    [
        "<script " * 200_000,
        "<noscript>enable " * 60_000 + "<script></script>",
        "<script></script>" + "<noscript>enable java</noscript>" * 40_000,
        "<a-b id=app><script></script>" * 50_000,
        "<script></script>" + '<div id="root">' * 1_500 + "<i>x</i>" * 50_000,
    ],
    ids=["open scripts", "nested noscripts", "noscripts", "custom elements", "nested roots"],
)
def test_hostile_pages_are_judged_in_a_few_seconds(page: str) -> None:
    began = time.process_time()
    worth_rendering(page.encode(), "utf-8", False, "", 2_000)
    assert time.process_time() - began < 20
