-- Rights --------------------------------------------------------------------------------------

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA policy FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA policy FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA policy TO baroalgi_app, baroalgi_worker;
REVOKE ALL ON FUNCTION policy.proof(text), policy.live_link(text) FROM baroalgi_app, baroalgi_worker;
-- What other doors ask: who has a factor, and how a guess is counted, nobody asks by itself.
REVOKE ALL ON FUNCTION policy.has_factor(bigint), policy.factor_demanded(bigint), policy.guess(text, integer, interval),
    policy.guess_from(text, text, text), policy.counted(text, integer),
    policy.same_person(bigint, bigint) FROM baroalgi_app, baroalgi_worker;
REVOKE ALL ON FUNCTION policy.reset_factors(text) FROM baroalgi_app;
REVOKE ALL ON FUNCTION policy.visit_key() FROM baroalgi_app, baroalgi_worker;
-- Names of pupils and guardians are told by the doors of slips, each within its scope.
REVOKE ALL ON FUNCTION policy.letter_pupils(bigint), policy.guardians_of(bigint[]) FROM baroalgi_app;
REVOKE ALL ON FUNCTION policy.make_slips(bigint), policy.slip_complete(bigint) FROM baroalgi_app;
-- The trail asks who acts at each row: for the signer the answer is nobody.
GRANT EXECUTE ON FUNCTION policy.actor(), policy.known_person() TO baroalgi_signer;
