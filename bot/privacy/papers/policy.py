"""The appropriate policy document (Data Protection Act 2018, Schedule 1, Part 4), drafted. Made by `bundle.py`."""

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.held import HELD, held_table
from bot.privacy.papers.page import Markup, blank, document, listing, paragraph, section, table
from bot.privacy.papers.purposes import open_questions

#: What this policy is about, by the tables of `held.py`.
_ABOUT = ("flags", "alerts", "stories", "audit")
_PRINCIPLES = (
    (
        "Lawfulness, fairness and transparency",
        "The first text says that a machine answers, what to do in danger, and who asks. The privacy notice says that "
        "a machine looks for words of danger, that a named person may read them, and that others may have to be told "
        "when a life or a child is at risk. No secrecy is promised.",
    ),
    (
        "Purpose limitation",
        "A flag holds the words that raised it and where their writer can be reached. Only the role safeguarding of "
        "this campaign can read it. It is in no download and in no count.",
    ),
    (
        "Data minimisation",
        "The alert to a lead holds no word, no name and no topic. Where the writer can be reached is shown only after "
        "the flag was taken on, for a reason that stands in the audit (`openear flags contact`).",
    ),
    (
        "Accuracy",
        "The machine finds phrases; it assesses nobody. A person reads the words before anything is done, and writes "
        "down what was decided (`openear flags decide`). A flag that was none is closed as such.",
    ),
    (
        "Storage limitation",
        "Words and address of a flag go {flag_days} days after it was raised, or at once by DELETE. The worker "
        "removes them every hour (`openear purge`).",
    ),
    (
        "Integrity and confidentiality",
        "Words and addresses are encrypted, each bound to its row, with keys kept apart. Every look at a flag and "
        "every step of its work is recorded (`openear audit list`), and a change of that record shows (`openear audit "
        "verify`).",
    ),
    (
        "Accountability",
        "This policy, the impact assessment and the record of processing are written from the running configuration "
        "(`openear papers`). OpenEar does not serve without a safeguarding lead (`openear check`).",
    ),
)


def page(brief: Brief) -> str:
    """The whole policy."""
    return document(
        f"Appropriate policy document: {brief.campaign.name}",
        brief.stamp,
        section("What this policy is for", *_scope(brief)),
        section("Conditions relied on", _conditions(brief)),
        section("How the principles are met", _principles(brief)),
        section("Retention and erasure", *_retention(brief)),
        section("Open questions", open_questions(brief)),
        section("Responsibility and review", _review(brief)),
    )


def _scope(brief: Brief) -> tuple[Markup, ...]:
    return (
        paragraph(brief.says("It is the policy of {controllers} for the campaign {name}.")),
        paragraph(
            brief.says(
                "The Data Protection Act 2018, Schedule 1, Part 4 asks for such a policy where special categories of "
                "data are processed under a condition such as paragraph 18. Here that is safeguarding: words of danger "
                "or violence, read without asking their writer. Stories rest on explicit consent, for which no such "
                "policy is needed; if the officer chooses another condition of Schedule 1 for them, this policy has to "
                "cover them too."
            )
        ),
    )


def _conditions(brief: Brief) -> Markup:
    agreed = blank("agreed or changed by a data protection officer")
    return table(
        "Conditions, as proposed",
        ("Data", "UK GDPR", "Data Protection Act 2018", "Decision"),
        (
            (brief.says(what), brief.says(law), brief.says(act), agreed)
            for what, law, act in (
                (
                    "Flags: words of danger or violence, and where their writer can be reached",
                    "Articles 6(1)(ea) and 9(2)(g)",
                    "Section 10(3); Schedule 1, paragraph 18: safeguarding of children and of individuals at risk",
                ),
                (
                    "The same, where a life is at risk and nobody can consent",
                    "Articles 6(1)(d) and 9(2)(c)",
                    "No policy needed",
                ),
                ("Offences that a flag tells of", "Article 10", "Section 10(5); Schedule 1, paragraph 18"),
                ("Stories", "Articles 6(1)(a) and 9(2)(a): explicit consent", "No policy needed"),
            )
        ),
    )


def _principles(brief: Brief) -> Markup:
    what = blank("what your organisation does beside it")
    rows = ((name, brief.says(text), what) for name, text in _PRINCIPLES)
    return table("Principles (UK GDPR, Article 5)", ("Principle", "What the software does", "What people do"), rows)


def _retention(brief: Brief) -> tuple[Markup, ...]:
    rows = [one for one in HELD if set(_ABOUT) & set(one.tables)]
    decided = blank("decided by a data protection officer")
    return (
        held_table(brief, "Periods of this campaign", rows),
        listing(
            (
                brief.says("Words of danger: {flag_days} days, {decided}.", decided=decided),
                brief.says("Backups: {backup_days} days, deleted by {who}.", who=blank("name")),
                brief.says(
                    "What a lead passes on to the council or the police, or notes elsewhere, is kept by their own "
                    "rules: {where}.",
                    where=blank("safeguarding file, period"),
                ),
            )
        ),
    )


def _review(brief: Brief) -> Markup:
    return table(
        "Responsibility",
        ("Item", "Entry"),
        (
            ("Safeguarding lead, and deputy", blank("names, hours")),
            ("Policy owner", blank("name and role")),
            ("Signed by the data protection officer", blank("name, date")),
            ("In force from", blank("date")),
            ("Next review", blank("date; at least once a year, and when the law or the software changes")),
            (
                "Kept until",
                brief.says(
                    "six months after this processing ends, and shown to the Information Commissioner on request"
                ),
            ),
        ),
    )
