-- The tables of prisma/schema.prisma. The part at the end is what Prisma's language cannot say.

-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('public', 'private');

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('pending', 'running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "session_status" AS ENUM ('open', 'finished');

-- CreateEnum
CREATE TYPE "token_role" AS ENUM ('owner', 'editor', 'viewer');

-- CreateTable
CREATE TABLE "traces" (
    "id" SERIAL NOT NULL,
    "content_id" CHAR(64),
    "name" TEXT NOT NULL DEFAULT '',
    "events" BIGINT NOT NULL DEFAULT 0,
    "blocks" BIGINT NOT NULL DEFAULT 0,
    "slots" INTEGER NOT NULL DEFAULT 0,
    "origin" JSON NOT NULL DEFAULT 'null',
    "sites" JSON NOT NULL DEFAULT '[]',
    "site_count" INTEGER NOT NULL DEFAULT 0,
    "has_sites" BOOLEAN NOT NULL DEFAULT false,
    "has_times" BOOLEAN NOT NULL DEFAULT false,
    "has_names" BOOLEAN NOT NULL DEFAULT false,
    "stored_bytes" BIGINT NOT NULL DEFAULT 0,
    "visibility" "visibility" NOT NULL DEFAULT 'public',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "traces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trace_chunks" (
    "trace_id" INTEGER NOT NULL,
    "idx" INTEGER NOT NULL,
    "events" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "trace_chunks_pkey" PRIMARY KEY ("trace_id","idx")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "trace_id" INTEGER NOT NULL,
    "config" JSON NOT NULL,
    "model" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "model_version" INTEGER NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'pending',
    "progress" BIGINT NOT NULL DEFAULT 0,
    "summary" JSON,
    "problem" JSON,
    "session_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "config" JSON NOT NULL,
    "model" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "visibility" "visibility" NOT NULL DEFAULT 'public',
    "status" "session_status" NOT NULL DEFAULT 'open',
    "owner" TEXT NOT NULL DEFAULT '',
    "sites" JSON NOT NULL DEFAULT '[]',
    "run_id" UUID,
    "forked_from" UUID,
    "forked_at" BIGINT,
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_journal" (
    "session_id" UUID NOT NULL,
    "first_seq" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_journal_pkey" PRIMARY KEY ("session_id","first_seq")
);

-- CreateTable
CREATE TABLE "session_keys" (
    "session_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "first_seq" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_keys_pkey" PRIMARY KEY ("session_id","key")
);

-- CreateTable
CREATE TABLE "tokens" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "role" "token_role" NOT NULL,
    "hash" BYTEA NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "traces_content_id_key" ON "traces"("content_id");

-- CreateIndex
CREATE INDEX "traces_created_at_id_idx" ON "traces"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "runs_created_at_id_idx" ON "runs"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "runs_status_created_at_id_idx" ON "runs"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "runs_trace_id_idx" ON "runs"("trace_id");

-- CreateIndex
CREATE INDEX "runs_session_id_idx" ON "runs"("session_id");

-- CreateIndex
CREATE INDEX "sessions_created_at_id_idx" ON "sessions"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "sessions_status_created_at_id_idx" ON "sessions"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "sessions_run_id_idx" ON "sessions"("run_id");

-- CreateIndex
CREATE INDEX "session_keys_created_at_idx" ON "session_keys"("created_at");

-- CreateIndex
CREATE INDEX "tokens_session_id_created_at_id_idx" ON "tokens"("session_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "trace_chunks" ADD CONSTRAINT "trace_chunks_trace_id_fkey" FOREIGN KEY ("trace_id") REFERENCES "traces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_trace_id_fkey" FOREIGN KEY ("trace_id") REFERENCES "traces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_journal" ADD CONSTRAINT "session_journal_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_keys" ADD CONSTRAINT "session_keys_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Packed requests are compressed already: keep them out of line as they are, so that PostgreSQL does not try again.
ALTER TABLE "trace_chunks" ALTER COLUMN "data" SET STORAGE EXTERNAL;
ALTER TABLE "session_journal" ALTER COLUMN "data" SET STORAGE EXTERNAL;

-- What no program error may ever write.
ALTER TABLE "traces" ADD CONSTRAINT "traces_content_id_check" CHECK ("content_id" ~ '^[0-9a-f]{64}$');
ALTER TABLE "trace_chunks" ADD CONSTRAINT "trace_chunks_events_check" CHECK ("idx" >= 0 AND "events" BETWEEN 1 AND 65536);
ALTER TABLE "runs" ADD CONSTRAINT "runs_progress_check" CHECK ("progress" >= 0);
ALTER TABLE "session_journal" ADD CONSTRAINT "session_journal_count_check" CHECK ("first_seq" >= 1 AND "count" BETWEEN 1 AND 65536);
ALTER TABLE "session_keys" ADD CONSTRAINT "session_keys_count_check" CHECK ("first_seq" >= 1 AND "count" >= 0 AND octet_length("body_hash") = 32);
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_hash_check" CHECK (octet_length("hash") = 32);
