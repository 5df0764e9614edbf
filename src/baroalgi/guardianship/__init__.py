"""학부모서비스 신청: guardians apply to see a child, the homeroom teacher decides."""
