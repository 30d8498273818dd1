"""A chat model behind an OpenAI-compatible endpoint, in layers that each do one thing.

    cached -> retried -> (budget, pace) -> endpoint

Every layer is a `ChatModel`; `opening.py` puts them together from the config. What an agent asks
through is `asking.ask`, which turns an answer into a checked record.
"""
