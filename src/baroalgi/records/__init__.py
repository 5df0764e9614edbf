"""A pupil's records: attendance and exam results."""
