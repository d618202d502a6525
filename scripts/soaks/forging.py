"""The forgeries: each turns a genuine delivery of Twilio or Telegram into one that must be refused.

Some keep a valid signature: Twilio signs parameters without separators, so a signed form can be divided differently,
and signs equal parameters once.
"""

import json
import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from scripts.soaks import twilio
from scripts.soaks.site import TELEGRAM_SECRET
from scripts.soaks.twilio import ADDRESS, PATH, Text, form, sign

STATUS, TELEGRAM = f"{PATH}/status", "/webhooks/telegram"
_FORM = "application/x-www-form-urlencoded"
_LETTERS = string.ascii_letters + string.digits + " .,!?"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
_SIGNATURE = "X-Twilio-Signature"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to a webhook."""

    path: str
    body: bytes
    kind: str = _FORM
    headers: Mapping[str, str] = field(default_factory=dict)


Forge = Callable[[random.Random, dict[str, str]], Delivery]


def genuine(lots: random.Random) -> dict[str, str]:
    """The form of a text that a resident could have sent."""
    words = "".join(lots.choices(_LETTERS, k=lots.randint(8, 300)))
    sid = f"SM{lots.getrandbits(128):032x}"
    return form(Text(sid, f"+447911{lots.randrange(10**6):06}", f"Damp {words}"))


def signed(fields: dict[str, str], path: str = PATH) -> Delivery:
    """The form as Twilio would deliver it."""
    return _posted(fields, sign(fields, ADDRESS + path), path)


def update(lots: random.Random, secret: str | None = TELEGRAM_SECRET) -> Delivery:
    """An update from Telegram."""
    chat = lots.randrange(10**9)
    person = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    message = {
        "message_id": lots.randrange(10**6),
        "date": 1_795_000_000,
        "chat": {"id": chat, "type": "private"},
        "from": person,
        "text": genuine(lots)["Body"],
    }
    headers = {} if secret is None else {_SECRET_HEADER: secret}
    return Delivery(TELEGRAM, json.dumps({"update_id": chat, "message": message}).encode(), "application/json", headers)


def _posted(fields: dict[str, str] | list[tuple[str, str]], signature: str | None, path: str = PATH) -> Delivery:
    return Delivery(path, urlencode(fields).encode(), _FORM, {} if signature is None else {_SIGNATURE: signature})


# --- the signature


def _one_letter(lots: random.Random, good: dict[str, str]) -> Delivery:
    signature = sign(good)
    at = lots.randrange(len(signature) - 1)
    other = lots.choice([one for one in string.ascii_letters if one != signature[at]])
    return _posted(good, signature[:at] + other + signature[at + 1 :])


def _cut(lots: random.Random, good: dict[str, str]) -> Delivery:
    return _posted(good, sign(good)[: lots.randrange(27)])


def _strange(lots: random.Random, good: dict[str, str]) -> Delivery:
    return _posted(good, "".join(chr(lots.randrange(0xA1, 0x100)) for _ in range(28)))


def _of_other_text(lots: random.Random, good: dict[str, str]) -> Delivery:
    return _posted(good, sign(genuine(lots)))


def _other_address(lots: random.Random, good: dict[str, str]) -> Delivery:
    others = (
        "https://evil.example" + PATH,
        "http://ear.example.org" + PATH,
        ADDRESS + STATUS,
        ADDRESS + PATH + "/",
        ADDRESS + PATH + "?a=1",
        ADDRESS,
        "",
    )
    return _posted(good, sign(good, lots.choice(others)))


def _other_token(lots: random.Random, good: dict[str, str]) -> Delivery:
    return _posted(good, sign(good, token=lots.choice(("", "0" * 32, twilio.TOKEN.upper(), f"{twilio.TOKEN} "))))


# --- other parameters, with the signature of the genuine form


def _changed(lots: random.Random, good: dict[str, str]) -> Delivery:
    name = lots.choice(list(good))
    return _posted({**good, name: good[name] + lots.choice(_LETTERS.strip())}, sign(good))


def _added(lots: random.Random, good: dict[str, str]) -> Delivery:
    name = "".join(lots.choices(string.ascii_letters, k=6))
    return _posted({**good, name: lots.choice(("1", "x", "STOP"))}, sign(good))


def _dropped(lots: random.Random, good: dict[str, str]) -> Delivery:
    gone = lots.choice(list(good))
    return _posted({name: value for name, value in good.items() if name != gone}, sign(good))


def _twice(lots: random.Random, good: dict[str, str]) -> Delivery:
    name = lots.choice(list(good))
    return _posted([*good.items(), (name, good[name])], sign(good))


def _twice_otherwise(lots: random.Random, good: dict[str, str]) -> Delivery:
    name = lots.choice(list(good))
    return _posted([*good.items(), (name, good[name][::-1] + "x")], sign(good))


def _with_query(lots: random.Random, good: dict[str, str]) -> Delivery:
    return replace(_posted(good, sign(good)), path=f"{PATH}?{lots.choice(('a=1', 'Body=STOP', '%00', '='))}")


# --- divided differently: the signature is valid


def _folded(lots: random.Random, good: dict[str, str]) -> Delivery:
    """A parameter is hidden in the value of the one before it, where that changes something that we read.

    Two kinds are left out. What follows `From` makes it a sender whom nobody can answer, which is answered 200 and
    leaves nothing, as the names of parcel firms do; and where neither of the two is read, the text is Twilio's own.
    """
    names = sorted(good)
    into = lots.choice(("AccountSid", "ApiVersion", "Body", "FromCountry", "MessageSid", "NumMedia", "SmsStatus", "To"))
    hidden = names[names.index(into) + 1]
    fields = {name: value for name, value in good.items() if name != hidden}
    fields[into] += hidden + good[hidden]
    return _posted(fields, sign(good))


def _unfolded(lots: random.Random, good: dict[str, str]) -> Delivery:
    """A part of the text becomes a parameter of its own."""
    words = lots.choice(("Damp", "Cold", "Evictions", "Debt1")) + "".join(lots.choices(string.ascii_letters, k=4))
    whole = {**good, "Body": f"Our trouble {words} and more"}
    before, after = whole["Body"].split(words)
    return _posted({**whole, "Body": before, words: after}, sign(whole))


# --- well signed, and not for us


def _other_account(lots: random.Random, good: dict[str, str]) -> Delivery:
    return signed({**good, "AccountSid": f"AC{lots.getrandbits(128):032x}"})


def _other_number(lots: random.Random, good: dict[str, str]) -> Delivery:
    return signed({**good, "To": f"+4479111{lots.randrange(10**5):05}"})


def _other_id(lots: random.Random, good: dict[str, str]) -> Delivery:
    sid = good["MessageSid"]
    return signed({**good, "MessageSid": lots.choice((sid.upper(), sid[:-1], f"{sid}0", "SM", "", f"CA{sid[2:]}"))})


def _other_status(lots: random.Random, good: dict[str, str]) -> Delivery:
    fields = {**good, "MessageStatus": "delivered"}
    return lots.choice((_posted(fields, sign(fields), STATUS), _posted(fields, None, STATUS)))


# --- not a form


def _json(_lots: random.Random, good: dict[str, str]) -> Delivery:
    return Delivery(PATH, json.dumps(good).encode(), "application/json", {_SIGNATURE: sign(good)})


def _other_kind(lots: random.Random, good: dict[str, str]) -> Delivery:
    kinds = ("text/plain", "multipart/form-data; boundary=x", "application/octet-stream", "")
    return replace(signed(good), kind=lots.choice(kinds))


def _oversized(lots: random.Random, good: dict[str, str]) -> Delivery:
    return signed({**good, "Body": good["Body"] * (1 + lots.randint(70_000, 140_000) // len(good["Body"]))})


def _random_bytes(lots: random.Random, good: dict[str, str]) -> Delivery:
    return Delivery(lots.choice((PATH, STATUS)), lots.randbytes(lots.randrange(4000)), _FORM, {_SIGNATURE: sign(good)})


# --- Telegram


def _no_secret(lots: random.Random, _good: dict[str, str]) -> Delivery:
    return update(lots, lots.choice((None, "", " ")))


def _wrong_secret(lots: random.Random, _good: dict[str, str]) -> Delivery:
    ours = TELEGRAM_SECRET
    wrong = (ours.upper(), ours[:-1], f"{ours}x", f"{ours},{ours}", ours[::-1], "ÿ" * len(ours), "0" * 256)
    return update(lots, lots.choice(wrong))


def _secret_elsewhere(lots: random.Random, _good: dict[str, str]) -> Delivery:
    plain = update(lots, None)
    return replace(plain, headers={lots.choice(("Authorization", "X-Telegram-Secret", _SIGNATURE)): TELEGRAM_SECRET})


def _unsigned(lots: random.Random, good: dict[str, str]) -> Delivery:
    return _posted(good, lots.choice((None, "", " ")))


FORGERIES: dict[str, Forge] = {
    "signature: none or empty": _unsigned,
    "signature: one letter changed": _one_letter,
    "signature: cut": _cut,
    "signature: not ASCII": _strange,
    "signature: of another text": _of_other_text,
    "signature: for another address": _other_address,
    "signature: with another token": _other_token,
    "parameter changed": _changed,
    "parameter added": _added,
    "parameter dropped": _dropped,
    "parameter given twice, still well signed": _twice,
    "parameter given twice, differently": _twice_otherwise,
    "query added": _with_query,
    "parameter folded into another, still well signed": _folded,
    "text divided into parameters, still well signed": _unfolded,
    "another account, well signed": _other_account,
    "another number, well signed": _other_number,
    "an id that is none, well signed": _other_id,
    "status callback for the other address, or unsigned": _other_status,
    "JSON": _json,
    "another content type": _other_kind,
    "oversized, well signed": _oversized,
    "random bytes": _random_bytes,
    "Telegram: no secret": _no_secret,
    "Telegram: wrong secret": _wrong_secret,
    "Telegram: secret in another header": _secret_elsewhere,
}
