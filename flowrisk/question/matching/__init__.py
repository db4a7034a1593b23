"""Names in the data's words: securities, exchanges, indices, and what is assumed about them."""
