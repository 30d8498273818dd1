"""Engines run units. All of them run the very same `run_unit`."""
