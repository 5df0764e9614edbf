"""Reply slips (회신서): what a letter asks of each child's guardians, and what they answered."""
