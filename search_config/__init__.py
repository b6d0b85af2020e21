"""FIND: what is indexed, how it is searched, and the two engines that do it."""
