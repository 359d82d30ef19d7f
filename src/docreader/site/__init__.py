"""A whole site: every article gets its audio, and keeps it current."""
