"""The description at /openapi.json says what the app does: its addresses, guards, filters, formats and lists."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kit.clients import STORIES, raise_flag, token_for
from kit.sandbox import ADDRESS, Sandbox
from kit.stories import StoryWriter
from werkzeug.routing import Rule

from bot import errors as tree
from bot.engine.model import Channel
from bot.engine.safety import ABUSE, DANGER
from bot.errors import OpenEarError
from bot.installation import Installation
from bot.safeguarding import DECISIONS
from bot.store.flags import ACKNOWLEDGED, CLOSED, DECIDED, NEW
from bot.store.organisers import TOKEN_DAYS
from bot.stories import numbers
from bot.stories.export import FILTERS, FORMATS
from bot.stories.formats import csv, docx, jsonl
from bot.stories.formats.rows import columns
from webhooks import errors
from webhooks.api.openapi import document
from webhooks.app import create_app
from webhooks.auth import guard_of

FILE = "webhooks/api/openapi.json"
WEBHOOKS = Path(__file__).parents[2] / "webhooks"
DOWNLOAD = "/export/{campaign}/stories.{file_format}"
#: Codes of errors that no address of production answers with: a view answers otherwise, or they are the demo's.
NOT_ANSWERED = {"too_many", "unknown_button", "unusable"}


@pytest.fixture
def spec(installation: Installation) -> dict[str, Any]:
    return document(installation)


def rules(installation: Installation) -> dict[tuple[str, str], tuple[Rule, str]]:
    """Every method and path of the app, written as OpenAPI does, with its rule and the guard of its view."""
    app = create_app(installation)
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))): (
            rule,
            guard_of(app.view_functions[rule.endpoint]),
        )
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def operations(spec: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` leads to; any other node itself."""
    place: Any = node
    if "$ref" in node:
        place = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            assert part in place, f"{FILE}: {node['$ref']} leads nowhere"
            place = place[part]
    assert isinstance(place, dict)
    return place


def parameters(spec: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    return [resolved(spec, one) for one in node.get("parameters", [])]


def references(node: object) -> Iterator[dict[str, Any]]:
    """Every node with a $ref below `node`."""
    if isinstance(node, dict):
        yield from ([node] if "$ref" in node else [])
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def same(where: str, described: Iterable[str], real: Iterable[str]) -> None:
    """Fails with what to write into the file."""
    described, real = set(described), set(real)
    assert not real - described, f"add to {where} in {FILE}: {sorted(real - described)}"
    assert not described - real, f"take out of {where} in {FILE}: {sorted(described - real)}"


# Addresses and guards


def test_the_description_names_exactly_the_addresses_there_are(
    installation: Installation, spec: dict[str, Any]
) -> None:
    same("paths", (" ".join(one) for one in operations(spec)), (" ".join(one) for one in rules(installation)))


def test_the_description_says_who_may(installation: Installation, spec: dict[str, Any]) -> None:
    described = operations(spec)
    for (method, path), (_rule, guard) in rules(installation).items():
        where, operation = f"{method} {path}", described[method, path]
        schemes = {name: roles for one in operation.get("security", []) for name, roles in one.items()}
        if guard == "signed":
            assert len(schemes) == 1 and schemes.keys() <= {"twilioSignature", "telegramSecret"}, where
        elif guard == "open":
            assert schemes == {}, where
        else:
            assert schemes.keys() == {"token"}, where
            same(f"{where}, the roles of security", schemes["token"], guard.split())
        assert ("401" in operation["responses"]) is ("token" in schemes), where


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("post", "/privacy/{campaign}/{code}", "400"),
        ("post", "/privacy/{campaign}/{code}", "413"),
        ("post", "/privacy/{campaign}/{code}", "429"),
        ("get", "/flags/{campaign}/{number}", "409"),
        ("post", "/flags/{campaign}/{number}", "409"),
        ("post", "/flags/{campaign}/{number}", "400"),
    ],
)
def test_the_description_says_what_is_answered_where_it_cannot_be_done(
    spec: dict[str, Any], method: str, path: str, status: str
) -> None:
    assert status in spec["paths"][path][method]["responses"]


def test_the_description_holds_together(spec: dict[str, Any]) -> None:
    for path, item in spec["paths"].items():
        assert {one["name"] for one in parameters(spec, item)} == set(re.findall(r"{(\w+)}", path)), path
    for where, operation in operations(spec).items():
        assert all(resolved(spec, one)["description"] for one in operation["responses"].values()), where
        assert all(one["description"] for one in parameters(spec, operation)), where
        schemes = {name for one in operation.get("security", []) for name in one}
        assert schemes <= set(spec["components"]["securitySchemes"]), where
    names = [operation["operationId"] for operation in operations(spec).values()]
    assert len(names) == len(set(names))
    assert all(resolved(spec, one) for one in references(spec))
    used = {one["$ref"].split("/")[-1] for one in references(spec)}
    for kind in ("parameters", "responses", "schemas"):
        same(f"components.{kind}", spec["components"][kind].keys() - used, ())


