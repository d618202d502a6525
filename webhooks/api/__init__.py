"""Addresses that programs call with a token: downloads, numbers, flags, and their description."""
