"""Measurements. Each is a ratio of two things measured in turn: absolute times mean little on a shared machine."""
