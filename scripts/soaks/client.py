"""Twilio's side of the webhook: posts signed texts, several copies at once, and again until one is acknowledged.

Each delivery has a new connection, as from Twilio's many machines, so that copies reach different processes. Counts the
answers, missing ones too.
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
_TIMEOUT_S = 15.0  # as Twilio
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
        """The number of posts."""
        return self.answers.total()

    def deliver(self, text: Text, copies: int = 1) -> None:
        """Post `copies` at once, then one at a time until one gets a 2xx. Raises SoakError at the deadline."""
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
                raise SoakError("the time was over before every text was acknowledged")
            time.sleep(_PAUSE_S)
            statuses.append(self.post(text))

    def post(self, text: Text) -> int:
        """Post a text once; returns the status, or NO_ANSWER."""
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
        """The answers by status, on one line."""
        named = {NO_ANSWER: "none"}
        return ", ".join(f"{named.get(status, status)}: {count}" for status, count in sorted(self.answers.items()))


def everybody(residents: Sequence[Resident], threads: int, speak: Callable[[Resident], None]) -> None:
    """Let all residents write, `threads` of them at a time. Raises what one of them raised."""
    with ThreadPoolExecutor(threads) as pool:
        try:
            for done in [pool.submit(speak, resident) for resident in residents]:
                done.result()
        except BaseException:  # Ctrl-C too: the others do not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
