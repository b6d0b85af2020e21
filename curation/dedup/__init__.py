"""Copies fold into one resource, siblings are grouped: plain Python in, plain Python out."""
