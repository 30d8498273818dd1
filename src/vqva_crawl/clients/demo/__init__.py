"""A small web site of our own, so that a first run needs no internet.

Its pages are ordinary HTML files, its pictures are drawn by the code beside them, and each page
says what a correct pipeline makes of it (`DemoPage.expect`).
"""

from vqva_crawl.clients.demo.pictures import OPTED_OUT, PICTURES, picture
from vqva_crawl.clients.demo.server import Served, serve
from vqva_crawl.clients.demo.site import DemoPage, pages, search

__all__ = ["OPTED_OUT", "PICTURES", "DemoPage", "Served", "pages", "picture", "search", "serve"]
