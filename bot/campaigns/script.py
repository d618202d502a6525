"""The whole conversation in one language beside English, as a page to print for a native speaker.

Every text stands as it would be sent, with what it costs by SMS and room for
remarks.
"""

from html import escape

from bot.campaigns.review import rendered
from bot.language.catalogue import Language
from bot.language.notice import templates
from bot.language.notice_texts import NOTICE
from bot.language.sms_parts import count
from bot.language.texts import TEXTS
from bot.language.wording import Wording

_STYLE = """
body { font: 11pt/1.45 Arial, "Noto Sans", sans-serif; margin: 1.5cm; color: #111 }
h1 { font-size: 18pt } table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid #888; padding: 6px 8px; vertical-align: top; text-align: left; width: 38% }
td[dir=rtl] { text-align: right } td.key, th.key { width: 12%; font-size: 9pt; color: #444 }
td.mark, th.mark { width: 12% } tr { break-inside: avoid } .text { white-space: pre-line }
.sign { margin-top: 2em; border: 1px solid #888; padding: 1em }
"""


def page(language: Language, wording: Wording) -> str:
    """The page, complete and without anything to load."""
    rows = [
        _row(key, english, text, language)
        for (key, english), text in zip(
            rendered("en", wording).items(), rendered(language.code, wording).values(), strict=True
        )
    ]
    lists = [
        _row(
            key.removeprefix("words ") + " (words people send)", english, wording.template(key, language.code), language
        )
        for key, english in TEXTS.items()
        if key.startswith("words ")
    ]
    notice = [
        _row(f"{key} (privacy)", english, text, language)
        for (key, english), text in zip(NOTICE.items(), templates(language.code).values(), strict=True)
    ]
    head = '<tr><th class="key">Text</th><th>English</th><th>{}</th><th class="mark">Good? Better:</th></tr>'
    table = f"<table>{head.format(escape(language.name))}{''.join(rows)}</table>"
    words = f"<table>{head.format(escape(language.name))}{''.join(lists)}</table>"
    privacy = f"<table>{head.format(escape(language.name))}{''.join(notice)}</table>"
    return f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>OpenEar in {escape(language.english)}</title>
<style>{_STYLE}</style></head><body>
<h1>OpenEar in {escape(language.english)} ({escape(language.name)}, {language.code})</h1>
<p>These are all the texts of the campaign “{escape(wording.campaign.slug)}”, as a resident would receive them.
Please read them as somebody who gets them on a basic phone, out of the blue. Is each kind, plain and right? Would you
say it so? Words in capitals are words that people send back. The consent text “first” must say everything that the
English says.</p> {table} <h2>Words that people send</h2> <p>Divided by “|”. The first is the one we show. What would
people really type? What could be misunderstood?</p> {words} <h2>The privacy page</h2>
<p>Words in curly brackets are filled in. It must not sound safer than the English.</p> {privacy}
<p class="sign">Read by (name):
______________________________ &nbsp; Date: ________________<br><br> To record it: <code>openear locales approve
{language.code} --by "NAME"</code></p> </body></html>
"""


def _row(key: str, english: str, text: str, language: Language) -> str:
    found = count(text)
    cost = (
        ""
        if key.endswith(("send)", "(privacy)"))
        else f"<br>{found.encoding}, {found.parts} part{'s' if found.parts > 1 else ''}"
    )
    way = f'lang="{language.code}" dir="{language.direction}"'
    return (
        f'<tr><td class="key">{escape(key)}{cost}</td><td class="text">{escape(english)}</td>'
        f'<td class="text" {way}>{escape(text)}</td><td class="mark"></td></tr>'
    )
