"""The security measures that the software takes, each with the command or test that shows it. From the code as it is.

Nothing may stand here that the code does not do; what the people
around it must do stands below as blanks.
"""

from dataclasses import dataclass

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.page import Markup, blank, lines, listing, says, table


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure and its proofs. The sentence holds placeholders of `Brief.figures`."""

    area: str
    what: str
    commands: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()  # files under tests/, without `.py`


MEASURES = (
    Measure(
        "Encryption",
        "Words, addresses and evidence are encrypted (AES-256-GCM), each value bound to its own row. People "
        "are found by keyed hashes. Keys lie outside the data folder; a key file that others can read is refused.",
        ("openear check", "openear keys rotate"),
        ("test_store", "test_receive"),
    ),
    Measure(
        "Roles",
        "Downloads need a role for this one campaign. The role organiser gets identifiers masked, only raw gets "
        "words as sent, leaders and admins get counts, safeguarding gets flags. Roles and tokens end at once when "
        "revoked; a token ends after {token_days} days.",
        ("openear organiser list", "openear organiser revoke"),
        ("test_organisers", "test_export_routes"),
    ),
    Measure(
        "Audit",
        "Downloads, erasures, looks at flags and at consent, and changes of roles and keys are recorded without "
        "words. Rows are sealed to each other; an anchor kept elsewhere shows whether the newest were cut off.",
        ("openear audit list", "openear audit verify"),
        ("test_audit",),
    ),
    Measure(
        "Webhooks",
        "A message is believed only with Twilio's signature or Telegram's secret, and a strict form. Each has "
        "one effect for ever, also after erasure.",
        (),
        ("test_webhooks", "test_channel_twilio", "test_channel_telegram"),
    ),
    Measure(
        "Logs",
        "No log holds a word, a number or a token, tracebacks included.",
        (),
        ("test_logs",),
    ),
    Measure(
        "Keeping and erasure",
        "The worker removes what is past its period every hour. {overwritten} A restore erases again "
        "what was erased since the backup.",
        ("openear purge", "openear erase", "openear restore"),
        ("test_erase", "test_backup"),
    ),
    Measure(
        "Downloads",
        "Masked in downloads, as far as found: {masked}. Days instead of clock times, a random id instead of "
        "a number. Which stories a download held is remembered, so that it can be called back.",
        ("openear export", "openear mark", "openear recalls list"),
        ("test_exports", "test_redaction"),
    ),
    Measure(
        "Counts",
        "In counts for people who may not read stories, {counts}. There are no filters.",
        ("openear numbers",),
    ),
    Measure(
        "Backups",
        "{backups}",
        ("openear backup",),
        ("test_backup",),
    ),
    Measure(
        "Availability",
        "A message is acknowledged only when it is stored; while the database is away, the provider sends it again.",
        ("openear check",),
        ("test_webhooks", "test_worker"),
    ),
)

#: What stands around the software, and is not its to promise.
AROUND = (
    "Disk encryption of the server, its updates, its firewall, and who may log in",
    "Where the keyring's copy lies, and who can reach it",
    "Two-factor sign-in for the accounts at the carriers, and who holds them",
    "Encrypted laptops for everybody who downloads; where downloads may lie, and the day by which they are deleted",
    "Who makes backups, where they lie, and who deletes them after {backup_days} days",
    "Training of organisers and safeguarding leads, and what happens when somebody leaves",
    "What is done when something leaks, and who tells the Information Commissioner within 72 hours",
)


def measures_table(brief: Brief, caption: str) -> Markup:
    """Measure by measure, with its proof."""
    return table(
        caption,
        ("Area", "What the software does", "Shown by"),
        ((one.area, brief.says(one.what), proofs(one.commands, one.tests)) for one in MEASURES),
    )


def around(brief: Brief) -> Markup:
    """What people have to do, with places to say how."""
    return listing(brief.says("{what}: {how}", what=brief.says(one), how=blank("how, and who")) for one in AROUND)


def proofs(commands: tuple[str, ...], tests: tuple[str, ...]) -> Markup:
    """Commands and test files by their names."""
    return lines(
        [says("`{one}`", one=one) for one in commands] + [says("`{one}`", one=f"tests/{one}.py") for one in tests]
    )
