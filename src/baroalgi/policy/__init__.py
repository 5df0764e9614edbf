"""Who may do what: pure rules over values.

The one place of permissions. Views name an `Act`, rooms build a `Subject`, and `allows`
gives the answer. The database repeats the coarse part underneath (`platform/doors/`).
"""

from baroalgi.policy.actor import Actor, Child, Post, Role, Strength
from baroalgi.policy.acts import Act
from baroalgi.policy.rules import RULES, STRENGTH, Subject, allows, strong_enough

__all__ = [
    "RULES",
    "STRENGTH",
    "Act",
    "Actor",
    "Child",
    "Post",
    "Role",
    "Strength",
    "Subject",
    "allows",
    "strong_enough",
]
