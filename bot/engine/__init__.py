"""The conversation, pure: no clock, no randomness, no files, no network. `conversation.step` is the door."""
