"""Why something that arrived goes no further. Three answers, so that a webhook knows its status without reading words.

Raised by `twilio.py` and `telegram.py`; caught by the webhooks and by polling. The messages name a field or a rule and
must not hold a value: what arrived may be a resident's words or number.
"""

from bot.errors import OpenEarError


class ForbiddenError(OpenEarError):
    """Well signed, but not for us or not as the provider writes it: a replay or a re-split. Answer 403."""


class MalformedError(OpenEarError):
    """Not a shape that the provider sends. Answer 400."""


class UnusableError(OpenEarError):
    """Authentic, and nothing that a conversation can use. Answer 200, or the provider sends it again."""
