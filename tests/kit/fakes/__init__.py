"""Providers on the loopback, as strict as the real ones: what they would refuse is refused here."""
