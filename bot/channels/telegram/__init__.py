"""Telegram: inbound updates, the sender, and the thread in which the library's asynchronous bot lives."""
