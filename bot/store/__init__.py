"""The only SQL. Tables, queries by noun, and the encryption of what residents wrote and of where they can be reached."""
