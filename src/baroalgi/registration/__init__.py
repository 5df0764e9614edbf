"""The registration authority: application, counter, approval, enrolment."""
