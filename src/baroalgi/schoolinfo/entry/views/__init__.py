"""The pages of entry, one module for each thing a school enters."""
