"""Pages of applying for guardians, and of deciding for those in charge of a class or school."""
