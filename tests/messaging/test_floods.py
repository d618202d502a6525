"""A flood from one number is kept whole and answered up to the cap."""

from kit.people import BOILER
from kit.sandbox import PHONE, Sandbox, ScriptedSender


def test_a_flood_from_one_number_is_kept_whole_and_answered_up_to_the_cap(sandbox: Sandbox) -> None:
    """SMS pumping/flood from one or many numbers."""
    most = sandbox.installation.campaigns["thrive"].limits.per_person_hour
    sandbox.tell_story()
    sender = ScriptedSender()
    for number in range(60):
        sandbox.arrive(f"{BOILER}, number {number}")
        sandbox.arrive("MY STORY")
        sandbox.deliver(sender)
    assert len(sandbox.words()) == 60
    assert len(sender.inbox(PHONE)) <= most < 60
