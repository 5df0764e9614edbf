"""What a school tells everyone: facts, meals, calendar."""
