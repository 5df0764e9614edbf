"""Pages made of several rooms: entrance, home of parents, overview of a child, home of staff."""
