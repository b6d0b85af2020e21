"""IN: reads the wikis and blogs an organisation already writes, and turns pages into articles."""
