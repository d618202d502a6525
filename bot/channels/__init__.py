"""One port and two providers: an inbound becomes an `Arrival`, and a `Sender` sends a `Message`.

Each provider is a folder with the same modules: `inbound` (`verify`, `parse`) and `sender` (a class with `send` and
`close`). A new provider copies this pattern.
"""
