import { existsSync } from 'node:fs';
import { createConnection, Socket } from 'node:net';

/** Both ends of the protocol ping more often. */
const silenceMs = 60_000;
/** How long a supervisor may take to listen. */
const patienceMs = 60_000;

const path = process.argv[2] ?? '';
const engine = { in: new Socket({ fd: 0, readable: true, writable: false }), out: new Socket({ fd: 1, readable: false, writable: true }) };
let silent: NodeJS.Timeout | undefined;

// Whatever breaks or ends on one side ends both.
for (const side of [engine.in, engine.out]) side.on('error', () => process.exit(1)).on('close', () => process.exit());
join(Date.now() + patienceMs);

function join(until: number): void {
  if (!existsSync(path)) return again(until, 'there is no such socket');
  const worker = createConnection(path);
  worker.once('error', (error) => again(until, error.message));
  worker.once('connect', () => {
    worker.removeAllListeners('error').on('error', () => process.exit(1));
    worker.on('close', () => engine.out.end(() => process.exit()));
    for (const side of [engine.in, worker]) side.on('data', watch);
    watch();
    engine.in.pipe(worker);
    worker.pipe(engine.out);
  });
}

function again(until: number, why: string): void {
  if (Date.now() < until) return void setTimeout(() => join(until), 2);
  console.error(`No worker listens on ${path}: ${why}.`);
  process.exit(1);
}

function watch(): void {
  silent = silent?.refresh() ?? setTimeout(() => process.exit(), silenceMs);
}
