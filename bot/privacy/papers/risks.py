"""The risks as data: what could go wrong, how bad before, what OpenEar really does, how it shows, and what remains.

A test holds every command and test file named here to those that exist. The levels are a proposal:
the officer who signs sets them. Nothing may stand under `measures` that the code does not do.
"""

from dataclasses import dataclass

#: Likelihood and severity, from 0 to 2, and the level of each pair.
LIKELIHOOD = ("remote", "possible", "probable")
SEVERITY = ("minimal", "significant", "severe")
_LEVELS = (("low", "low", "medium"), ("low", "medium", "high"), ("low", "high", "high"))


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely and how bad."""

    likelihood: int
    severity: int

    @property
    def level(self) -> str:
        """`low`, `medium` or `high`."""
        return _LEVELS[self.likelihood][self.severity]

    def __str__(self) -> str:
        return f"{LIKELIHOOD[self.likelihood]}, {SEVERITY[self.severity]}"


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk. The sentences hold placeholders of `Brief.figures`."""

    name: str
    harm: str
    before: Chance
    measures: str
    commands: tuple[str, ...]
    tests: tuple[str, ...]
    remains: str
    after: Chance


RISKS = (
    Risk(
        "Re-identification by local knowledge",
        "A neighbour, an employer or an official reads a story, a quote or a row of a download and knows whose it is.",
        Chance(2, 2),
        "Numbers are kept apart from stories and never stand in a download. Downloads carry a random id and the day, "
        "no clock time. Identifiers are masked by their form; a person can mark names and details, which are then "
        "masked too. Each story carries its own answer on being quoted.",
        ("openear mark", "openear export"), ("test_marks", "test_exports", "test_redaction"),
        "A story, or area and groups beside language, hub and day, can point to one person. Nothing forces anybody to "
        "read a quote with a neighbour's eyes before it is printed: people must.",
        Chance(1, 2),
    ),
    Risk(
        "Somebody else holds the phone",
        "A partner, parent, landlord, employer or trafficker reads along, or writes in the resident's place.",
        Chance(1, 2),
        "No reply shows whether a story exists, names a topic or repeats a word. After seven quiet days consent is "
        "asked anew. No reminder is sent once a story exists.",
        (), ("test_laws", "test_transcripts"),
        "The texts themselves stay on the phone until somebody deletes them, and show that a conversation took place. "
        "Whoever holds the phone can send DELETE, too.",
        Chance(1, 2),
    ),
    Risk(
        "Enforcement access and compelled disclosure",
        "An authority demands who said what, and somebody's status, home or work is lost by it.",
        Chance(1, 2),
        "Little is held: addresses go after {contact_days} days, no Telegram name or picture is kept, and no command "
        "lists contacts. Without the keyring neither words nor numbers can be read.",
        ("openear purge",), ("test_erase", "test_receive"),
        "Whoever has the keyring can be made to open what is held, and to look up one known number. Carriers and "
        "networks keep records of their own. The controllers need a written way to answer such demands.",
        Chance(0, 2),
    ),
    Risk(
        "Function creep",
        "Words given for this campaign are used for something else, or kept for ever.",
        Chance(1, 1),
        "Each yes is kept with the exact words that were asked. Quoting and contacting are asked apart. Roles hold "
        "for one campaign. Every download is recorded. Stories go after {story_months} months.",
        ("openear consent show", "openear audit list"), ("test_evidence", "test_erase", "test_export_routes"),
        "What was downloaded can be used again by whoever has the file. A new purpose needs a new question to "
        "residents.",
        Chance(0, 1),
    ),
    Risk(
        "A crisis is missed",
        "Somebody writes of suicide or violence, and no person notices in time.",
        Chance(2, 2),
        "Phrases of danger are looked for in all languages at once; helplines go out in the same turn and no question "
        "is put for 12 hours. A flag is raised, and leads who gave a number or chat are told, again after an hour. "
        "Serving is refused without a safeguarding lead.",
        ("openear flags list", "openear check"), ("test_laws", "test_every_language", "test_safeguarding"),
        "Phrases are not understanding: hints, irony, rare spellings and pictures are missed. The lists need a "
        "clinician and speakers. Nobody reads along, and the texts say so. Somebody must look at the queue every day.",
        Chance(1, 2),
    ),
    Risk(
        "A translation error in the consent",
        "People agree to something else than what was meant, so that there is no consent.",
        Chance(2, 1),
        "A language is offered when a speaker has approved its texts; a text that changes afterwards makes it a draft "
        "again. An unsure or missing consent text takes the language off the list. Every consent keeps its wording by "
        "hash. {drafts}",
        ("openear locales script", "openear locales approve", "openear consent show"),
        ("test_every_language", "test_campaigns"),
        "An approval is as good as its reader. The default language is offered without one.",
        Chance(1, 1),
    ),
    Risk(
        "A laptop with a download is lost",
        "Stories are read by a thief or a finder.",
        Chance(1, 2),
        "Identifiers are masked unless the role is raw. The command writes files that only their owner can read. It is "
        "known which stories a download held, by whom it was made and when.",
        ("openear recalls list", "openear export"), ("test_recall", "test_exports", "test_commands"),
        "The file itself is not encrypted: the disk must be. Nobody can delete it from afar.",
        Chance(0, 2),
    ),
    Risk(
        "Carriers keep the texts",
        "Networks and carriers ({carriers}) hold what residents wrote, longer than OpenEar does.",
        Chance(2, 1),
        "The notice says so. Pictures and voice notes are not fetched. Texts of ours never "
        "repeat a resident's words.",
        ("openear papers",), ("test_channel_twilio", "test_channel_telegram", "test_laws"),
        "OpenEar does not delete messages at a carrier. Period and region are set in the carrier's own account and "
        "contract.",
        Chance(1, 1),
    ),
    Risk(
        "Too much trust in redaction",
        "A download is passed on because somebody thinks that nobody can be recognised in it.",
        Chance(2, 1),
        "The transcript says at its beginning what was masked. Masking is measured against invented stories, and its "
        "gaps are listed. This paper and the notice say that it does not find everything.",
        ("openear mark",), ("test_redaction", "test_exports"),
        "Names, streets and numbers in words are not found. Every download is personal data and wants the same care.",
        Chance(1, 1),
    ),
    Risk(
        "An insider",
        "An organiser or an administrator is curious, is put under pressure, or leaves with data.",
        Chance(1, 2),
        "Roles are narrow; words as sent by the command want a reason; looking up who wrote a flag wants a reason and "
        "an owner. All of it stands in an audit that shows changes. Roles and tokens end at once.",
        ("openear audit verify", "openear organiser revoke", "openear flags contact"),
        ("test_audit", "test_organisers", "test_export_routes"),
        "Whoever can log in to the server and read the keyring can read everything; the command line is recorded as "
        "such, not by name. The audit shows deeds, it does not prevent them.",
        Chance(0, 2),
    ),
    Risk(
        "Small numbers",
        "A table shows that one person of a group lives in a place, or two tables together do.",
        Chance(2, 1),
        "In counts for people who may not read stories, {counts}. The total is rounded for itself. There are no "
        "filters.",
        ("openear numbers",), (),
        "Counts that somebody makes from a download are not protected: the same rule must be kept by hand.",
        Chance(0, 1),
    ),
    Risk(
        "A bill for text messages",
        "Fraud or a flood of texts spends the campaign's money, and residents are no longer answered.",
        Chance(1, 1),
        "At most {per_hour} replies an hour and {per_day} a day go to one person. The campaign's limits for texts: "
        "{spend_day} a day, {spend} in all. Numbers that charge their callers more are never answered. To all others "
        "helplines go out in any case, and what arrives is kept.",
        ("openear check",), (),
        "At the limit replies wait. Many real numbers can still reach it. Helplines are outside it.",
        Chance(0, 1),
    ),
    Risk(
        "A child takes part",
        "Somebody under {age} tells a story without the protection that the law wants for them.",
        Chance(2, 1),
        "The first text asks for {age} or over. Whoever says that they are younger is thanked, given Childline's "
        "number, and no story is kept.",
        (), ("test_laws", "test_every_language"),
        "Nobody's age is checked. An organiser who recognises a child in a story can erase it.",
        Chance(1, 1),
    ),
    Risk(
        "Consent that is not free, or was none",
        "Somebody says yes because a leader stands beside them, or because they fear for their care, benefits or "
        "status.",
        Chance(1, 1),
        "Only a whole yes counts; yes with a but, a digit or a thumb does not. A no is answered once and then left in "
        "peace. The notice says that care, benefits and the right to stay are not touched. DELETE and a YES take it "
        "back.",
        ("openear consent show",), ("test_laws", "test_every_language"),
        "What a hub's leader says to people is outside the software. See the open questions on the lawful basis.",
        Chance(1, 1),
    ),
    Risk(
        "Theft of the server, its disk or a backup",
        "Stories and numbers fall into strange hands, all at once.",
        Chance(1, 2),
        "Words and addresses are encrypted, backups too. Keys lie outside the data folder, for their owner only. "
        "Forged and replayed messages are refused.",
        ("openear check", "openear backup"), ("test_store", "test_backup", "test_webhooks"),
        "Who has both the database and the keyring reads everything, and so does whoever controls the running server.",
        Chance(0, 2),
    ),
    Risk(
        "Something outlives its erasure",
        "A resident sends DELETE, and a copy turns up later.",
        Chance(1, 1),
        "Words, address, waiting replies and evidence go at once. {overwritten} Downloads that held the story are "
        "named for recall. A restore erases again what was erased since.",
        ("openear erase", "openear recalls list", "openear restore"), ("test_erase", "test_backup"),
        "Phones, carriers, printed pages and copies that nobody reports stay. Backups hold it for up to {backup_days} "
        "days, if the operator deletes them then. Quotes already printed stay.",
        Chance(0, 1),
    ),
    Risk(
        "A copy of somebody's data for the wrong person",
        "Somebody asks in another's name, and gets their story.",
        Chance(1, 2),
        "No text ever sends a story back: MY STORY says how to ask. The pack is made by a person, for one contact, in "
        "a file that only its owner can read, and its making is recorded.",
        ("openear mydata",), ("test_laws",),
        "Whoever makes the pack has to make sure who asks. Phones are shared: a call back to the number is not always "
        "proof.",
        Chance(0, 2),
    ),
)  # fmt: skip


def left_high() -> list[Risk]:
    """The risks that this draft leaves high: prior consultation, unless the officer finds otherwise."""
    return [risk for risk in RISKS if risk.after.level == "high"]
