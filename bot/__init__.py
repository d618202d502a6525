"""OpenEar, the product. Never imports flask or webhooks.

engine/     the conversation, pure: step(conversation, inbound, campaign) -> Turn
campaigns/  campaign files, read and checked; approvals, SMS bill
language/   catalogues, wording, privacy notice, detection, SMS parts
channels/   what arrives, and the ways out: Twilio, Telegram, a console
store/      the only SQL, and the encryption
redaction/  masks what has a form: numbers, addresses
exports/    stories as CSV, JSON Lines, Word
papers/     the data-protection papers, drafted from the configuration
demo/       the demo's world; never part of production

Messages
receive.py      one inbound, one transaction     routing.py         whose it is: campaign, hub, conversation
deliver.py      what is due goes out             limits.py          what is sent at most, and never to whom
retry.py        when to try again                senders.py         the ways out, from the settings
worker.py       the loop over them               polling.py         fetching, where no public address is
Stories
export.py       one download, audited            recall.py          calls erased stories back from downloads
marking.py      masks what a person marked       disclosure.py      how a small number is shown
numbers.py      how many stories there are       translation.py     stories that need a translator
People
safeguarding.py the lead's queue of flags        evidence.py        what was agreed to, for one story
complaints.py   taken in, acknowledged, closed   subject_access.py  all that is held about one person
privacy.py      the notice with our figures      erase.py           erasure and keeping periods
The house
installation.py what every use case is handed    settings.py        every setting, read in one place
health.py       what `openear check` looks at    backup.py          an encrypted copy, and its return
errors.py       what goes wrong, by name         logs.py            logs without anybody's words
rehearsal.py    an installation to throw away, for `openear chat` and tests
"""
