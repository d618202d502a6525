"""A flood from one number is kept whole and answered up to the cap."""

from kit.requests import BOILER, deliver
from kit.sandbox import PHONE, House, Told


def test_a_flood_from_one_number_is_kept_whole_and_answered_up_to_the_cap(house: House) -> None:
    """SMS pumping/flood from one or many numbers."""
    most = house.installation.campaigns["thrive"].limits.per_person_hour
    house.storyteller()
    sender = Told()
    for number in range(60):
        house.arrive(f"{BOILER}, number {number}")
        house.arrive("MY STORY")
        deliver(house, sender)
    assert len(house.words()) == 60
    assert len(sender.inbox(PHONE)) <= most < 60
