import { writeSync } from 'node:fs';
import { sqliteRuns } from '@ambit/local';
import { testHost } from '@ambit/testkit';

/** Appends for ever, several appends under way at once, and says the seq of each once it is stored. */
const [directory = '', run = ''] = process.argv.slice(2);
const store = sqliteRuns({ directory }).runs(testHost(directory));
const lease = await store.acquire(run, { holder: 'child', ttlMs: 1, create: { task: 'main.run' } }, AbortSignal.timeout(60_000));
if (!('epoch' in lease)) process.exit(1);

const at = new Date();
let made = 0;
const appendForEver = async (): Promise<never> => {
  for (;;) {
    const count = 1 + (made % 3);
    const events = Array.from({ length: count }, (_, index) => ({
      at: at.toISOString(),
      type: 'step',
      data: { nr: ++made, of: index + 1, count },
    }));
    const [{ seq }] = await Promise.all([
      store.append(run, lease.epoch, events),
      store.writeLog(run, lease.epoch, 'x', 'stdout', Buffer.from(`${made}\n`), at),
    ]);
    writeSync(1, `${seq}\n`);
  }
};
await Promise.all([appendForEver(), appendForEver(), appendForEver()]);
