"""doctor: whether a run would find what it needs, each thing looked at for a bounded time."""
