-- Classrooms: people around a session or run, their copies of it, questions and answers.
CREATE TYPE "classroom_status" AS ENUM ('open', 'closed');
CREATE TYPE "classroom_role" AS ENUM ('observer', 'student', 'teacher', 'owner');
CREATE TYPE "question_status" AS ENUM ('draft', 'asked', 'closed', 'revealed');

-- The subject has no foreign key: whoever owns it may delete it, and the classroom says so. The driver is one of the people.
CREATE TABLE "classrooms" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "status" "classroom_status" NOT NULL DEFAULT 'open',
    "subject_kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "may_write" BOOLEAN NOT NULL DEFAULT false,
    "locked" BOOLEAN NOT NULL DEFAULT false,
    "may_explore" BOOLEAN NOT NULL DEFAULT true,
    "driver_id" UUID NOT NULL,
    "lead" JSON NOT NULL,
    "projection" JSON NOT NULL,
    "question_id" UUID,
    "code" CHAR(6),
    "code_hours" INTEGER NOT NULL DEFAULT 12,
    "code_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "classrooms_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "classrooms_subject_kind_check" CHECK ("subject_kind" IN ('session', 'run')),
    CONSTRAINT "classrooms_closed_check" CHECK (("status" = 'closed') = ("closed_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "classrooms_code_key" ON "classrooms"("code");
CREATE INDEX "classrooms_status_created_at_idx" ON "classrooms"("status", "created_at" DESC);
CREATE INDEX "classrooms_subject_id_idx" ON "classrooms"("subject_id");

-- Somebody who was removed stays here, so that results keep what was answered.
CREATE TABLE "classroom_people" (
    "id" UUID NOT NULL,
    "classroom_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "classroom_role" NOT NULL,
    "muted" BOOLEAN NOT NULL DEFAULT false,
    "following" BOOLEAN NOT NULL DEFAULT true,
    "place" BIGINT,
    "score" INTEGER NOT NULL DEFAULT 0,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "classroom_people_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "classroom_people_hash_check" CHECK (octet_length("hash") = 32)
);
CREATE INDEX "classroom_people_classroom_id_created_at_idx" ON "classroom_people"("classroom_id", "created_at");
CREATE UNIQUE INDEX "classroom_people_owner_key" ON "classroom_people"("classroom_id") WHERE "role" = 'owner';
ALTER TABLE "classroom_people" ADD CONSTRAINT "classroom_people_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classrooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "classroom_copies" (
    "id" UUID NOT NULL,
    "classroom_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "event" BIGINT NOT NULL,
    "shown" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "classroom_copies_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "classroom_copies_classroom_id_created_at_idx" ON "classroom_copies"("classroom_id", "created_at");
CREATE INDEX "classroom_copies_person_id_idx" ON "classroom_copies"("person_id");
CREATE INDEX "classroom_copies_session_id_idx" ON "classroom_copies"("session_id");
ALTER TABLE "classroom_copies" ADD CONSTRAINT "classroom_copies_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classrooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "classroom_copies" ADD CONSTRAINT "classroom_copies_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "classroom_people"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "classroom_copies" ADD CONSTRAINT "classroom_copies_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "classroom_questions" (
    "id" UUID NOT NULL,
    "classroom_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "status" "question_status" NOT NULL DEFAULT 'draft',
    "prompt" TEXT NOT NULL,
    "choices" JSON NOT NULL DEFAULT '[]',
    "unit" TEXT,
    "event" BIGINT NOT NULL,
    "deadline" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "points" INTEGER NOT NULL DEFAULT 0,
    "right_answer" TEXT NOT NULL,
    "explanation" TEXT NOT NULL DEFAULT '',
    "names_shown" BOOLEAN NOT NULL DEFAULT false,
    "details" JSON NOT NULL DEFAULT 'null',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "revealed_at" TIMESTAMPTZ(3),

    CONSTRAINT "classroom_questions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "classroom_questions_attempts_check" CHECK ("attempts" >= 1),
    CONSTRAINT "classroom_questions_points_check" CHECK ("points" >= 0)
);
CREATE INDEX "classroom_questions_classroom_id_created_at_idx" ON "classroom_questions"("classroom_id", "created_at");
ALTER TABLE "classroom_questions" ADD CONSTRAINT "classroom_questions_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classrooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One row an attempt; `right` and `points` when it is graded.
CREATE TABLE "classroom_answers" (
    "question_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "answer" TEXT NOT NULL,
    "right" BOOLEAN,
    "points" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "classroom_answers_pkey" PRIMARY KEY ("question_id", "person_id", "attempt"),
    CONSTRAINT "classroom_answers_attempt_check" CHECK ("attempt" >= 1)
);
CREATE INDEX "classroom_answers_person_id_idx" ON "classroom_answers"("person_id");
ALTER TABLE "classroom_answers" ADD CONSTRAINT "classroom_answers_question_id_fkey" FOREIGN KEY ("question_id") REFERENCES "classroom_questions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "classroom_answers" ADD CONSTRAINT "classroom_answers_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "classroom_people"("id") ON DELETE CASCADE ON UPDATE CASCADE;
