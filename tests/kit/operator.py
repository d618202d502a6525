"""An operator's folder and environment, and the commands run in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.errors import OpenEarError
from bot.installation import Installation, open_installation
from bot.messaging.receive import receive
from bot.settings import SETTINGS, read_settings
from bot.store import tables
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN
from scripts.cli.main import openear

PHONE = "+447911123456"
BOILER = "my landlord will not mend the boiler"
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER}


@dataclass
class Operator:
    """An operator's folder and environment."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, typed: str | bytes | None = None) -> Result:
        """One command; a problem that we know is said in words, anything else fails the test."""
        runner = CliRunner(env={**{setting.name: None for setting in SETTINGS}, **self.environment})
        result = runner.invoke(openear, arguments, input=typed)
        if result.exception and not isinstance(result.exception, OpenEarError | SystemExit):
            raise result.exception
        return result

    def good(self, *arguments: str, typed: str | bytes | None = None) -> str:
        """The standard output of a command that must succeed."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, f"{result.output}{result.exception}"
        return result.stdout

    def bad(self, *arguments: str, typed: str | bytes | None = None) -> str:
        """All that is said by a command that must fail."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code != 0, result.output
        return f"{result.output}{result.exception or ''}"

    def installation(self) -> Installation:
        return open_installation(read_settings(self.environment, self.folder))

    def tell(self, *texts: str, sender: str = PHONE) -> None:
        """A resident tells a story."""
        opened = self.installation()
        for text in ("hello", "yes", *texts):
            number = str(len(list(self.rows("seen"))))
            arrival = Arrival(channel=Channel.SMS, key=number, message=number, sender=sender, kind=Kind.TEXT, text=text)
            assert receive(opened, arrival)
        opened.database.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        opened = self.installation()
        with opened.database.read() as connection:
            found = [dict(row) for row in connection.execute(tables.metadata.tables[table].select()).mappings()]
        opened.database.close()
        return found

    def actions(self) -> list[str]:
        return [str(row["action"]) for row in self.rows("audit")]
