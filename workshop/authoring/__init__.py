"""The maintainers' side: from the one source to labs, solutions and skeleton, and the gate."""
