"""The index of the guides, the retrieval of passages, and the answers from them."""
