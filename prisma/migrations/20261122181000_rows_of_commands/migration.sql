-- One command of a program may make more requests than a chunk of a trace holds: a row is what was acknowledged together.
ALTER TABLE "session_journal" DROP CONSTRAINT "session_journal_count_check";
ALTER TABLE "session_journal" ADD CONSTRAINT "session_journal_count_check" CHECK ("first_seq" >= 1 AND "count" BETWEEN 1 AND 4194304);
