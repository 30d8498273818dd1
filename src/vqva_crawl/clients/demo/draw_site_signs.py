"""What stands on every page of a site and is no content: its badge and its small signs."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.outlines import oval, path

SITES = {"meadow": "#4f9a4c", "atelier": "#c2553a", "lab": "#3f6fb5"}


def badge(site: str) -> Image.Image:
    """The round badge in a site's header; 64 x 64 pixels."""
    canvas = Canvas(64, 64, "#ffffff", scale=3)
    canvas.oval(32, 32, 30, 30, SITES[site])
    if site == "meadow":
        canvas.curve([(32, 54), (32, 36), (32, 26)], "#ffffff", 4)
        canvas.oval(22, 26, 11, 6, "#ffffff", angle=35)
        canvas.oval(42, 20, 11, 6, "#ffffff", angle=-35)
    elif site == "atelier":
        canvas.poly(path("16,46 40,12 50,20 26,52 14,54"), "#ffffff")
        canvas.line([(36, 20), (44, 27)], SITES[site], 3)
    else:
        canvas.poly(path("27,12 37,12 37,28 50,50 14,50 27,28"), "#ffffff")
        canvas.poly(path("23,38 41,38 48,49 16,49"), SITES[site])
    return canvas.finish()


def sign(kind: str) -> Image.Image:
    """A grey "search", "mail", "print" or "feed" sign; 32 x 32 pixels."""
    canvas = Canvas(32, 32, "#ffffff", scale=3)
    ink = "#5d666e"
    if kind == "search":
        canvas.line(oval(14, 14, 8), ink, 3)
        canvas.line([(20, 20), (27, 27)], ink, 3.4)
    elif kind == "mail":
        canvas.box(4, 8, 28, 25, ink, corner=2)
        canvas.line([(6, 10), (16, 18), (26, 10)], "#ffffff", 2)
    elif kind == "print":
        canvas.box(4, 13, 28, 24, ink, corner=2)
        canvas.box(9, 5, 23, 13, "#ffffff", ink, 2)
        canvas.box(9, 19, 23, 28, "#ffffff", ink, 2)
    else:
        canvas.oval(9, 24, 3.4, 3.4, ink)
        canvas.line(oval(7, 26, 11, start=270, stop=360), ink, 3)
        canvas.line(oval(7, 26, 19, start=270, stop=360), ink, 3)
    return canvas.finish()


def blank() -> Image.Image:
    """The single white pixel that stands in for a picture not loaded yet."""
    return Image.new("RGB", (1, 1), "#ffffff")
