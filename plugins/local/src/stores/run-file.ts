import type { LogChunk, NewRunEvent, RunEvent } from '@ambit/plugin-api';
import type { Statement } from './sqlite-thread.ts';

/** Version of a run's file; a newer one is not touched. */
export const RUN_FILE_VERSION = 1;

/** What is in a run's file, which is attached as `file`. Leases end at a time in milliseconds; `status` is null until the run has ended. */
export const RUN_FILE_SCHEMA = `
CREATE TABLE file.run (
  id INTEGER PRIMARY KEY CHECK (id = 1), task TEXT NOT NULL, tags TEXT NOT NULL, started_at TEXT NOT NULL, status TEXT, ended_at TEXT,
  epoch INTEGER NOT NULL DEFAULT 0, holder TEXT, ttl INTEGER NOT NULL DEFAULT 0, lease_end INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE file.events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, type TEXT NOT NULL, action TEXT, data TEXT NOT NULL);
CREATE INDEX file.events_of_action ON events (action, seq) WHERE action IS NOT NULL;
CREATE TABLE file.requests (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE file.logs (id INTEGER PRIMARY KEY, attempt TEXT NOT NULL, stream TEXT NOT NULL, at TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX file.logs_of_attempt ON logs (attempt, id)`;

export interface RunRow {
  readonly task: string;
  readonly tags: string;
  readonly started_at: string;
  readonly status: string | null;
  readonly ended_at: string | null;
  readonly epoch: number;
  readonly holder: string | null;
  readonly lease_end: number;
}

export const selectRun: Statement = { sql: 'SELECT * FROM run', rows: true };

/** Refuses the request of one who does not hold the lease any more. */
export function guard(epoch: number): Statement {
  return { sql: 'SELECT 1 FROM run WHERE epoch = ? AND holder IS NOT NULL', params: [epoch], rows: true, expect: 1 };
}

export function insertRun(data: { task: string; tags: object; startedAt: string }): Statement {
  const params = [data.task, JSON.stringify(data.tags), data.startedAt];
  return { sql: 'INSERT INTO run (id, task, tags, started_at) VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING', params };
}

export function takeLease(holder: string, ttlMs: number, now: number): Statement {
  const sql = 'UPDATE run SET epoch = epoch + 1, holder = ?, ttl = ?, lease_end = ? WHERE holder IS NULL OR lease_end <= ?';
  return { sql, params: [holder, ttlMs, now + ttlMs, now] };
}

export function renewLease(epoch: number, now: number): Statement {
  return { sql: 'UPDATE run SET lease_end = ? + ttl WHERE epoch = ? AND holder IS NOT NULL', params: [now, epoch], expect: 1 };
}

export function releaseLease(epoch: number): Statement {
  return { sql: 'UPDATE run SET holder = NULL, lease_end = 0 WHERE epoch = ?', params: [epoch] };
}

/** One statement, however many events: what crosses to the thread is one text. */
const insert = `INSERT INTO events (at, type, action, data)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) ORDER BY key`;

/** The events, and what they mean for the run's row. `seq` is SQLite's own count, which has no gap as nothing is deleted. */
export function insertEvents(events: readonly NewRunEvent[]): readonly Statement[] {
  if (events.length === 0) return [selectLastSeq];
  const rows = events.map(({ at, type, data }) => {
    const action = data !== null && typeof data === 'object' && 'action' in data ? data.action : undefined;
    return [at, type, typeof action === 'string' ? action : null, JSON.stringify(data)];
  });
  const inserted: Statement = { sql: insert, params: [JSON.stringify(rows)] };
  const end = events.findLast((event) => event.type === 'run.ended');
  if (!end) return [inserted];
  const { status } = end.data as { status: string };
  return [inserted, { sql: 'UPDATE run SET status = ?, ended_at = ?', params: [status, end.at] }];
}

const selectLastSeq: Statement = { sql: 'SELECT coalesce(max(seq), 0) AS seq FROM events', rows: true };

export interface EventQuery {
  readonly from: number;
  readonly action?: string;
  readonly types?: readonly string[];
  readonly limit: number;
}

export function selectEvents({ from, action, types, limit }: EventQuery): Statement {
  const conditions = ['seq >= ?'];
  const params: (string | number)[] = [from];
  if (action !== undefined) {
    conditions.push('action = ?');
    params.push(action);
  }
  if (types) {
    conditions.push('type IN (SELECT value FROM json_each(?))');
    params.push(JSON.stringify(types));
  }
  const sql = `SELECT seq, at, type, data FROM events WHERE ${conditions.join(' AND ')} ORDER BY seq LIMIT ?`;
  return { sql, params: [...params, limit], rows: true };
}

export function eventOf(row: Record<string, unknown>): RunEvent {
  const { seq, at, type, data } = row as { seq: number; at: string; type: string; data: string };
  return { seq, at, type, data: JSON.parse(data) as RunEvent['data'] };
}

export function insertRequest(type: string, data: object): Statement {
  return { sql: 'INSERT INTO requests (type, data) VALUES (?, ?)', params: [type, JSON.stringify(data)] };
}

export const selectRequests: Statement = { sql: 'SELECT id, type, data FROM requests ORDER BY id', rows: true };

export function deleteRequest(id: number): Statement {
  return { sql: 'DELETE FROM requests WHERE id = ?', params: [id] };
}

/** Node 22 binds no bytes as NULL. */
const insertChunk = "INSERT INTO logs (attempt, stream, at, data) VALUES (?, ?, ?, coalesce(?, x''))";

export function insertLog(chunk: LogChunk): Statement {
  return {
    sql: insertChunk,
    params: [chunk.attempt, chunk.stream, chunk.at, chunk.data],
  };
}

export function selectLogs(after: number, attempt: string | undefined, limit: number): Statement {
  const ofAttempt = attempt === undefined ? '' : 'AND attempt = ?';
  const sql = `SELECT id, attempt, stream, at, data FROM logs WHERE id > ? ${ofAttempt} ORDER BY id LIMIT ?`;
  return { sql, params: attempt === undefined ? [after, limit] : [after, attempt, limit], rows: true };
}
