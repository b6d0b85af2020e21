"""One spider per kind of source, never per site."""
