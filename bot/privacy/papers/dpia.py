"""The data protection impact assessment in the ICO's seven steps, drafted: what the software can know is filled in.

Made by `bundle.py`. Steps 1 to 4 and 7 stand here; risks and measures come from their own lists.
"""

from collections.abc import Iterator

from bot.privacy.papers import describe
from bot.privacy.papers.brief import Brief
from bot.privacy.papers.held import held_table
from bot.privacy.papers.measures import around, measures_table, proofs
from bot.privacy.papers.page import Markup, blank, document, joined, lines, listing, paragraph, section, table
from bot.privacy.papers.purposes import open_questions, purposes_table
from bot.privacy.papers.risks import RISKS, Chance, left_high

#: Who should be asked, before residents are.
_ASKED = (
    "Residents, in more than one language, and people who do not want to take part",
    "Leaders of hubs; migrants' and refugees' organisations",
    "Safeguarding leads of every controller",
    "A clinician, on words of danger and on helplines",
    "Speakers of each language offered",
    "Data protection officers of every controller",
    "Information security of every controller, and the host",
)
_NECESSITY = (
    (
        "Does it reach the purpose?",
        "People who would not come to a meeting can tell what is hard, in their own language.",
    ),
    (
        "Is there a way with fewer data?",
        "A survey with boxes to tick would need no words, and would not hear what nobody thought of. Meetings leave "
        "out those who cannot come. OpenEar asks nobody's name; it needs a number or chat to answer at all.",
    ),
    (
        "Only what is needed?",
        "No name, no Telegram picture and no location of the phone is stored. All questions after the first are "
        "optional. Numbers go after {contact_days} days, stories after {story_months} months.",
    ),
    (
        "How is quality kept?",
        "Words are kept as they were sent; a Telegram message that is edited changes its answer. Corrections: "
        "{telephone}.",
    ),
    (
        "How are people told?",
        "The first text says who asks, what is kept and for how long, that a machine answers, and how to stop and "
        "delete. The notice says the rest, in each language that has one: `openear papers` writes it.",
    ),
    (
        "How do people use their rights?",
        "From the same phone STOP ends texts, and DELETE with a YES erases. Access and portability: `openear mydata`. "
        "Erasure by telephone: `openear erase`. Correction, restriction and objection have no command: somebody has to "
        "answer {telephone} and do it.",
    ),
    (
        "Is anything decided by a machine?",
        "No decision about a person is. A machine marks words of danger and sends helplines; what happens then a named "
        "person decides.",
    ),
    (
        "How are complaints heard?",
        "By the form on the privacy page and at {telephone}. They are numbered and must be acknowledged within "
        "{complaint_days} days: `openear complaint list`. Who answers: {answers}.",
    ),
)


def page(brief: Brief) -> str:
    """The whole assessment."""
    title = f"Data protection impact assessment: {brief.campaign.name}"
    return document(
        title,
        brief.stamp,
        section("Step 1: the need for an assessment", *_need(brief)),
        section("Step 2: the processing", *describe.parts(brief)),
        section("Step 3: consultation", _consultation(brief)),
        section("Step 4: necessity and proportionality", *_necessity(brief)),
        section("Step 5: the risks, and what is done about each", *_risks(brief), wide=True),
        section("Step 6: measures", *_measures(brief)),
        section("Step 7: sign-off and outcomes", *_sign_off(brief)),
    )


def _need(brief: Brief) -> Iterator[Markup]:
    says = brief.says
    yield paragraph(
        says(
            "{name} asks residents by text message what makes their lives hard. Responsible are {controllers}. The "
            "campaign runs from {opens} to {closes}; stories are heard on {assembly}."
        )
    )
    yield paragraph(says("An assessment is mandatory before this begins (UK GDPR, Article 35), because:"))
    yield listing(
        says(reason)
        for reason in (
            "People write about health, ethnicity, faith, sexual orientation and immigration: special categories of "
            "data, and at scale.",
            "Many of them are vulnerable: in distress, dependent on the care or help of these organisations, of "
            "insecure status, or with a phone that others read.",
            "Children may write, although {age} or over is asked for.",
            "It is a new use of technology: a machine converses, guesses languages, and looks for words of danger.",
        )
    )
    yield paragraph(says("Number of people expected: {number}.", number=blank("residents, and how it was estimated")))


