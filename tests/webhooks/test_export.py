"""Downloads over HTTP: what comes back, and for whom."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from kit.clients import (
    STORIES,
    audit_rows,
    error,
    token_for,
)
from kit.stories import NOW, StoryWriter

from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.messaging.receive import receive
from bot.store import erasure, organisers
from webhooks.app import create_app


def test_an_organiser_downloads_redacted_stories(installation: Installation, api: FlaskClient) -> None:
    StoryWriter(installation).tell("ring 07911 123456")
    response = api.get(STORIES, headers=token_for(installation))
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="thrive-stories-2026-11-21.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Row-Count"] == "1"
    (row,) = csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline=""))
    assert row["pressure"] == "ring [phone]"
    assert audit_rows(installation) == 1


def test_raw_words_are_for_the_role_raw(installation: Installation, api: FlaskClient) -> None:
    StoryWriter(installation).tell("ring 07911 123456")
    response = api.get("/export/thrive/stories.jsonl", headers=token_for(installation, "raw"))
    assert json.loads(response.data)["messages"][0]["text"] == "ring 07911 123456"
    assert response.headers["Content-Disposition"] == 'attachment; filename="thrive-stories-raw-2026-11-21.jsonl"'


@pytest.mark.parametrize(
    ("file_format", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("jsonl", "application/jsonl"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_every_format_comes_with_its_type(
    installation: Installation, api: FlaskClient, file_format: str, media_type: str
) -> None:
    response = api.get(f"/export/thrive/stories.{file_format}", headers=token_for(installation))
    assert (response.status_code, response.content_type) == (200, media_type)


def test_filters_reach_the_download(installation: Installation, api: FlaskClient) -> None:
    teller = StoryWriter(installation)
    teller.tell("one", language="so")
    teller.tell("two", at=NOW - timedelta(days=2))
    headers = token_for(installation)
    for query, number in (("language=so", "1"), ("until=2026-11-20", "1"), ("since=2026-11-22", "0"), ("bom=1", "2")):
        response = api.get(f"{STORIES}?{query}", headers=headers)
        assert response.headers["X-Row-Count"] == number
    assert api.get(f"{STORIES}?bom=0", headers=headers).data.startswith(b'"story_id"')


def test_a_head_request_counts_without_a_story(installation: Installation, api: FlaskClient) -> None:
    StoryWriter(installation).tell("one")
    response = api.head(STORIES, headers=token_for(installation))
    assert (response.data, response.headers["X-Row-Count"]) == (b"", "1")


def test_tombstones(installation: Installation, api: FlaskClient) -> None:
    gone = StoryWriter(installation).tell("one")
    with installation.write() as tx:
        erasure.erase_story(tx, gone, "2026-11-20")
    response = api.get("/export/thrive/tombstones.csv?bom=0", headers=token_for(installation))
    assert response.data.decode() == f'"story_id","erased_on"\r\n"{gone}","2026-11-20"\r\n'
    assert api.get(STORIES, headers=token_for(installation)).headers["X-Row-Count"] == "0"


def test_what_was_told_by_sms_is_what_is_downloaded(installation: Installation) -> None:
    texts = [
        "hello",
        "YES",
        "The rent goes up, ring 07911 123456",
        "=1+1",
        "1",
        "Repairs",
        "1",
        "YES",
        "NO",
        "4",
        "2 7",
    ]
    for number, text in enumerate(texts):
        clock = NOW + timedelta(minutes=number)
        arrival = Arrival(
            channel=Channel.SMS,
            key=f"SM{number}",
            sender="+447911123456",
            kind=Kind.TEXT,
            text=text,
            message=f"SM{number}",
        )
        assert receive(replace(installation, clock=lambda at=clock: at), arrival)  # type: ignore[misc]
    api = create_app(installation).test_client()
    headers = token_for(installation)
    (row,) = csv.DictReader(io.StringIO(api.get(STORIES, headers=headers).data.decode("utf-8-sig"), newline=""))
    assert row["pressure"] == "The rent goes up, ring [phone]\n=1+1"
    assert (row["change"], row["area"], row["about_you"]) == ("Repairs", "Lambeth", "Migrant; Carer/lone parent")
    assert (row["may_quote"], row["may_recontact"], row["channel"]) == ("yes", "no", "sms")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic b2U6b2U=",
        "Bearer oe_wrong",
        "Bearer oe_" + "a" * 43,
        "Bearer oe_" + "é" * 43,
    ],
)
@pytest.mark.parametrize("address", [STORIES, "/export/thrive/tombstones.csv", "/export/nowhere/stories.csv"])
def test_without_a_good_token_nothing_is_told(api: FlaskClient, address: str, header: str | None) -> None:
    response = api.get(address, headers={"Authorization": header} if header is not None else {})
    assert (response.status_code, error(response)["code"]) == (401, "bad_token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_revoked_and_expired_tokens_are_as_unknown_ones(installation: Installation, api: FlaskClient) -> None:
    headers = token_for(installation)
    later = replace(installation, clock=lambda: NOW + timedelta(days=90))
    assert create_app(later).test_client().get(STORIES, headers=headers).status_code == 401
    assert api.get(STORIES, headers=headers).status_code == 200
    with installation.write() as tx:
        organisers.revoke(tx, "organiser@example.org")
    assert api.get(STORIES, headers=headers).status_code == 401


@pytest.mark.parametrize("role", organisers.ROLES)
@pytest.mark.parametrize("campaign", ["thrive", "other"])
@pytest.mark.parametrize("address", ["/export/{}/stories.csv", "/export/{}/tombstones.csv"])
def test_the_table_of_roles(
    installation: Installation, api: FlaskClient, role: str, campaign: str, address: str
) -> None:
    response = api.get(address.format(campaign), headers=token_for(installation, role))
    if campaign == "thrive" and role in {"organiser", "raw"}:
        assert response.status_code == 200
        return
    assert response.status_code == 403
    assert error(response)["code"] == ("other_campaign" if campaign == "other" else "other_role")
    assert audit_rows(installation) == 0


def test_an_unknown_campaign_is_not_found(installation: Installation, api: FlaskClient) -> None:
    response = api.get("/export/nowhere/stories.csv", headers=token_for(installation))
    assert (response.status_code, error(response)["code"]) == (404, "unknown_campaign")


def test_a_token_in_the_address_is_no_token(installation: Installation, api: FlaskClient) -> None:
    token = token_for(installation)["Authorization"].split()[1]
    assert api.get(f"{STORIES}?token={token}").status_code == 401


@pytest.mark.parametrize("file_format", ["xlsx", "qdpx", "zip", "pdf", "CSV", "csv.gz"])
def test_a_format_that_is_not_there_names_those_that_are(
    installation: Installation, api: FlaskClient, file_format: str
) -> None:
    response = api.get(f"/export/thrive/stories.{file_format}", headers=token_for(installation))
    assert response.status_code == 404
    assert error(response) == {"code": "unknown_format", "message": "The formats here are csv, jsonl, docx."}


@pytest.mark.parametrize(
    ("query", "mend"),
    [
        ("since=soon", "since=2026-11-21"),
        ("since=2026-11-22&until=2026-11-21", "swap"),
        ("language=xx", "must be one of en"),
        ("hub=nowhere", "hub list"),
        ("theme=weather", "housing"),
        ("hub=", "leave it out"),
        ("bom=no", "bom must be 0"),
        ("lang=so", "The parameters here are since, until, language, hub, theme, reason, bom"),
        ("since=2026-11-21&since=2026-11-22", "twice"),
    ],
)
def test_a_bad_filter_says_the_mend(installation: Installation, api: FlaskClient, query: str, mend: str) -> None:
    response = api.get(f"{STORIES}?{query}", headers=token_for(installation))
    assert response.status_code == 400
    assert mend in error(response)["message"]
    assert audit_rows(installation) == 0


def test_only_csv_has_a_byte_order_mark(installation: Installation, api: FlaskClient) -> None:
    headers = token_for(installation)
    assert api.get("/export/thrive/stories.jsonl?bom=0", headers=headers).status_code == 400
    assert api.get("/export/thrive/tombstones.csv?since=2026-11-21", headers=headers).status_code == 400
