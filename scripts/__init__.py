"""What people start: `setup`, `demo`, `test`, `bench`, and the `openear` command in `cli`."""
