"""The exercises of each lab, and how they are probed and judged."""
