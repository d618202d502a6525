"""Addresses that programs call with a token: downloads, numbers, flags, and the description of all addresses."""
