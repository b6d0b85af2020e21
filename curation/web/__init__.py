"""The pages and the JSON interface: thin views over the services."""
