"""The formats in which stories leave the house. Each has `write(stories, campaign, …) -> Iterator[bytes]`, memory flat.

They format what they are given: who may have it, and in which wording, is decided in `bot/stories/export.py`.
"""
