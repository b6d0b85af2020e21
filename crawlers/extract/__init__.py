"""HTML in, Article out: pure functions, no network, no Scrapy."""
