-- Code that ran, or is to run, in the sandbox; its requests are those of the session with the same id.
CREATE TYPE "snippet_status" AS ENUM ('waiting', 'running', 'finished');

CREATE TABLE "snippets" (
    "id" UUID NOT NULL,
    "status" "snippet_status" NOT NULL DEFAULT 'waiting',
    "outcome" TEXT,
    "language" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "settings" JSON NOT NULL DEFAULT 'null',
    "result" JSON NOT NULL DEFAULT 'null',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "snippets_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "snippets_created_at_id_idx" ON "snippets"("created_at" DESC, "id" DESC);
CREATE INDEX "snippets_status_idx" ON "snippets"("status");
ALTER TABLE "snippets" ADD CONSTRAINT "snippets_id_fkey" FOREIGN KEY ("id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "snippets" ADD CONSTRAINT "snippets_outcome_check" CHECK (("status" = 'finished') = ("outcome" IS NOT NULL));
