"""Every act that a person can do through a page, named `thing:part:verb`."""

from enum import StrEnum


class Act(StrEnum):
    """An act; each has a rule, a least way of signing in, and a row in the access matrix."""

    # Open to everyone
    SITE_ENTER = "site:entrance:read"
    SITE_HEALTH = "site:health:read"
    PKI_PUBLISHED = "pki:published:read"
    SCHOOL_READ = "school:facts:read"
    LETTER_READ = "letter:public:read"
    HUB_READ = "hub:published:read"
    CERTIFICATE_APPLY = "certificate:application:write"
    CERTIFICATE_STATUS = "certificate:status:read"
    CERTIFICATE_ISSUE = "certificate:issuance:write"
    SIGN_IN = "session:own:open"
    SIGN_OUT = "session:own:end"
    CERTIFICATE_RECEIVE = "certificate:offered:receive"
    DEMO_OUTBOX = "demo:outbox:read"

    # Guardians
    CERTIFICATES_READ = "certificate:own:read"
    CERTIFICATE_OFFER = "certificate:own:offer"
    CHILDREN_READ = "child:list:read"
    CHILD_LINK_APPLY = "child_link:own:apply"
    CHILD_OVERVIEW_READ = "child:overview:read"
    CHILD_ATTENDANCE_READ = "child:attendance:read"
    CHILD_GRADES_READ = "child:grades:read"
    FEED_MANAGE = "child:feed:manage"
    SLIP_ANSWER = "slip:own:answer"

    # Guardians of the right child, and the school's staff
    LETTER_FOR_SOME_READ = "letter:some:read"

    # Staff
    DESK_READ = "desk:own:read"
    CHILD_LINK_READ = "child_link:request:read"
    CHILD_LINK_DECIDE = "child_link:request:decide"
    CLASSES_READ = "desk:classes:read"
    LETTER_WRITE = "letter:desk:write"
    APPLICATION_READ = "application:counter:read"
    APPLICATION_DECIDE = "application:counter:decide"
    OFFICE_READ = "office:late:read"
    OFFICE_REMIND = "office:late:remind"
    SCHOOL_INFORMATION_WRITE = "desk:information:write"
    WEEK_PLAN_WRITE = "desk:week_plan:write"
    API_KEYS_BLOCK = "office:api_keys:block"
    SLIP_DESK = "slip:desk:write"
    SLIP_EVIDENCE = "slip:desk:evidence"

    # Signed-in people's own account
    SECOND_STEP = "account:second:show"
    FACTORS_SET_UP = "account:second:set_up"
    FACTORS_MANAGE = "account:factors:write"
    SESSIONS_OWN = "account:sessions:write"
    API_KEYS_OWN = "account:api_keys:write"
