"""Campaign files, read and checked; the shipped one lies in this folder. `load_campaigns` is the door."""

from bot.campaigns.load import SHIPPED, load_campaigns, problems_in

__all__ = ["SHIPPED", "load_campaigns", "problems_in"]
