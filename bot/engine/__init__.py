"""The conversation as pure functions: no clock, no randomness, no files, no network. Start at `conversation.step`."""
