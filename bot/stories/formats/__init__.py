"""The formats of downloads. Each has `write(stories, campaign, …) -> Iterator[bytes]`, which streams.

`bot/stories/export.py` decides who gets which stories.
"""
