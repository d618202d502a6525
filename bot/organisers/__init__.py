"""People with a role, and the hubs that bring residents."""
