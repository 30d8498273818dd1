"""A whole run over a hostile site, with a model that obeys whatever it reads (threat 19)."""

from __future__ import annotations

from html import escape

import obedient_model
import runs
from obedient_model import CANARIES, INJECTIONS, heard
from vqva_crawl.clients.fake_model import FakeModelServer
from webpages import gallery

PER_PAGE = 6
MARKUP = {
    "paragraph": "<p>{}</p>",
    "heading": "<h2>{}</h2>",
    "list": "<ul><li>{}</li></ul>",
    "table": "<table><tr><td>{}</td><td>see there</td></tr><tr><td>a</td><td>b</td></tr></table>",
    "code": "<pre><code>{}</code></pre>",
    "hidden": '<div style="display:none">{}</div><!-- {} --><p hidden>{}</p>',
}


def hostile(origin: str) -> dict[str, tuple[str, bytes]]:
    """The gallery's pages with the whole corpus spread over them."""
    starts = range(0, len(INJECTIONS), PER_PAGE)
    portions = [INJECTIONS[start : start + PER_PAGE] for start in starts]
    files = gallery(len(portions))
    for n, portion in enumerate(portions):
        kind, body = files[f"/page-{n}.html"]
        html = body.decode()
        for each in portion:
            texts = [text.replace("ORIGIN", origin) for text in each["texts"]]
            html = planted(html, each["place"], texts)
        files[f"/page-{n}.html"] = kind, html.encode()
    return files


def planted(html: str, place: str, texts: list[str]) -> str:
    texts = [escape(text) for text in texts]
    if place == "title":
        return html.replace("</title>", f" {texts[0]}</title>")
    if place == "alts":
        return html.replace('alt="', f'alt="{texts[0]} ')
    if place == "alt":
        return html.replace('alt="Original', f'alt="{texts[0]} Original')
    if place == "both":
        html, place = planted(html, "paragraph", texts[1:]), "caption"
    if place in ("caption", "figure"):
        return html.replace("Original image</p>", f"Original image. {texts[0]}</p>")
    block = "".join(MARKUP[place].replace("{}", text) for text in texts)
    return html.replace("</main>", f"{block}</main>")


def test_no_canary_of_the_corpus_is_published_searched_or_fetched(tmp_path, serve):
    site = serve({})
    site.files.update(hostile(site.origin))
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    with FakeModelServer(obedient_model.reply) as server:
        section = {"base_url": server.base_url, "name": "fake", "api_key_env": None}
        path = runs.config(
            tmp_path, [site.origin], agents=agents, model=section, plan={"agent": {"name": "vlm"}}
        )
        done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert not server.mentioning("http")
    rows = runs.rows(tmp_path / "runs/run")
    assert len(rows) > len(INJECTIONS) / PER_PAGE / 2
    for row in rows:
        published = [row["instruction"], *row["variants"], row["reasoning"]]
        assert not heard("\n".join(published)), row["page_url"]
    queries = [str(row) for row in runs.query(tmp_path / "runs/run", "SELECT * FROM queries")]
    assert queries
    assert not heard("\n".join(queries))
    assert not any(canary in path for path in site.requests for canary in CANARIES)
