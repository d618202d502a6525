"""The shape of the house: arrows point one way, the engine is pure, modules stay small. By reading the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for name in ("bot", "webhooks", "scripts") for path in (ROOT / name).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]

#: From the ground up: a package may import those before it, and itself.
FLOORS = (
    ("bot.errors", "bot.logs"),
    ("bot.engine",),
    ("bot.language", "bot.settings"),
    ("bot.channels",),
    ("bot.campaigns", "bot.store"),
    ("bot.installation",),
    ("bot.operations", "bot.safeguarding", "bot.stories"),
    ("bot.messaging", "bot.organisers"),
    ("bot.privacy",),
    ("bot.demo", "bot.worker"),
    ("webhooks",),
    ("scripts",),
)
ENGINE_MAY = {
    "collections.abc", "copy", "dataclasses", "datetime", "enum", "itertools", "math", "re", "regex", "typing",
    "unicodedata", "zoneinfo",
}  # fmt: skip
IMPURE = {
    "now", "today", "utcnow", "time", "time_ns", "monotonic", "sleep", "random", "randint", "shuffle", "randbits",
    "urandom", "token_hex", "token_bytes", "uuid1", "uuid4", "open", "read_text", "read_bytes", "write_text", "getenv",
    "exec", "eval", "__import__", "input",
}  # fmt: skip
#: Outside the store these hold SQLAlchemy's names: errors to catch, an address to check, the demo's own database.
MAY_QUERY = {
    "bot/operations/backup.py": {"SQLAlchemyError"},
    "bot/demo/world.py": {"ConnectionPoolEntry", "DBAPIConnection", "event"},
    "bot/operations/checks.py": {"SQLAlchemyError"},
    "bot/demo/rehearsal.py": {"Row", "select"},
    "bot/settings.py": {"ArgumentError", "make_url"},
}
#: The store keeps these values of its neighbours: a message of the port, a wording as it was asked.
STORE_MAY = ("bot.store", "bot.engine", "bot.errors", "bot.channels.port", "bot.language.wording")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _floor(module: str) -> int | None:
    for number, packages in enumerate(FLOORS):
        if any(module == package or module.startswith(f"{package}.") for package in packages):
            return number
    return None


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_arrow_points_down(path: Path) -> None:
    own = _floor(_module(path))
    if own is None:
        assert _module(path) == "bot", f"{path} stands on no floor: add it to FLOORS"
        return
    for name in _imports(path):
        other = _floor(name)
        assert other is None or other <= own, f"{_module(path)} imports {name}, which stands above it"


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_module_says_its_job_and_stays_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert len(source.splitlines()) <= 300, "longer than 300 lines: it asks for a second noun"


def test_the_product_never_imports_its_surfaces() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        assert not [name for name in _imports(path) if name.split(".")[0] in {"flask", "webhooks", "scripts"}], path


@pytest.mark.parametrize("path", sorted((ROOT / "bot" / "engine").glob("*.py")), ids=lambda path: path.name)
def test_the_engine_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module in ENGINE_MAY or str(node.module).startswith("bot.engine."), node.module
        elif isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= ENGINE_MAY
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            # `time()` is midnight here: datetime.time, a value.
            assert name not in IMPURE - {"time"}, f"line {node.lineno} calls {name}"


def test_queries_stand_in_the_store() -> None:
    outside = {}
    for path in MODULES:
        name = str(path.relative_to(ROOT))
        names = {one.rsplit(".", 1)[-1] for one in _imports(path) if one.split(".")[0] == "sqlalchemy"}
        if names and not name.startswith("bot/store/"):
            outside[name] = names - {"sqlalchemy", "exc", "interfaces", "pool"}
    assert outside == MAY_QUERY


def test_the_store_knows_no_use_case_and_only_two_values_of_its_neighbours() -> None:
    for path in (ROOT / "bot" / "store").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("bot"):
                known = [one for one in STORE_MAY if f"{node.module}.".startswith(f"{one}.")]
                assert known, f"{path.name} imports {node.module}"


def test_webhooks_know_neither_scripts_nor_sql() -> None:
    for path in (ROOT / "webhooks").rglob("*.py"):
        assert not [one for one in _imports(path) if one.split(".")[0] in {"scripts", "sqlalchemy", "click"}], path


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("alembic", ("bot/store/migrations/",)),
        ("cryptography", ("bot/store/crypto.py", "bot/operations/backup.py")),
        ("flask", ("webhooks/", "scripts/cli/serve.py", "scripts/benches/")),
        ("langdetect", ("bot/language/", "scripts/benches/")),
        ("click", ("scripts/",)),
    ],
)
def test_a_library_is_met_where_it_belongs(library: str, homes: tuple[str, ...]) -> None:
    for path in MODULES:
        if any(one.split(".")[0] == library for one in _imports(path)):
            assert str(path.relative_to(ROOT)).startswith(homes), path


def test_only_channels_know_the_providers() -> None:
    for path in MODULES:
        name = str(path.relative_to(ROOT))
        if name.startswith(("bot/channels/", "scripts/benches/")):
            continue
        assert not [one for one in _imports(path) if one.split(".")[0] in {"telegram", "twilio"}], name


def test_only_settings_read_the_environment() -> None:
    allowed = {"bot/settings.py", "scripts/cli/check.py"}
    for path in MODULES:
        if str(path.relative_to(ROOT)) not in allowed:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert not names & {"environ", "environb", "getenv"}, path
            assert not [one for one in _imports(path) if one in {"os.environ", "os.getenv"}], path


def test_nothing_is_printed_or_left_for_later() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        ]
        assert not calls, path
        source = path.read_text(encoding="utf-8")
        assert not [word for word in ("NotImplementedError", "TODO", "FIXME", "XXX") if word in source], path