# Lists that the code has too


def codes() -> set[str]:
    """The codes of all errors that an address of production answers with."""
    found = {errors.code_of(status) for status in errors._MESSAGES}
    for kind in vars(tree).values():
        if isinstance(kind, type) and issubclass(kind, OpenEarError):
            found.add(kind.code)
    for file in set(WEBHOOKS.rglob("*.py")) - {WEBHOOKS / "pages" / "demo.py"}:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ApiError":
                assert isinstance(node.args[1], ast.Constant), f"{file.name}:{node.lineno}: write the code as text"
                found.add(str(node.args[1].value))
    return found - NOT_ANSWERED


@pytest.mark.parametrize(
    ("place", "real"),
    [
        (("Error", "error", "code"), codes()),
        (("Story", "channel"), list(Channel)),
        (("Flag", "status"), (NEW, ACKNOWLEDGED, DECIDED, CLOSED)),
        (("Flag", "tier"), (DANGER, ABUSE)),
        (("FlagStep", "decision"), DECISIONS),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) and value[0][0].isupper() else "",
)
def test_a_list_of_a_schema_is_the_codes_own(spec: dict[str, Any], place: tuple[str, ...], real: Iterable[str]) -> None:
    schema = spec["components"]["schemas"][place[0]]
    for name in place[1:]:
        schema = schema["properties"][name]
    same(f"components.schemas.{'.'.join(place)}", schema["enum"], real)


def test_formats_filters_and_types_of_downloads_are_the_codes_own(spec: dict[str, Any]) -> None:
    item = spec["paths"][DOWNLOAD]
    (file_format,) = (one for one in parameters(spec, item) if one["name"] == "file_format")
    same(f"{DOWNLOAD}, file_format", file_format["schema"]["enum"], FORMATS)
    same(f"{DOWNLOAD}, parameters", (one["name"] for one in parameters(spec, item["get"])), (*FILTERS, "reason", "bom"))
    types = [csv.MEDIA_TYPE, jsonl.MEDIA_TYPE, docx.MEDIA_TYPE]
    same(f"{DOWNLOAD}, content of 200", item["get"]["responses"]["200"]["content"], types)


def test_the_schemas_of_a_story_and_a_flag_are_what_is_answered(
    installation: Installation, api: FlaskClient, spec: dict[str, Any]
) -> None:
    StoryWriter(installation).tell("one")
    raise_flag(installation)
    answer = api.get(STORIES.replace("csv", "jsonl"), headers=token_for(installation))
    story = json.loads(answer.text.splitlines()[0])
    (flag,) = api.get("/flags/thrive", headers=token_for(installation, "safeguarding")).get_json()["flags"]
    for name, real in (("Story", story), ("Message", story["messages"][0]), ("Flag", flag)):
        same(f"components.schemas.{name}", spec["components"]["schemas"][name]["properties"], real)
    for name in ("Content-Disposition", "X-Redaction", "X-Row-Count"):
        assert name in answer.headers
        assert name in spec["paths"][DOWNLOAD]["get"]["responses"]["200"]["headers"]


def test_the_steps_of_a_flag_are_those_that_are_taken(
    installation: Installation, api: FlaskClient, spec: dict[str, Any]
) -> None:
    number, headers = raise_flag(installation), token_for(installation, "safeguarding")
    steps = spec["components"]["schemas"]["FlagStep"]["properties"]["step"]["enum"]
    more = {"decision": "police", "reason": "to call an ambulance"}
    for step in [*steps, "reopen"]:
        answer = api.post(f"/flags/thrive/{number}", headers=headers, json={"step": step, **more})
        assert (answer.status_code == 400) is (step == "reopen"), f"{FILE}: FlagStep.step names {step!r}"


def test_figures_and_columns_in_its_sentences_are_the_codes_own(spec: dict[str, Any]) -> None:
    assert f" {TOKEN_DAYS} days" in spec["components"]["securitySchemes"]["token"]["description"]
    told = spec["paths"]["/numbers/{campaign}.csv"]["get"]["responses"]["200"]["description"]
    same("the columns of /numbers", re.findall(r"\w+", told.partition(";")[0])[1:], {*numbers.COLUMNS, "and"})


# What depends on the installation


def test_version_address_campaigns_and_columns_are_the_installations(sandbox: Sandbox, spec: dict[str, Any]) -> None:
    found = create_app(sandbox.installation).test_client().get("/openapi.json").get_json()
    assert found == document(sandbox.installation)
    assert (found["openapi"], found["servers"]) == ("3.1.0", [{"url": ADDRESS}])
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["info"]["version"])
    assert found["components"]["parameters"]["campaign"]["schema"]["examples"] == ["thrive"]
    thrive = sandbox.installation.campaigns["thrive"]
    assert f"thrive: {', '.join(columns(thrive))}" in found["paths"][DOWNLOAD]["get"]["description"]
    assert spec["components"]["parameters"]["campaign"]["schema"]["examples"] == ["other", "thrive"]
    assert spec["servers"] == [{"url": "/"}]
