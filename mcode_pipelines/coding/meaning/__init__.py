"""What answers mean: embedders, vectors, similarity to codes, clusters, coverage."""
