-- The newest comparisons are kept: their age decides.
CREATE INDEX "comparisons_created_at_id_idx" ON "comparisons"("created_at", "id");
