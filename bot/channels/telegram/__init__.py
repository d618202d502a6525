"""Telegram: what arrives (`inbound`), what is sent (`sender`), and a connection that stays open (`line`)."""
