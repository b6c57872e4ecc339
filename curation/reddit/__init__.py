"""A Reddit community: from dump files and the API to threads, exchanges and what can be learned from them."""
