"""What several benchmarks use: networks, their training data, how results are told."""
