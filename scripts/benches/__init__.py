"""Measurements, each a ratio of two things taken in alternation: absolute times say little on a shared machine."""
