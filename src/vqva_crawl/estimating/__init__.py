"""`vqva-crawl estimate`: what a chain with a model will cost, from a few documents."""
