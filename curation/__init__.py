"""KNOW: the record of what an organisation knows, and what people do with it."""