def _consultation(brief: Brief) -> Markup:
    heads = ("Who", "Asked by whom, when and how", "What they said", "What was changed, or why not")
    blanks = (blank("name, day, way"), blank("their words"), blank("decision"))
    return table("People to ask before residents are asked", heads, ((brief.says(who), *blanks) for who in _ASKED))


def _necessity(brief: Brief) -> Iterator[Markup]:
    yield section("Lawful basis", purposes_table(brief, "Purposes and their bases, as proposed"), level=3)
    yield section("Open questions for the data protection officer", open_questions(brief), level=3)
    answers = blank("name")
    rows = ((question, brief.says(answer, answers=answers)) for question, answer in _NECESSITY)
    yield section("Proportionality", table("Questions and answers", ("Question", "Answer"), rows), level=3)


def _risks(brief: Brief) -> Iterator[Markup]:
    yield paragraph(
        brief.says(
            "Likelihood is remote, possible or probable; severity minimal, significant or severe. The levels are a "
            "proposal of the software's makers. Read each against your own campaign, and change it."
        )
    )
    rows = (
        (
            joined((f"{number}.", risk.name)),
            lines((brief.says(risk.harm), brief.says("Before: {level}", level=_level(risk.before)))),
            brief.says(risk.measures),
            proofs(risk.commands, risk.tests),
            lines((brief.says(risk.remains), brief.says("After: {level}", level=_level(risk.after)))),
            blank("name, by when"),
        )
        for number, risk in enumerate(RISKS, 1)
    )
    heads = ("Risk", "What could happen", "What OpenEar does", "Shown by", "What remains", "Owner")
    yield table("Risks, measures and what remains", heads, rows)
    yield paragraph(brief.says("Risks of your own, not listed above: {more}.", more=blank("risk, measure, owner")))


def _level(chance: Chance) -> Markup:
    return Markup(f'<span class="{chance.level}">{chance.level}</span> ({chance})')


def _measures(brief: Brief) -> Iterator[Markup]:
    yield measures_table(brief, "What the software does")
    yield section("What people around it have to do", around(brief), level=3)
    yield section("What is held, and until when", held_table(brief, "Keeping periods of this campaign"), level=3)
    decided = blank("decided by a data protection officer")
    yield paragraph(
        brief.says(
            "Words of danger are kept {flag_days} days (`flag_days` in the campaign's file): {who}.", who=decided
        )
    )


def _sign_off(brief: Brief) -> Iterator[Markup]:
    sign = (blank("name and role"), blank("date"), blank("comment"))
    yield table(
        "Signatures",
        ("Item", "Name and role", "Date", "Comment"),
        (
            ("Measures approved by", *sign),
            ("What remains approved by", *sign),
            ("Advice of the data protection officer", *sign),
            ("Advice accepted, or overruled with reasons, by", *sign),
            ("Answers of those consulted weighed by", *sign),
            ("Kept under review by; next review", *sign),
            *((brief.says("For {controller}", controller=one), *sign) for one in brief.campaign.controllers),
        ),
    )
    names = "; ".join(risk.name for risk in left_high())
    yield section(
        "Prior consultation with the Information Commissioner",
        paragraph(
            brief.says(
                "Where a high risk remains that nobody can lower, the Information Commissioner must be asked before "
                "the campaign begins (UK GDPR, Article 36). As drafted, these remain high: {names}.",
                names=names,
            ),
            brief.says("{outcome}.", outcome=blank("lowered by which measure, or ICO asked on, reference, answer")),
        ),
        level=3,
    )
