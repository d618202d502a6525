"""One port, two providers: what arrived becomes an `Arrival`; a message goes out through a `Sender`."""
