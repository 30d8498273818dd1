"""verify: do the URLs of a run's samples still show the pictures that were stored?"""
