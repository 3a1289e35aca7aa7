-- What a call counts by the readings of the contract that are not the built-in one (mos_score_basis, mos_wideband), and
-- the sums of it. Scores are ten-thousandths of a MOS point (_e4); null: unscored by that reading.
-- lq: MOS-LQ, cq: MOS-CQ; capped: wideband calls at most as good as the best narrowband one; narrowband: these alone.

-- 1 from this step on; 0 in an answered call from before it until its streams were looked at again.
ALTER TABLE call ADD COLUMN is_read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call ADD COLUMN cq_e4 INTEGER;
ALTER TABLE call ADD COLUMN lq_capped_e4 INTEGER;
ALTER TABLE call ADD COLUMN cq_capped_e4 INTEGER;
ALTER TABLE call ADD COLUMN lq_narrowband_e4 INTEGER;
ALTER TABLE call ADD COLUMN cq_narrowband_e4 INTEGER;

CREATE INDEX call_unread ON call (call_key) WHERE is_read = 0 AND outcome = 'Answered';

-- read_answered: answered calls with is_read = 1. A reading is known when all of them are.
ALTER TABLE unit_day ADD COLUMN read_answered INTEGER NOT NULL DEFAULT 0 CHECK (read_answered >= 0);
ALTER TABLE unit_day ADD COLUMN scored_cq INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq >= 0);
ALTER TABLE unit_day ADD COLUMN sum_cq_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_e4 >= 0);
ALTER TABLE unit_day ADD COLUMN scored_lq_capped INTEGER NOT NULL DEFAULT 0 CHECK (scored_lq_capped >= 0);
ALTER TABLE unit_day ADD COLUMN sum_lq_capped_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_lq_capped_e4 >= 0);
ALTER TABLE unit_day ADD COLUMN scored_cq_capped INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq_capped >= 0);
ALTER TABLE unit_day ADD COLUMN sum_cq_capped_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_capped_e4 >= 0);
ALTER TABLE unit_day ADD COLUMN scored_lq_narrowband INTEGER NOT NULL DEFAULT 0 CHECK (scored_lq_narrowband >= 0);
ALTER TABLE unit_day ADD COLUMN sum_lq_narrowband_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_lq_narrowband_e4 >= 0);
ALTER TABLE unit_day ADD COLUMN scored_cq_narrowband INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq_narrowband >= 0);
ALTER TABLE unit_day ADD COLUMN sum_cq_narrowband_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_narrowband_e4 >= 0);

ALTER TABLE unit_month ADD COLUMN read_answered INTEGER NOT NULL DEFAULT 0 CHECK (read_answered >= 0);
ALTER TABLE unit_month ADD COLUMN scored_cq INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq >= 0);
ALTER TABLE unit_month ADD COLUMN sum_cq_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_e4 >= 0);
ALTER TABLE unit_month ADD COLUMN scored_lq_capped INTEGER NOT NULL DEFAULT 0 CHECK (scored_lq_capped >= 0);
ALTER TABLE unit_month ADD COLUMN sum_lq_capped_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_lq_capped_e4 >= 0);
ALTER TABLE unit_month ADD COLUMN scored_cq_capped INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq_capped >= 0);
ALTER TABLE unit_month ADD COLUMN sum_cq_capped_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_capped_e4 >= 0);
ALTER TABLE unit_month ADD COLUMN scored_lq_narrowband INTEGER NOT NULL DEFAULT 0 CHECK (scored_lq_narrowband >= 0);
ALTER TABLE unit_month ADD COLUMN sum_lq_narrowband_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_lq_narrowband_e4 >= 0);
ALTER TABLE unit_month ADD COLUMN scored_cq_narrowband INTEGER NOT NULL DEFAULT 0 CHECK (scored_cq_narrowband >= 0);
ALTER TABLE unit_month ADD COLUMN sum_cq_narrowband_e4 INTEGER NOT NULL DEFAULT 0 CHECK (sum_cq_narrowband_e4 >= 0);
