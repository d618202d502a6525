"""What can go wrong, as one tree.

Messages are for operators and for organisers' programs: what is wrong, and how to fix it. They never quote a resident.

`status` and `code` are what the web answers; the command line prints the message. Four kinds can happen while a request
is answered: InvalidError, NotAllowedError, NotFoundError and UnavailableError. A subclass of one of them has a code of
its own, or a caller that tells it apart.
"""


class OpenEarError(Exception):
    """Base of all errors that OpenEar raises on purpose."""

    status = 500
    code = "internal_error"


class SettingsError(OpenEarError):
    """Settings are missing or bad. Lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


class KeyringError(OpenEarError):
    """The key file is missing, readable by others, too short, or not the one that this database was made with."""


class CatalogueError(OpenEarError):
    """A catalogue or a list of words is broken; says the file and the line."""


class CampaignError(OpenEarError):
    """A campaign's file has mistakes. Lists every one at once."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))
        self.problems = problems


class DecryptionError(OpenEarError):
    """A ciphertext does not belong to its row, was changed, or its key is missing."""


class InvalidError(OpenEarError):
    """What was asked cannot be done as it was asked."""

    status = 400
    code = "invalid"


class NotAllowedError(OpenEarError):
    """The role or the campaign of whoever asks does not allow this."""

    status = 403
    code = "not_allowed"


class NotFoundError(OpenEarError):
    """What was asked for does not exist."""

    status = 404
    code = "not_found"


class UnavailableError(OpenEarError):
    """The database is locked or gone. Nothing was acknowledged and nothing is lost: the provider sends again."""

    status = 503
    code = "unavailable"


class FilterError(InvalidError):
    """A filter of a download is unknown or has a value that does not exist."""

    code = "bad_filter"


class ConflictError(InvalidError):
    """The step is not possible for this flag as it is now."""

    status = 409
    code = "not_so"


class TooManyError(InvalidError):
    """The privacy page has taken in as many complaints today as it may."""

    status = 429
    code = "too_many"


class UnknownButtonError(InvalidError):
    """No such button is on this phone of the demo."""

    code = "unknown_button"


class MalformedError(InvalidError):
    """A message does not have the shape that the provider sends. The text names a field, never its value."""

    code = "bad_update"


class UnusableError(InvalidError):
    """Authentic, and nothing that a conversation can use. Webhooks answer 200, or the provider sends it again."""

    code = "unusable"


class NotOursError(NotAllowedError):
    """Well signed, but not for us or not as the provider writes it: a replay or a re-split of parameters."""

    code = "not_ours"
