"""Pages that people open in a browser: the privacy notice and the demo."""
