"""For what data are used, and on which legal basis: a proposal that a data protection officer confirms or changes.

The bases are those that the conversation is built for (consent) and
those that the law offers beside it; what is open stands as a question, never as a decision.
"""

from dataclasses import dataclass

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.page import Markup, blank, listing, table


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose. The sentences hold placeholders of `Brief.figures`."""

    what: str
    basis: str  # UK GDPR, Article 6
    condition: str  # UK GDPR, Article 9
    policy: bool = False  # whether an appropriate policy document belongs to it


PURPOSES = (
    Purpose(
        "Listening: to gather what residents say, and to show it to people who decide",
        "Consent, Article 6(1)(a)",
        "Explicit consent, Article 9(2)(a)",
    ),
    Purpose(
        "Quoting: to print a resident's words or read them out, without a name",
        "Consent of its own, Article 6(1)(a)",
        "Explicit consent, Article 9(2)(a)",
    ),
    Purpose(
        "Contacting again: to say what changed and to invite to a meeting",
        "Consent of its own, Article 6(1)(a); the same yes is the consent that PECR asks for in direct marketing by "
        "text",
        "Not needed for the address alone",
    ),
    Purpose(
        "Safeguarding: to recognise words of danger, to send helplines and to tell a named person",
        "Proposed: recognised legitimate interest, Article 6(1)(ea) and Annex 1 (safeguarding vulnerable individuals)",
        "Proposed: substantial public interest, Article 9(2)(g), with the Data Protection Act 2018, Schedule 1, "
        "paragraph 18 (safeguarding of children and of individuals at risk)",
        policy=True,
    ),
    Purpose(
        "Proof and memory: to prove consent, to honour a STOP, to keep erased stories erased",
        "Proposed: legal obligation, Article 6(1)(c), with Articles 5(2), 7(1) and 17",
        "Not needed as long as no word of a resident is kept for it",
    ),
    Purpose(
        "Complaints: to take them in, acknowledge them within {complaint_days} days and answer them",
        "Legal obligation, Article 6(1)(c), with the Data Protection Act 2018, section 164A (since 19 June 2026)",
        "Proposed: Article 9(2)(f), where a complaint tells of health or other special categories",
    ),
    Purpose(
        "Security: accounts, roles, tokens and the audit of what organisers do",
        "Proposed: legitimate interests, Article 6(1)(f), or public task, Article 6(1)(e), for a public authority",
        "Not needed",
    ),
)

#: What the officer has to answer. Each stands in the papers with a place to write.
QUESTIONS = (
    "Is consent freely given here? Some of these organisations give care or decide on help, and a person may feel "
    "unable to say no to them. Consent is doubtful where there is such an imbalance (Recital 43; public authorities "
    "above all). The notice says that a no changes nothing. If that is not enough, a public authority may rest "
    "on its public task, Article 6(1)(e), and on Article 9(2)(g), (h), (i) or (j) instead, and would then change the "
    "texts and notices.",
    "Safeguarding: may each controller use the recognised legitimate interest of Annex 1? As we read the law it is "
    "not open to a public authority for its own tasks, which would use Article 6(1)(e).",
    "Does Schedule 1, paragraph 18 fit: is it for each flag impossible or unreasonable to ask the person for consent? "
    "Flags are raised whether or not somebody has said yes to the campaign. "
    "Where a life is at risk and nobody can be asked: vital interests, Articles 6(1)(d) and 9(2)(c).",
    "How long must words of danger be kept? This campaign keeps them {flag_days} days. DELETE removes them at once, "
    "also while somebody works on the flag: is that right here, or is an exemption from erasure needed, and recorded?",
    "Are the controllers joint controllers (Article 26), and who of them answers residents? The telephone is "
    "{telephone}.",
    "Is this an information society service offered to children (Article 8: from 13)? What do the duties for children "
    "in the Data (Use and Access) Act 2025 ask of it? The age asked for is {age}.",
    "Which safeguard covers what leaves the United Kingdom?",
)
_TELEGRAM = "Is Telegram a processor, or a controller of its own?"


def purposes_table(brief: Brief, caption: str) -> Markup:
    """Purpose, lawful basis, condition."""
    return table(
        caption,
        ("Purpose", "Lawful basis (Article 6)", "Condition for special categories (Article 9)", "Officer's decision"),
        (
            (brief.says(one.what), brief.says(one.basis), brief.says(one.condition), blank("agreed or changed"))
            for one in PURPOSES
        ),
    )


def open_questions(brief: Brief) -> Markup:
    """The questions, each with a place for the answer."""
    asked = (*QUESTIONS, _TELEGRAM) if brief.telegram else QUESTIONS
    return listing(brief.says("{question} {answer}", question=brief.says(one), answer=_ANSWER) for one in asked)


_ANSWER = blank("decided by a data protection officer, and why")
