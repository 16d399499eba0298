-- What comparisons came to: read again as they were answered.
CREATE TABLE "comparisons" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "session_id" UUID,
    "result" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "comparisons_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "comparisons_session_id_idx" ON "comparisons"("session_id");
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
