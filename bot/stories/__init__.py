"""Stories for organisers: downloads, numbers, redaction, marks, other languages."""
