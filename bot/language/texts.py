"""Every text and word list of the system in English: the source that catalogues translate.

Each entry is `text(key, english)` with a note to translators above it; Babel reads this file to make
`locales/openear.pot`. A text's context is its key, so that short words never share a translation. The texts of a
campaign stand in its own TOML file.

Rules for a text: GSM-7 characters only; one SMS part (160), FIRST two (306); it names no topic and echoes no word of
the resident; words that a resident may send are placeholders ({yes}, {stop} …), filled from the first word of that
language's own list, so that every word we advertise works.
"""

TEXTS: dict[str, str] = {}
PLURALS: dict[str, tuple[str, str]] = {}
#: SMS parts that a text may take: (in GSM-7, in UCS-2). The project's own budget.
BUDGET = (1, 3)
BUDGETS: dict[str, tuple[int, int]] = {"first": (2, 5)}


def text(key: str, english: str) -> None:
    """Enter one text. The key is its gettext context."""
    TEXTS[key] = english


def plural(key: str, one: str, other: str) -> None:
    """Enter one text that depends on {n}."""
    PLURALS[key] = (one, other)


# TRANSLATORS: The keeping period inside FIRST: "for 2 years". Use the case that fits there.
plural("years", "{n} year", "{n} years")
# TRANSLATORS: The keeping period inside FIRST, when it is counted in months.
plural("months", "{n} month", "{n} months")

# TRANSLATORS: FIRST, the first text anyone gets. It asks for consent, so nothing may be left out: who asks; that
# we keep what they text, health included, and how long; that reports show no number; that this is a machine and
# 999 is for danger; STOP ends texts; DELETE wipes words; 16 or over; YES or NO. {campaign} is a name like
# "South London Listens (Citizens UK and NHS)". {keeping} is "2 years". At most 306 letters in GSM-7, else 335.
text(
    "first",
    "Thank you. {campaign} asks what makes life hard. If you say {yes}, we keep what you text, also on health, "
    "for {keeping}. Reports never show your number. I am a machine: in danger call {emergency}. {stop} ends texts. "
    "{delete} wipes your words. Are you {age} or over and OK with this? {yes} or {no}",
)
# TRANSLATORS: Asked once more when the answer to FIRST was not a plain yes or no, or was a story.
text(
    "nudge",
    "We can only keep your words if you are {age} or over and say {yes}. If not, we wipe them a day after you "
    "sent them. {yes} or {no}?",
)
# TRANSLATORS: A yes came after the words were wiped.
text("wiped", "Thank you. With no {yes} in a day, we wiped your words. Sorry. Please send them again.")
# TRANSLATORS: The answer to NO. After it we are silent.
text("no", "That is fine. We kept nothing and will not text again. Changed your mind? Send {start}.")
# TRANSLATORS: To somebody younger than the limit. Childline is a free helpline for children.
text(
    "under_age",
    "Thank you. You must be {age} to do this by text, so we kept no story. To talk, call Childline, free, any time: "
    "{childline}",
)
# TRANSLATORS: Half an hour after a yes, when no story has come.
text(
    "nothing_yet",
    "Nothing has reached us yet. Long texts and pictures can get lost. Short texts work, any time.",
)
# TRANSLATORS: To somebody who wrote that their life is in danger. Calm, no promise, no advice, no exclamation marks.
text(
    "crisis",
    "I am sorry it is so hard. I am a machine; no one reads this now. In danger call {emergency}. To talk, free: "
    "{urgent} then {option}, Samaritans {samaritans}, or text SHOUT to {shout}",
)
# TRANSLATORS: To every further text within twelve hours of CRISIS.
text(
    "crisis_again",
    "I am a machine, but people will listen now: Samaritans {samaritans}, or {urgent} then {option}. In danger call "
    "{emergency}. I will ask nothing more unless you send {start}.",
)
# TRANSLATORS: To somebody who wrote that someone hurts or threatens them. Never name the topic: another person may
# read the phone. {silent} is the key to press when one cannot speak on a 999 call.
text(
    "abuse",
    "I am sorry. I am a machine; no one reads this now. If it is safe, call {abuse_line}, free, any time. In danger "
    "call {emergency}. If you cannot speak, press {silent}.",
)
# TRANSLATORS: The answer to HELP.
text(
    "help",
    "I am a machine; no one reads this now. In danger call {emergency}. To talk, free: {urgent} then {option}, or "
    "Samaritans {samaritans}. {stop} ends texts. {delete} wipes words.",
)
# TRANSLATORS: The answer to MY STORY. It must read the same whether or not we hold a story.
text(
    "my_story",
    "Phones get shared, so we never text a story back. {delete} wipes anything we hold. For a copy: {phone}",
)
# TRANSLATORS: The answer to DELETE, before anything is wiped.
text("delete", "Wipe anything you told us? We cannot undo it. Send {yes} to wipe.")
# TRANSLATORS: After the wiping.
text(
    "deleted",
    "Done. We hold no words from this phone and will not text again. You may want to delete these texts too.",
)
# TRANSLATORS: The answer to STOP, the last text for now. Keep the helpline.
text(
    "stop",
    "OK, no more texts. To wipe words, send {delete}. To come back, {start}. To talk: Samaritans {samaritans}, free. "
    "In danger call {emergency}.",
)
# TRANSLATORS: To words that may mean STOP or DELETE and may be a part of a story ("enough").
text(
    "which",
    "I am a machine and may have got you wrong. For no more texts, send {stop}. To wipe anything, send {delete}. Or "
    "just go on.",
)
# TRANSLATORS: To a picture, voice note or sticker.
text("media", "Sorry, I cannot open that. Please tell us in words. Short texts are fine.")
# TRANSLATORS: The same on Telegram, where the keyboard can take dictation.
text(
    "media_telegram",
    "Sorry, I cannot open that. Please tell us in words, or tap the microphone on your keyboard and speak.",
)
# TRANSLATORS: When a yes or no was asked and something else came.
text("unclear", "Sorry, I did not get that. {yes}, {no} or {skip}?")
# TRANSLATORS: When a number from a list was asked and something else came. Keep the example "2 7".
text("unclear_number", "Sorry, I did not get that. Please send numbers, like 2 7, or {skip}.")
# TRANSLATORS: The campaign is over.
text(
    "closed",
    "{campaign} has ended, so we keep no new texts. {delete} still works. To talk: Samaritans {samaritans}, free. In "
    "danger call {emergency}.",
)
# TRANSLATORS: The last line under a numbered list of languages.
text("languages", "or write in your own words")
# TRANSLATORS: Follows a question, before a numbered list, by SMS only.
text("send_number", "Send a number.")
# TRANSLATORS: On Telegram, below a list where several may be tapped.
text("tap", "Tap all that fit, then {done}.")
# TRANSLATORS: The last choice of every list: the person would rather not answer.
text("rather_not", "Not saying")
# TRANSLATORS: To a Telegram group that added the bot. A link to the private chat follows on its own line.
text("group", "Hello. I talk with one person at a time. Please write to me here:")
# TRANSLATORS: What a leader shares with people, beside a link and a number. {campaign} as in FIRST.
text("invite", "{campaign} asks: what makes life hard where you live? Tell us in your own language.")
# TRANSLATORS: Follows INVITE. {keyword} is a short code word, {number} a telephone number.
text("invite_sms", "Text {keyword} to {number}")

