"""Long runs against promises: real processes are killed, texts repeated and forged; what must not be is counted."""
