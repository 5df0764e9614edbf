"""Pages of letters: reading on the boards, writing on the desk."""
