"""The record every test here works on."""

from tests.support.records import db, empty_record, record_url, server_record

__all__ = ["db", "empty_record", "record_url", "server_record"]
