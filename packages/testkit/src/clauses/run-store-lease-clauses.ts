import assert from 'node:assert/strict';
import { collect, eventually, patient, refuses } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { create, event, take } from './run-store-steps.ts';

/** Who may write. */
export const leaseClauses: readonly Clause<RunStoreContext>[] = [
  clause(
    'RS-OPEN-01',
    'Opening is idempotent, every handle on one ground has the same owner, and the owner is a valid DNS label.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      await Promise.all([one.open(), one.open(), other.open()]);
      assert.equal(one.owner, other.owner);
      assert.match(one.owner, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    },
  ),
  clause('RS-LEASE-01', 'A lease has one holder: another who asks is told by whom it is held, and until when.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await take(one, 'run-a', { holder: 'first' });
    const answer = await other.acquire('run-a', { holder: 'second', ttlMs: 60_000 }, patient());
    assert.ok('heldBy' in answer);
    assert.equal(answer.heldBy, 'first');
    assert.ok(Date.parse(answer.until) > Date.now());
  }),
  clause('RS-LEASE-02', 'Of many who ask for a new run at once, one gets it.', async (context) => {
    const stores = [context.open(), context.open()];
    const asked = Array.from({ length: 8 }, (_, index) => {
      const options = { holder: `holder-${index}`, ttlMs: 60_000, create: create() };
      return (stores[index % 2] ?? context.open()).acquire('run-a', options, patient());
    });
    const answers = await Promise.all(asked);
    assert.equal(answers.filter((answer) => 'epoch' in answer).length, 1);
  }),
  clause(
    'RS-LEASE-03',
    'An expired lease may be taken by anyone, with a higher epoch, and the record goes on where it was.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      const old = await take(one, 'run-a', { ttlMs: 1 });
      await one.append('run-a', old, [event('a')]);
      const taken = await eventually('the lease expires', async () => {
        const answer = await other.acquire('run-a', { holder: 'second', ttlMs: 60_000 }, patient());
        return 'epoch' in answer ? answer.epoch : undefined;
      });
      assert.ok(taken > old, `epoch ${taken} is not above ${old}`);
      assert.deepEqual(await other.append('run-a', taken, [event('b')]), { seq: 2 });
    },
  ),
  clause(
    'RS-LEASE-04',
    'A lease that was given back may be taken at once; giving back is idempotent, and a stale one changes nothing.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      const old = await take(one, 'run-a');
      await one.release('run-a', old);
      await one.release('run-a', old);
      const epoch = await take(other, 'run-a');
      assert.ok(epoch > old);
      await one.release('run-a', old);
      await other.append('run-a', epoch, [event('a')]);
    },
  ),
  clause('RS-LEASE-05', 'Renewing moves the end of the lease by its time to live.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a', { ttlMs: 60_000 });
    const until = async (): Promise<string> => {
      const answer = await store.acquire('run-a', { holder: 'second', ttlMs: 1 }, patient());
      assert.ok('until' in answer, 'the lease was lost');
      return answer.until;
    };
    const before = await until();
    await eventually('a later end', async () => {
      await store.renew('run-a', epoch);
      return (await until()) > before || undefined;
    });
  }),
  clause('RS-LEASE-06', 'Each run has a lease of its own.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const epoch = await take(one, 'run-a', { holder: 'first' });
    const second = await take(other, 'run-b', { holder: 'second' });
    await other.release('run-b', second);
    await one.append('run-a', epoch, [event('a')]);
    assert.ok('heldBy' in (await other.acquire('run-a', { holder: 'second', ttlMs: 1 }, patient())));
  }),
  clause('RS-LEASE-07', 'An epoch that nobody was given yet is refused as a stale one is.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await refuses(store.append('run-a', epoch + 1, [event('a')]), 'AMBIT_RUN_NOT_OWNER');
    await refuses(store.renew('run-a', epoch + 1), 'AMBIT_RUN_NOT_OWNER');
    await refuses(store.writeLog('run-a', epoch + 1, 'x', 'stdout', Buffer.from('b'), new Date()), 'AMBIT_RUN_NOT_OWNER');
    await store.release('run-a', epoch + 1);
    await store.append('run-a', epoch, [event('a')]);
  }),
  clause(
    'RS-EPOCH-01',
    'Who lost the lease can append, renew and log no more: AMBIT_RUN_NOT_OWNER, and nothing is stored.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      const stale = await take(one, 'run-a');
      await one.append('run-a', stale, [event('a')]);
      await one.release('run-a', stale);
      const current = await take(other, 'run-a', { holder: 'second' });
      await refuses(one.append('run-a', stale, [event('b')]), 'AMBIT_RUN_NOT_OWNER');
      await refuses(one.renew('run-a', stale), 'AMBIT_RUN_NOT_OWNER');
      await refuses(one.writeLog('run-a', stale, 'x', 'stdout', Buffer.from('b'), new Date()), 'AMBIT_RUN_NOT_OWNER');
      await refuses(collect(one.requests('run-a', stale, patient())), 'AMBIT_RUN_NOT_OWNER');
      await other.append('run-a', current, [event('c')]);
      assert.deepEqual(
        (await collect(one.read('run-a', {}, patient()))).map((each) => each.type),
        ['a', 'c'],
      );
      assert.deepEqual(await collect(one.readLog('run-a', {}, patient())), []);
    },
  ),
  clause('RS-UNKNOWN-01', 'Everything about a run that is not there is AMBIT_RUN_UNKNOWN, and names it.', async (context) => {
    const store = context.open();
    const asked = [
      store.acquire('run-x', { holder: 'first', ttlMs: 1 }, patient()),
      store.append('run-x', 1, [event('a')]),
      store.renew('run-x', 1),
      collect(store.read('run-x', {}, patient())),
      collect(store.follow('run-x', 1, patient())),
      collect(store.readLog('run-x', {}, patient())),
      store.request('run-x', { type: 'cancel', reason: 'r', by: 'b' }),
      store.delete('run-x', patient()),
    ];
    for (const error of await Promise.all(asked.map((each) => refuses(each, 'AMBIT_RUN_UNKNOWN')))) assert.match(error.message, /run-x/);
    assert.deepEqual(await collect(store.list({}, patient())), []);
  }),
];
