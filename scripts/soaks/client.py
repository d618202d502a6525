"""Twilio's side of the webhook: posts signed texts, several copies at one instant, and again until one is acknowledged.

A new connection for each delivery, as Twilio's many machines do, so that copies meet in different processes. Counts
what was answered; an answer that never came is no answer.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from scripts.soaks.residents import Resident
from scripts.soaks.site import SoakError
from scripts.soaks.twilio import PATH, Text, form, sign

NO_ANSWER = 0
_TIMEOUT_S = 15.0  # Twilio's own
_PAUSE_S = 0.1


class Client:
    """Posts to one port. `answers` counts statuses, `acknowledged` holds the ids of texts that got a 2xx."""

    def __init__(self, port: int, minutes: float, given_up: Callable[[], bool] = lambda: False) -> None:
        self._port = port
        self._deadline = time.monotonic() + minutes * 60
        self._given_up = given_up
        self._lock = threading.Lock()
        self.answers: Counter[int] = Counter()
        self.acknowledged: set[str] = set()

    @property
    def deliveries(self) -> int:
        """How often something was posted."""
        return self.answers.total()

    def deliver(self, text: Text, copies: int = 1) -> None:
        """Post so many copies at one instant, then single ones until there is a 2xx."""
        statuses: list[int] = []
        start = threading.Barrier(copies)

        def post() -> None:
            start.wait()
            statuses.append(self.post(text))

        threads = [threading.Thread(target=post, daemon=True) for _ in range(copies - 1)]
        for thread in threads:
            thread.start()
        post()
        for thread in threads:
            thread.join()
        while not any(200 <= status < 300 for status in statuses):
            if self._given_up() or time.monotonic() > self._deadline:
                raise SoakError("given up before everything was acknowledged")
            time.sleep(_PAUSE_S)
            statuses.append(self.post(text))

    def post(self, text: Text) -> int:
        """One delivery; its status, or NO_ANSWER."""
        fields = form(text)
        headers = {"X-Twilio-Signature": sign(fields), "Content-Type": "application/x-www-form-urlencoded"}
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        try:
            line.request("POST", PATH, urlencode(fields), headers)
            status = line.getresponse().status
        except (OSError, http.client.HTTPException):
            status = NO_ANSWER
        finally:
            line.close()
        with self._lock:
            self.answers[status] += 1
            if 200 <= status < 300:
                self.acknowledged.add(text.sid)
        return status

    def tell(self) -> str:
        """The answers by status, as a line."""
        named = {NO_ANSWER: "none"}
        return ", ".join(f"{named.get(status, status)}: {count}" for status, count in sorted(self.answers.items()))


def everybody(residents: Sequence[Resident], threads: int, speak: Callable[[Resident], None]) -> None:
    """Let several residents speak at a time, until all have. Raises what one of them raised."""
    with ThreadPoolExecutor(threads) as pool:
        try:
            for done in [pool.submit(speak, resident) for resident in residents]:
                done.result()
        except BaseException:  # Ctrl-C as well: those who have not begun do not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
