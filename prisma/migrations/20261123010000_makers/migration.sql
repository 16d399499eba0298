-- What is no session's has a maker, too: the hash of the secret that deleting it asks for. Null of what the service made itself, and of
-- what was there before.
ALTER TABLE "traces" ADD COLUMN "owner_hash" BYTEA;
ALTER TABLE "runs" ADD COLUMN "owner_hash" BYTEA;
ALTER TABLE "traces" ADD CONSTRAINT "traces_owner_hash_check" CHECK (octet_length("owner_hash") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_owner_hash_check" CHECK (octet_length("owner_hash") = 32);
