from vqva_crawl.cli import app

app()
