"""Residents beside the one of the sandbox, and what they say."""

from kit.sandbox import CHAT

ADA, BEN = str(CHAT), "7002"
OTHER, THIRD, FOURTH = "+447911123457", "+447911123458", "+447911123459"
BOILER = "my landlord will not mend the boiler"
DANGER = "I want to kill myself"
