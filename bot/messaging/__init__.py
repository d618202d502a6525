"""Messages in and out: one inbound in one transaction, its replies queued, then delivered."""
