"""WHEN: the order and the clock; the only Prefect code. Read library.py first."""
