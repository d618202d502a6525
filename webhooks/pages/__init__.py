"""Pages that people open in a browser: the privacy page and the demo."""
