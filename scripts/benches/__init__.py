"""Measurements, each a ratio of two things taken in alternation in one run: absolute times say little about a shared machine."""
