"""The privacy notice and the complaints form in English: the source of `locales/<code>/LC_MESSAGES/privacy.po`.

They stand apart from `texts.py`, because the conversation never needs them. `notice.py` fills and serves them. Rules:
plain words that a person of any reading age can follow; a promise here is what the code does, and tests compare the
figures.
"""

NOTICE: dict[str, str] = {}


def text(key: str, english: str) -> None:
    """Enter one text. The key is its gettext context."""
    NOTICE[key] = english


# TRANSLATORS: The title of the privacy page.
text("title", "What happens to your words")
# TRANSLATORS: Under the title, while no speaker has read the page in this language.
text("draft", "This page is a draft translation. No speaker has checked it yet.")
# TRANSLATORS: The line above the links to the same page in other languages.
text("languages", "In other languages")

# TRANSLATORS: A heading.
text("who title", "Who asks")
# TRANSLATORS: {name} is the campaign's name, {controllers} a list of organisations, {phone} a telephone number.
text(
    "who",
    "{name} asks what makes life hard where you live, to push for change. Responsible for your words: {controllers}. "
    "Telephone: {phone}. You do not have to take part. If you say no, your care, your benefits and your right to stay "
    "are not touched by it.",
)
# TRANSLATORS: A heading.
text("what title", "What we keep")
# TRANSLATORS: What is stored.
text(
    "what",
    "What you write to us after you say yes, your language, and the day. Many people write about health, family, "
    "faith or papers: you choose what to say. The number or chat that you write from is kept apart from your story, "
    "and reports never show it. We do not keep your Telegram name or picture.",
)
# TRANSLATORS: A heading.
text("why title", "Why, and by what right")
# TRANSLATORS: The legal ground is the person's own yes (explicit consent).
text(
    "why",
    "So that people who decide hear what is hard, and change it. We may do so because you said yes. You can take your "
    "yes back at any time, as easily as you gave it: send {delete}. That does not undo what was done before.",
)
# TRANSLATORS: A heading.
text("see title", "Who can see it")
# TRANSLATORS: Who reads the stories. Do not make it sound safer than it says.
text(
    "see",
    "Only people who work on this for the organisations above. Before they download stories, our program hides "
    "telephone numbers, e-mail addresses and postcodes that it finds. It does not find everything, and a story can "
    "show whose it is. So please leave out names. Very few people may read a story as it was written. We print your "
    "words, or read them out, only if you say yes to that as well.",
)
# TRANSLATORS: A heading.
text("carry title", "Who carries your messages")
# TRANSLATORS: Networks and firms between the phone and us. Twilio and Telegram are names.
text(
    "carry",
    "Texts go through your network and Twilio, Telegram messages through Telegram. They can read them, and may keep "
    "them as long as their own rules say, also outside the United Kingdom. On our computer your words are locked "
    "(encrypted).",
)
# TRANSLATORS: A heading.
text("long title", "How long we keep it")
# TRANSLATORS: {keeping} is "2 years", {contact_days}, {flag_days} and {backup_days} are numbers of days.
text(
    "long",
    "Words without a yes: 24 hours. Your story: {keeping}. Your number: {contact_days} days after your last message, "
    "or longer if you agree that we contact you again. Words about danger, for the person who looks at them: "
    "{flag_days} days. Safety copies: {backup_days} days.",
)
# TRANSLATORS: A heading.
text("danger title", "If you write about danger")
# TRANSLATORS: Do not promise help, a live reader or secrecy.
text(
    "danger",
    "A machine answers you; nobody reads along. It looks for words about danger to life, or about violence. It sends "
    "numbers of people who listen, and marks the message for one named person, who may read it later. If a life or a "
    "child is at risk, that person may have to tell others. In danger call {emergency}.",
)
# TRANSLATORS: A heading.
text("rights title", "What you can do")
# TRANSLATORS: The words in capitals are what people send.
text(
    "rights",
    "From the same phone, at any time: {stop} ends our texts. {delete} wipes your words. {my_story} tells you how to "
    "get a copy. By telephone, {phone}, you can also ask us to correct your words, to stop using them, or to hand "
    "them to you, and you can object.",
)
# TRANSLATORS: A heading.
text("age title", "How old you must be")
# TRANSLATORS: {age} is the minimum age, {childline} a telephone number.
text(
    "age",
    "You must be {age} or over. If you are younger, we keep no story. Childline is there for you, free: {childline}.",
)
# TRANSLATORS: A heading.
text("complain title", "If you are not happy with us")
# TRANSLATORS: {complaint_days} is a number. The Information Commissioner (ICO) is the United Kingdom's authority.
text(
    "complain",
    "Tell us here, or call {phone}. Your complaint gets a number. We write or call back within {complaint_days} days "
    "to say that we have it, and then tell you what we found. You can also turn to the Information Commissioner: "
    "{regulator}.",
)

# TRANSLATORS: The label of the field for the complaint.
text("form complaint", "What went wrong?")
# TRANSLATORS: The label of the field for an address. Nobody has to give one.
text("form reach", "How can we reach you? You may leave this empty; then we cannot answer you.")
# TRANSLATORS: The button.
text("form send", "Send")
# TRANSLATORS: After sending. {number} is the number of the complaint.
text("form thanks", "Thank you. We have your complaint. Its number is {number}. Please write it down.")
# TRANSLATORS: When the form was sent empty.
text("form empty", "Please write what went wrong, then send.")
# TRANSLATORS: When the text was longer than {most} letters.
text("form long", "That is too long. Please use at most {most} letters, or call {phone}.")
# TRANSLATORS: When too many complaints came today, as when a machine sends them.
text("form busy", "We cannot take more complaints on this page today. Please call {phone}.")

# TRANSLATORS: The same notice as one text message, for posters and for people who ask by SMS. At most 306 letters in
# GSM-7, else 335. {address} is a link, at the end.
text(
    "short",
    "{short_name}: we keep what you write after your yes, for {keeping}, to show leaders what must change. Your number "
    "is kept apart, {contact_days} days. Twilio or Telegram carry your words. {stop} ends texts, {delete} wipes your "
    "words. Questions or complaints: {phone} {address}",
)
