-- Whether the clock skew of senders was taken out of what the jitter buffer saw: 1 or 0. It was not before this step.
ALTER TABLE score_model ADD COLUMN skew_correction INTEGER NOT NULL DEFAULT 0 CHECK (skew_correction IN (0, 1));
