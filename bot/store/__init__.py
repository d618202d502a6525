"""The only SQL: tables, queries by noun, and the encryption of residents' words and addresses."""
