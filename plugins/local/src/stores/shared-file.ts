import type { LeaseOptions } from '@ambit/plugin-api';
import type { Statement } from './sqlite-thread.ts';

/** Version of `machine.db`; a newer one is not touched. */
export const SHARED_FILE_VERSION = 1;

/** What is in `machine.db`, which is attached as `file`. Times are in milliseconds; `ids` is a list of texts. */
export const SHARED_FILE_SCHEMA = `
CREATE TABLE file.leases (
  name TEXT NOT NULL, holder TEXT NOT NULL, units INTEGER NOT NULL, ids TEXT, ttl INTEGER NOT NULL, lease_end INTEGER NOT NULL,
  PRIMARY KEY (name, holder)
) WITHOUT ROWID;
CREATE INDEX file.leases_of_holder ON leases (holder)`;

export interface LeaseRow {
  readonly ids: string | null;
}

const used = '(SELECT coalesce(sum(units), 0) FROM leases WHERE name = ?1)';
/** Of the ids that were asked for, those that nobody has, in the order asked for. */
const free = `SELECT key, value FROM json_each(?2) WHERE value NOT IN (
  SELECT given.value FROM leases, json_each(leases.ids) AS given WHERE leases.name = ?1 AND leases.ids IS NOT NULL)`;
const insert = `INSERT INTO leases (name, holder, units, ids, ttl, lease_end)
SELECT ?1, ?4, ?3, CASE WHEN ?2 IS NOT NULL THEN (SELECT json_group_array(value) FROM (${free} ORDER BY key LIMIT ?3)) END, ?5, ?6
WHERE NOT EXISTS (SELECT 1 FROM leases WHERE name = ?1 AND holder = ?4)
  AND CASE WHEN ?2 IS NULL THEN ?7 - ${used} ELSE (SELECT count(*) FROM (${free})) END >= ?3`;
const howMuchIsFree = `SELECT CASE WHEN ?2 IS NULL THEN ?3 - ${used} ELSE (SELECT count(*) FROM (${free})) END AS free`;

/** A lease, all in one transaction. The last two give the holder's lease, if it has one now, and how much is free. */
export function takeUnits(name: string, { capacity = 0, units, ids, holder, ttlMs }: LeaseOptions, now: number): readonly Statement[] {
  const wanted = ids ? JSON.stringify(ids) : null;
  const end = now + ttlMs;
  return [
    { sql: 'DELETE FROM leases WHERE name = ? AND holder <> ? AND lease_end <= ?', params: [name, holder, now] },
    { sql: 'UPDATE leases SET ttl = ?, lease_end = ? WHERE name = ? AND holder = ?', params: [ttlMs, end, name, holder] },
    { sql: insert, params: [name, wanted, units, holder, ttlMs, end, capacity] },
    { sql: 'SELECT ids FROM leases WHERE name = ? AND holder = ?', params: [name, holder], rows: true },
    { sql: howMuchIsFree, params: [name, wanted, capacity], rows: true },
  ];
}

export function renewUnits(holder: string, now: number): Statement {
  return { sql: 'UPDATE leases SET lease_end = ? + ttl WHERE holder = ?', params: [now, holder] };
}

export function giveUnitsBack(name: string, holder: string): Statement {
  return { sql: 'DELETE FROM leases WHERE name = ? AND holder = ?', params: [name, holder] };
}
