"""Ratings weighed into one score a resource: plain Python in, plain Python out."""
