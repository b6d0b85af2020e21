"""A git repository of pages as a source: read through git itself, without Scrapy, never running what it holds."""
