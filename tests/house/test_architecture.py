"""The shape of the house: arrows point one way, the engine is pure, modules stay small. By reading the code.

Each file is parsed once, and each rule names all that break it.
"""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 300

#: From the ground up: a package may import those before it, and itself.
FLOORS = (
    ("bot.errors", "bot.logs"),
    ("bot.engine",),
    ("bot.language", "bot.settings"),
    ("bot.channels",),
    ("bot.campaigns", "bot.store"),
    ("bot.hearing", "bot.installation"),
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


@cache
def modules(*folders: str) -> tuple[str, ...]:
    """The paths of all modules of these folders, from the root."""
    return tuple(sorted(str(path.relative_to(ROOT)) for name in folders for path in (ROOT / name).rglob("*.py")))


@cache
def source(path: str) -> str:
    """The text of one module."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def nodes(path: str) -> tuple[ast.AST, ...]:
    """Everything in one module, as Python reads it."""
    return tuple(ast.walk(ast.parse(source(path))))


@cache
def imports(path: str) -> tuple[str, ...]:
    """Every dotted name that one module imports."""
    return tuple(_imported(path))


def _imported(path: str) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importing(paths: tuple[str, ...], forbidden: Callable[[str], bool]) -> list[str]:
    """`module imports name`, for each forbidden name in these modules."""
    return [f"{path} imports {name}" for path in paths for name in imports(path) if forbidden(name)]


def floor(module: str) -> int | None:
    """The number of the floor that a dotted name stands on."""
    for number, packages in enumerate(FLOORS):
        if any(module == package or module.startswith(f"{package}.") for package in packages):
            return number
    return None


def dotted(path: str) -> str:
    """The name by which a module is imported."""
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


OURS = modules("bot", "webhooks", "scripts")


def test_every_arrow_points_down() -> None:
    floors = {path: floor(dotted(path)) for path in OURS if path != "bot/__init__.py"}
    assert [path for path, own in floors.items() if own is None] == [], "on no floor: add them to FLOORS"
    upwards = [
        f"{path} imports {name}, which stands above it"
        for path, own in floors.items()
        for name in imports(path)
        if own is not None and (floor(name) or 0) > own
    ]
    assert upwards == []


def test_every_module_says_its_job_and_stays_small() -> None:
    silent = [path for path in OURS if not ast.get_docstring(ast.parse(source(path)))]
    assert silent == [], "no docstring"
    assert too_long(OURS) == set(), f"longer than {LONGEST} lines: each asks for a second noun"


def test_every_file_of_tests_stays_small() -> None:
    assert too_long(modules("tests")) == set(), f"longer than {LONGEST} lines: each asks for a second noun"


def too_long(paths: tuple[str, ...]) -> set[str]:
    """The modules of more than LONGEST lines."""
    return {path for path in paths if len(source(path).splitlines()) > LONGEST}


def test_the_product_never_imports_its_surfaces() -> None:
    assert importing(modules("bot"), lambda name: name.split(".")[0] in {"flask", "webhooks", "scripts"}) == []


def test_the_engine_is_pure() -> None:
    engine = tuple(path for path in OURS if path.startswith("bot/engine/"))
    assert [f"{path}: {sin}" for path in engine for sin in _impurities(path)] == []


def _impurities(path: str) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            if node.module not in ENGINE_MAY and not str(node.module).startswith("bot.engine."):
                yield f"imports {node.module}"
        elif isinstance(node, ast.Import):
            yield from (f"imports {alias.name}" for alias in node.names if alias.name not in ENGINE_MAY)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in IMPURE - {"time"}:  # `time()` is midnight here: datetime.time, a value
                yield f"line {node.lineno} calls {name}"


def test_queries_stand_in_the_store() -> None:
    outside = {}
    for path in OURS:
        names = {one.rsplit(".", 1)[-1] for one in imports(path) if one.split(".")[0] == "sqlalchemy"}
        if names and not path.startswith("bot/store/"):
            outside[path] = names - {"sqlalchemy", "exc", "interfaces", "pool"}
    assert outside == MAY_QUERY


def test_the_store_knows_no_use_case_and_only_two_values_of_its_neighbours() -> None:
    unknown = [
        f"{path} imports {node.module}"
        for path in OURS
        if path.startswith("bot/store/")
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("bot")
        if not any(f"{node.module}.".startswith(f"{one}.") for one in STORE_MAY)
    ]
    assert unknown == []


def test_webhooks_know_neither_scripts_nor_sql() -> None:
    assert importing(modules("webhooks"), lambda name: name.split(".")[0] in {"scripts", "sqlalchemy", "click"}) == []


#: Library -> where alone it may be met.
HOMES = {
    "alembic": ("bot/store/migrations/",),
    "cryptography": ("bot/store/crypto.py", "bot/operations/backup.py"),
    "flask": ("webhooks/", "scripts/cli/processes.py", "scripts/benches/"),
    "langdetect": ("bot/language/", "scripts/benches/"),
    "click": ("scripts/",),
    "telegram": ("bot/channels/", "scripts/benches/"),
    "twilio": ("bot/channels/", "scripts/benches/"),
}


def test_a_library_is_met_where_it_belongs() -> None:
    astray = [
        f"{path} imports {name}"
        for path in OURS
        for name in imports(path)
        if not path.startswith(HOMES.get(name.split(".")[0], ("",)))
    ]
    assert astray == []


def test_only_settings_read_the_environment() -> None:
    reading = {
        path
        for path in OURS
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    }
    assert reading - {"bot/settings.py", "scripts/cli/check.py"} == set()
    assert importing(OURS, lambda name: name in {"os.environ", "os.getenv"}) == []


def test_nothing_is_printed_or_left_for_later() -> None:
    printing = [
        f"{path}, line {node.lineno}"
        for path in OURS
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert printing == []
    unfinished = [
        f"{path}: {word}"
        for path in OURS
        for word in ("NotImplementedError", "TODO", "FIXME", "XXX")
        if word in source(path)
    ]
    assert unfinished == []
