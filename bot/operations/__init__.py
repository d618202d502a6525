"""Running an installation: what `openear check` looks at, and encrypted backups."""
