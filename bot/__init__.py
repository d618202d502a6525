"""OpenEar, the product. Never imports flask or webhooks.

engine/      the conversation, pure: step(conversation, inbound, campaign) -> Turn
campaigns/   campaign files and helplines, read and checked; approvals, SMS cost
language/    catalogues, wording, privacy notice, detection, SMS parts
channels/    what arrives, and the ways out: Twilio, Telegram, a console
store/       the only SQL, and the encryption; one file a noun
messaging/   one inbound, one transaction; its replies queued, then delivered
stories/     downloads, numbers, masks and marks, on their way to organisers
privacy/     consent, access, erasure, recalls, complaints, the notice, the papers
safeguarding.py  the lead's queue of flags
organisers/  people with a role, and the hubs that bring residents
operations/  what `openear check` looks at; backups
demo/        the demo and the rehearsal; never part of production
worker.py        the loop that wakes, delivers and purges
installation.py  what every use case is handed
settings.py      every setting, read in one place
errors.py        what goes wrong, by name
logs.py          logs without anybody's words
"""