# TRANSLATORS: What Telegram shows beside /stop in its menu of commands. Short.
text("command stop", "No more messages")
# TRANSLATORS: Beside /start.
text("command start", "Begin, or begin again")
# TRANSLATORS: Beside /help.
text("command help", "Help, and people to talk to")
# TRANSLATORS: Beside /delete.
text("command delete", "Wipe my words")
# TRANSLATORS: Beside /mystory.
text("command my_story", "What you hold about me")
# TRANSLATORS: Beside /language.
text("command language", "Change the language")
# TRANSLATORS: Beside /skip.
text("command skip", "Skip this question")
# TRANSLATORS: Beside /back.
text("command back", "Go back one question")
# TRANSLATORS: Beside /done.
text("command done", "I have finished")

# Word lists. Each is what people of that language send, the word we advertise first, divided by " | ". Upper or lower
# case, accents, punctuation and doubled letters do not matter when matching. English words work beside each
# language's own.

# TRANSLATORS: WORD LIST "yes": whole answers that mean a clear yes. The first one is shown to people. Not "ok".
text(
    "words yes",
    "YES | yeah | yep | yup | yh | yeh | ye | yea | aye | yes yes | y | i agree | i consent | i do | yes i am | "
    "yes i do",
)
# TRANSLATORS: WORD LIST "no": whole answers that mean a clear no. The first one is shown to people.
text(
    "words no",
    "NO | nope | nah | no thanks | no thank you | no ta | not interested | i do not agree | i dont agree | n | "
    "no way | nah im good | not for me | i dont want to | i do not want to",
)
# TRANSLATORS: WORD LIST "stop": whole messages that mean "no more texts". The first one is shown: use STOP where
# people know it.
text(
    "words stop",
    "STOP | stopall | unsubscribe | stop all | stop texting me | stop messaging me | opt out | optout | please "
    "stop | leave me alone | no more texts | remove me | stop it | stop now | dont text me | dont text me again | "
    "do not text me | do not contact me | stop txting me | stop contacting me",
)
# TRANSLATORS: WORD LIST "start": opens again after STOP, or begins. The first one is shown: use START where people
# know it.
text("words start", "START | unstop | begin | restart | start again | begin again")
# TRANSLATORS: WORD LIST "help": a bare call for help.
text("words help", "HELP | help me | please help | please help me | i need help | info | sos")
# TRANSLATORS: WORD LIST "delete": wipe my words. The first one is shown. Never a word for "cancel", "end" or "quit".
text(
    "words delete",
    "DELETE | delete me | erase | wipe | forget me | delete my story | delete everything | delete my data | "
    "delete all | delete my info | remove my data",
)
# TRANSLATORS: WORD LIST "my story": what do you hold about me?
text("words my_story", "MY STORY | mystory | my data | what do you hold")
# TRANSLATORS: WORD LIST "language": let me choose another language.
text("words language", "LANGUAGE | languages | change language")
# TRANSLATORS: WORD LIST "skip": leave this question out.
text("words skip", "SKIP | pass | next | skip it | prefer not to say | rather not say | rather not | no answer")
# TRANSLATORS: WORD LIST "back": to the question before.
text("words back", "BACK | go back")
# TRANSLATORS: WORD LIST "done": I have finished. Never a word for "cancel", "end" or "quit".
text("words done", "DONE | finished | i am done | im done | thats all | that is all | thats it | nothing else")
# TRANSLATORS: WORD LIST "greeting": a message that is only a greeting.
text(
    "words greeting",
    "hello | hi | hiya | hey | hey there | hi again | morning | hello there | hi there | good morning | good "
    "afternoon | good evening",
)
# TRANSLATORS: WORD LIST "thanks": a message that is only thanks or agreement and needs no answer. Never a yes.
text(
    "words thanks",
    "thanks | thank you | thank you so much | many thanks | cheers | ta | ok | okay | ok thanks | ok thank you | "
    "great | bye | goodbye | god bless | bless you | thx | ty | thank u | cheers mate | nice one | k | ok cool | "
    "lol",
)
# TRANSLATORS: WORD LIST "polite": words beside a yes, no or stop that change nothing: "yes please", "yes I agree".
text(
    "words polite",
    "please | thanks | thank you | ok | okay | sure | fine | of course | i agree | agreed | i am | im | i do | i "
    "am over | im over | over | or over | and over | i am ok with this | with this | with that | sir | madam | it "
    "is | i will | i would | i can | go ahead | go for it | please do | definitely | absolutely | pls | plz | ta "
    "| mate | love | to this | that is fine | thats fine | and | i am fine with this | happy to",
)
# TRANSLATORS: WORD LIST "hedge": words after a yes that make it less than a yes: "yes but", "yes if", "yes maybe".
text(
    "words hedge",
    "but | if | maybe | perhaps | unless | only | although | except | depends | not | no | dont | do not | never "
    "| wait | however | cannot | cant | can you | will you | why | what | who | is it | are you | speaking | go on "
    "| tell me | how can i help | hello | hi | right | whatever | as if | says who",
)
# TRANSLATORS: WORD LIST "condition": the last words of a short message that make the yes before it less than one: "yes,
# if it stays secret", in languages that put "if" last. "*sa" stands for every word that ends so.
text("words condition", "though | tho | i guess | i suppose | i think | for now | or not | or no")
# TRANSLATORS: WORD LIST "refuse": rude or plain refusals at the first question, counted as no: "wrong number", "go
# away".
text(
    "words refuse",
    "wrong number | wrong person | go away | get lost | fuck off | piss off | fuck you | scam | spam | this is "
    "spam | this is a scam | who cares | shut up | not me | wrong number mate | f off | u got the wrong number",
)
# TRANSLATORS: WORD LIST "who": questions back: who is asking, is this real, is it safe, what does it cost?
text(
    "words who",
    "who is this | whos this | who are you | who is it | what is this | whats this | who is asking | is this real "
    "| is this a scam | is it safe | is this safe | how did you get my number | what is this about | whats this "
    "about | who dis | whos dis | who r u | wots this | is this legit | who wants to know | who sees this | who "
    "reads this | is it free | is this free | why | who | privacy | privacy policy",
)
# TRANSLATORS: WORD LIST "age": how somebody tells their own age, with # for the number: "i am #". A "." at the end
# means that nothing may follow, as "I am 14 weeks pregnant" is no age. Put "i am # years old" and the like.
text(
    "words age",
    "i am # . | im # . | i m # . | i am # years old | im # years old | i am # and | im # and | i am # yrs | im # "
    "yrs | i am only # | im only # | my age is # | age # . | aged # . | # years old . | # yrs old . | # yo .",
)
# TRANSLATORS: WORD LIST "unsure": whole answers that look like yes or no in one language and mean the other in another
# (Polish "no" is "well, yes"): we ask again. Leave "-" if there are none.
text("words unsure", "-")
# TRANSLATORS: WORD LIST "half": words for yes that, typed without accents and with more words after them, may be
# another word (Spanish "si me suben la renta": if they raise the rent). Leave "-" if there are none.
text("words half", "-")
