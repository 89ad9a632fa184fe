"""What the bot knows: the index, how a passage is found, how an answer is put."""
