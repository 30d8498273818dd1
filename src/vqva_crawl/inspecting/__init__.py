"""`vqva-crawl inspect`: how a sample, or a rejected record, came about."""
