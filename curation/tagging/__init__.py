"""Concepts of the vocabulary are suggested for what people wrote: plain Python in, plain Python out."""
