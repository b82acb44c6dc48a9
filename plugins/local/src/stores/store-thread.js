// @ts-check
// Plain JavaScript, because a thread starts from a file that Node itself can read, from source as from `dist`.
import { statSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

/**
 * @typedef {import('./sqlite-thread.ts').ThreadRequest} Request
 * @typedef {import('./sqlite-thread.ts').ThreadReply} Reply
 * @typedef {import('./sqlite-thread.ts').Statement} Statement
 * @typedef {import('./sqlite-thread.ts').StatementResult} StatementResult
 * @typedef {import('@photostructure/sqlite').DatabaseSyncInstance} Database
 * @typedef {import('@photostructure/sqlite').StatementSyncInstance} Prepared
 * @typedef {{ db: Database, prepared: Map<string, Prepared>, inode: number, version: number }} Connection
 */

/** A reason why a request was not carried out, other than SQLite's own. */
class Fault {
  /** @param {'missing' | 'newer' | 'refused' | 'failed'} kind @param {string} message */
  constructor(kind, message) {
    this.kind = kind;
    this.message = message;
  }
}

const maxOpen = 32;
const busyCode = 5;
const damagedCodes = new Set([11, 26]);
/** Refused, read-only, not to be opened. */
const deniedCodes = new Set([3, 8, 14]);
const fullCode = 13;
const patienceMs = 5000;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const { schema, version } = /** @type {{ schema: string, version: number }} */ (workerData);

// Node says of its own SQLite that it is experimental; users need not read that at each run.
process.removeAllListeners('warning');
const builtin = /** @type {typeof import('@photostructure/sqlite') | undefined} */ (process.getBuiltinModule('node:sqlite'));
const { DatabaseSync } = builtin ?? (await import('@photostructure/sqlite'));

/**
 * The files in use, the latest used last. Each is attached to a database in memory that outlives it: detaching lets go of a
 * file at once, while closing waits for every statement to be collected.
 * @type {Map<string, Connection>}
 */
const connections = new Map();
/** @type {Connection[]} */
const spare = [];

/** @param {Connection} connection @param {string} sql @returns {Prepared} */
function prepare({ db, prepared }, sql) {
  const statement = prepared.get(sql) ?? db.prepare(sql);
  prepared.set(sql, statement);
  return statement;
}

/** @param {Connection} connection @param {string} text @returns {unknown} */
function pragma(connection, text) {
  return Object.values(/** @type {object} */ (prepare(connection, `PRAGMA file.${text}`).get()))[0];
}

/** @param {string} file */
function close(file) {
  const connection = connections.get(file);
  if (!connection) return;
  connections.delete(file);
  connection.db.exec('DETACH file');
  spare.push(connection);
}

/** @param {string} file @returns {Connection} */
function open(file) {
  const connection = spare.pop() ?? { db: new DatabaseSync(':memory:'), prepared: new Map(), inode: 0, version: 0 };
  connection.db.exec(`PRAGMA busy_timeout = ${patienceMs}; ATTACH '${file.replaceAll("'", "''")}' AS file`);
  connections.set(file, connection);
  try {
    const mode = pragma(connection, 'journal_mode = WAL');
    if (mode !== 'wal') throw new Fault('failed', `this file system does not allow a write-ahead log (the journal mode is "${mode}")`);
    connection.db.exec('PRAGMA file.synchronous = NORMAL');
    connection.inode = statSync(file).ino;
    connection.version = versionOf(connection);
    return connection;
  } catch (error) {
    close(file);
    throw error;
  }
}

/** @param {Connection} connection */
function versionOf(connection) {
  return /** @type {number} */ (pragma(connection, 'user_version'));
}

/**
 * The connection to a file as it is now: one to a file that was deleted or replaced meanwhile is let go.
 * @param {string} file @param {boolean} create @returns {Connection}
 */
function connect(file, create) {
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  if (connections.get(file)?.inode !== inode) close(file);
  if (inode === undefined && !create) throw new Fault('missing', 'there is no such file');
  const connection = connections.get(file) ?? open(file);
  connections.delete(file);
  connections.set(file, connection);
  if (connections.size > maxOpen) close(/** @type {string} */ (connections.keys().next().value));
  if (connection.version === 0) connection.version = versionOf(connection);
  if (connection.version > version) throw new Fault('newer', `the file has version ${connection.version}, newer than ${version}`);
  if (connection.version === 0 && !create) throw new Fault('missing', 'the file is empty');
  return connection;
}

/** @param {Connection} connection @param {Statement} statement @returns {StatementResult} */
function execute(connection, { sql, params = [], expect, rows }) {
  const compiled = prepare(connection, sql);
  if (rows) {
    const found = /** @type {Record<string, unknown>[]} */ (compiled.all(...params));
    if (expect !== undefined && found.length !== expect) throw new Fault('refused', sql);
    return { rows: found };
  }
  const { changes, lastInsertRowid } = compiled.run(...params);
  if (expect !== undefined && changes !== expect) throw new Fault('refused', sql);
  return { changes: Number(changes), last: Number(lastInsertRowid) };
}

/** @param {Request} request @param {Connection} connection @returns {Reply} */
function savepoint(request, connection) {
  connection.db.exec('SAVEPOINT request');
  try {
    const results = request.statements.map((statement) => execute(connection, statement));
    connection.db.exec('RELEASE request');
    return { id: request.id, results };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    connection.db.exec('ROLLBACK TO request; RELEASE request');
    return failure(request, error);
  }
}

/** All writes of one file that came together are one transaction. @param {Request[]} requests @returns {Reply[]} */
function commit(requests) {
  const [{ file }] = /** @type {[Request]} */ (requests);
  const connection = connect(
    file,
    requests.some((request) => request.create),
  );
  connection.db.exec('BEGIN IMMEDIATE');
  try {
    if (versionOf(connection) === 0) connection.db.exec(`${schema}; PRAGMA file.user_version = ${version}`);
    const replies = requests.map((request) => savepoint(request, connection));
    connection.db.exec('COMMIT');
    return replies;
  } catch (error) {
    rollback(connection);
    throw error;
  }
}

/** Some failures have rolled back already. @param {Connection} connection */
function rollback({ db }) {
  try {
    db.exec('ROLLBACK');
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
  }
}

/** @param {Request} request @returns {Reply} */
function read(request) {
  const connection = connect(request.file, false);
  return { id: request.id, results: request.statements.map((statement) => execute(connection, statement)) };
}

/** @param {Request} request @param {unknown} error @returns {Reply} */
function failure({ id }, error) {
  if (error instanceof Fault) return { id, fault: error.kind, message: error.message };
  const { message } = /** @type {Error} */ (error);
  return { id, fault: kindOf(codeOf(error), message), message };
}

/** Not every error comes with its code. @param {number} code @param {string} message */
function kindOf(code, message) {
  if (damagedCodes.has(code) || /malformed|not a database/.test(message)) return 'damaged';
  if (deniedCodes.has(code) || /readonly database|unable to open/.test(message)) return 'denied';
  return code === fullCode || /disk is full/.test(message) ? 'full' : 'failed';
}

/** SQLite's primary result code. @param {unknown} error */
function codeOf(error) {
  const { errcode = 0 } = /** @type {{ errcode?: number }} */ (error);
  return errcode & 0xff;
}

/**
 * What is busy is tried again: SQLite itself does not wait where another opens or closes the file just now.
 * @param {Request[]} requests @param {() => Reply[]} work @returns {Reply[]}
 */
function attempt(requests, work) {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (codeOf(error) !== busyCode || Date.now() > end) return requests.map((request) => failure(request, error));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Writes before reads, so that a reader sees only what is committed. @param {Request[]} requests @returns {Reply[]} */
function serve(requests) {
  /** @type {Map<string, Request[]>} */
  const writes = new Map();
  for (const request of requests.filter((each) => each.kind === 'write'))
    writes.set(request.file, [...(writes.get(request.file) ?? []), request]);
  const written = [...writes.values()].flatMap((group) => attempt(group, () => commit(group)));
  const others = requests.filter((each) => each.kind !== 'write');
  const answered = others.flatMap((request) =>
    attempt([request], () => {
      if (request.kind === 'read') return [read(request)];
      close(request.file);
      return [{ id: request.id, results: [] }];
    }),
  );
  return [...written, ...answered];
}

port.on('message', (/** @type {Request | 'end'} */ first) => {
  /** @type {(Request | 'end')[]} */
  const messages = [first];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) messages.push(next.message);
  const requests = messages.filter((message) => message !== 'end');
  if (requests.length > 0) port.postMessage(serve(requests));
  if (requests.length === messages.length) return;
  for (const file of [...connections.keys()]) close(file);
  port.close();
});
