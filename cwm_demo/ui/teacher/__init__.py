"""The teacher's room: links with the answers hidden, a handout for each chapter, and ten questions."""
