"""What several test files share: an installation over a database in a temporary folder."""
