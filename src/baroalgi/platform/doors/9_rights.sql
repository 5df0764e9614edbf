-- Rights --------------------------------------------------------------------------------------

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA policy FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA policy FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA policy TO baroalgi_app, baroalgi_worker;
REVOKE ALL ON FUNCTION policy.proof(text), policy.live_link(text) FROM baroalgi_app, baroalgi_worker;
-- The trail asks who acts at each row: for the signer the answer is nobody.
GRANT EXECUTE ON FUNCTION policy.actor() TO baroalgi_signer;
