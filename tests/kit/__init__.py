"""What tests are written with: a sandbox, talks, stories, and strict fakes of the providers."""
