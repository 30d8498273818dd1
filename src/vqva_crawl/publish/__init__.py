"""From samples to a dataset: Parquet shards, dataset card, Croissant file, picture report."""
