"""OpenEar, the product. Never imports flask or webhooks.

engine/     the conversation, pure: step(conversation, inbound, campaign) -> Turn
campaigns/  campaign files, read and checked
language/   catalogues, wording, detection, SMS parts
channels/   what arrives, and the ways out: Twilio, Telegram, a console
store/      the only SQL, and the encryption
exports/    stories as CSV, JSON Lines, Word
receive.py  one inbound, one transaction        deliver.py  what is due goes out
export.py   one download, audited               erase.py    erasure and keeping periods
worker.py   the loop over them                  polling.py  fetching, where no public address is
"""
