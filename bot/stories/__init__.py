"""Stories on their way to organisers: downloads, numbers, masks, marks, languages that need a translator."""
