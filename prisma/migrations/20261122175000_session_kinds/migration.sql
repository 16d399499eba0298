-- What a session's requests come from, and how it was set up.
CREATE TYPE "session_kind" AS ENUM ('allocator', 'program', 'snippet');
ALTER TABLE "sessions" ADD COLUMN "kind" "session_kind" NOT NULL DEFAULT 'allocator';
ALTER TABLE "sessions" ADD COLUMN "settings" JSON NOT NULL DEFAULT 'null';

CREATE INDEX "sessions_kind_created_at_id_idx" ON "sessions"("kind", "created_at" DESC, "id" DESC);

-- The table of call sites grows while a session is open: in rows, so that a new site costs no rewriting of the others.
CREATE TABLE "session_sites" (
    "session_id" UUID NOT NULL,
    "first_site" INTEGER NOT NULL,
    "sites" JSON NOT NULL,

    CONSTRAINT "session_sites_pkey" PRIMARY KEY ("session_id", "first_site")
);
ALTER TABLE "session_sites" ADD CONSTRAINT "session_sites_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_sites" ADD CONSTRAINT "session_sites_first_site_check" CHECK ("first_site" >= 1);

INSERT INTO "session_sites" ("session_id", "first_site", "sites")
SELECT "id", 1, "sites" FROM "sessions" WHERE json_typeof("sites") = 'array' AND json_array_length("sites") > 0;
ALTER TABLE "sessions" DROP COLUMN "sites";
