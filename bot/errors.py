"""What can go wrong, as one tree.

Messages are for operators: what is wrong, and how to mend it. Never a resident's word.
"""


class OpenEarError(Exception):
    """Base of all errors that OpenEar raises on purpose."""


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


class StoreUnavailableError(OpenEarError):
    """The database is locked or gone. Nothing was acknowledged, nothing is lost: the provider sends again."""


class DecryptionError(OpenEarError):
    """A ciphertext does not belong to its row, was changed, or its key is missing."""
