"""The errors of OpenEar, as one tree.

Messages are for operators and for organisers' programs: what is wrong, and how to fix it. They never quote a resident.

The web answers with `status` and `code`; the command line prints the message. Four kinds can happen while a request is
answered: InvalidError, NotAllowedError, NotFoundError and UnavailableError. A subclass of one of them has its own code,
or is caught by name.
"""


class OpenEarError(Exception):
    """Base of all errors that OpenEar raises on purpose."""

    status = 500
    code = "internal_error"


class SettingsError(OpenEarError):
    """Settings are missing or wrong. Lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


class KeyringError(OpenEarError):
    """The key file is missing, readable by others, damaged, or not the one that this database was made with."""


class CatalogueError(OpenEarError):
    """A catalogue or a list of words has a mistake. Names the file and the line."""


class CampaignError(OpenEarError):
    """A campaign file has mistakes. Lists all of them at once."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))
        self.problems = problems


class DecryptionError(OpenEarError):
    """A ciphertext was changed, belongs to another row, or needs a key that is missing."""


class InvalidError(OpenEarError):
    """The request cannot be carried out as it is."""

    status = 400
    code = "invalid"


class NotAllowedError(OpenEarError):
    """The role or campaign of the person who asks does not allow this."""

    status = 403
    code = "not_allowed"


class NotFoundError(OpenEarError):
    """The thing that was asked for does not exist."""

    status = 404
    code = "not_found"


class UnavailableError(OpenEarError):
    """The database is locked or gone. Nothing was acknowledged, so nothing is lost: the provider sends again."""

    status = 503
    code = "unavailable"


class FilterError(InvalidError):
    """A filter of a download is unknown, or its value does not exist."""

    code = "bad_filter"


class ConflictError(InvalidError):
    """The step is not allowed for this flag in its current status. The message says what to do instead."""

    status = 409
    code = "not_so"


class TooManyError(InvalidError):
    """The privacy page has reached its daily limit of complaints."""

    status = 429
    code = "too_many"


class UnknownButtonError(InvalidError):
    """This button is not on the phone of the demo."""

    code = "unknown_button"


class MalformedError(InvalidError):
    """A message does not have the shape that the provider sends. Names the field, never its value."""

    code = "bad_update"


class UnusableError(InvalidError):
    """An authentic message that a conversation cannot use. Webhooks answer 200, or the provider would send it again."""

    code = "unusable"


class NotOursError(NotAllowedError):
    """A signed message that is not for us, or not as the provider writes it: replayed, or its parameters re-split."""

    code = "not_ours"
