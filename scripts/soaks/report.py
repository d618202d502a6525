"""What a soak found: figures, some of them with a promised value."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `promised` is None if the figure promises nothing."""

    what: str
    value: object
    promised: object = None

    @property
    def broken(self) -> bool:
        """Whether the figure breaks its promise."""
        return self.promised is not None and self.value != self.promised


@dataclass(slots=True)
class Report:
    """The figures of one soak, in order."""

    name: str
    promise: str
    figures: list[Figure] = field(default_factory=list)
    skipped: str = ""  # why nothing was measured
    began: float = field(default_factory=time.monotonic)

    def tell(self, what: str, value: object) -> None:
        """Add a figure that promises nothing."""
        self.figures.append(Figure(what, value))

    def hold(self, what: str, value: object, promised: object = 0) -> None:
        """Add a figure that must be as promised."""
        self.figures.append(Figure(what, value, promised))

    @property
    def broken(self) -> list[Figure]:
        """The figures that break their promises."""
        return [one for one in self.figures if one.broken]

    def value(self, what: str) -> object:
        """The value of one figure, by its name."""
        return next(one.value for one in self.figures if one.what == what)

    def lines(self) -> Iterator[str]:
        """The report as it is printed."""
        yield f"{self.name}: {self.promise}"
        if self.skipped:
            yield f"  SKIPPED: {self.skipped}"
        for one in self.figures:
            judged = "" if one.promised is None else "  BROKEN" if one.broken else "  ok"
            wanted = f" (promised {one.promised})" if one.broken else ""
            yield f"  {one.what:58} {one.value!s:>12}{judged}{wanted}"
        yield f"  {'seconds':58} {time.monotonic() - self.began:12.0f}"

    @property
    def verdict(self) -> str:
        """The result, for the table at the end."""
        return "SKIPPED" if self.skipped else f"BROKEN ({len(self.broken)})" if self.broken else "kept"
