"""OpenEar, the product. Never imports flask, webhooks or scripts. Map, laws and words: `bot/README.md`."""
