"""SMS through Twilio: inbound texts and receipts, and the sender."""
