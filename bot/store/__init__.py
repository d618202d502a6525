"""The only SQL: tables, one module of queries for each noun, and the encryption of residents' words and addresses."""
