import assert from 'node:assert/strict';
import type { LeaseAnswer, SharedState } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { SharedStateContext } from './contexts.ts';
import { eventually } from './expect.ts';

interface Wanted {
  readonly units?: number;
  readonly capacity?: number;
  readonly ids?: readonly string[];
  readonly ttlMs?: number;
}

/** Four of ten, or one of these. */
function take(
  state: SharedState,
  holder: string,
  { ids, capacity = 10, units = ids ? 1 : 4, ttlMs = 60_000 }: Wanted = {},
): Promise<LeaseAnswer> {
  return state.lease('memory', { units, holder, ttlMs, ...(ids ? { ids } : { capacity }) });
}

async function gets(state: SharedState, holder: string, wanted: Wanted = {}): Promise<readonly string[] | undefined> {
  const answer = await take(state, holder, wanted);
  assert.ok(answer.granted, `${holder} got nothing: ${JSON.stringify(answer)}`);
  return answer.ids;
}

async function refuses(state: SharedState, holder: string, free: number, wanted: Wanted = {}): Promise<void> {
  assert.deepEqual(await take(state, holder, wanted), { granted: false, free });
}

const gpus: Wanted = { ids: ['a', 'b', 'c'] };

/** Asks until it is given, as engines do. */
function getsLater(state: SharedState, holder: string, wanted: Wanted = {}): Promise<Extract<LeaseAnswer, { granted: true }>> {
  return eventually(`${holder} is given its units`, async () => {
    const answer = await take(state, holder, wanted);
    return answer.granted ? answer : undefined;
  });
}

/** What every shared state does. */
export const sharedStateClauses: readonly Clause<SharedStateContext>[] = [
  clause('ST-LEASE-01', 'All who lease share one capacity, and who gets nothing is told how much is free.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await gets(one, 'first');
    await gets(other, 'second', { units: 5 });
    await refuses(other, 'third', 1);
    await gets(one, 'fourth', { units: 1 });
    await refuses(one, 'fifth', 0, { units: 1 });
  }),
  clause('ST-LEASE-02', 'Of many who ask at once, none gets what another has.', async (context) => {
    const states = [context.open(), context.open()];
    const ask = (index: number): Promise<LeaseAnswer> => take(states[index % 2] ?? context.open(), `holder-${index}`);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(index)));
    assert.equal(answers.filter(({ granted }) => granted).length, 2);
  }),
  clause('ST-LEASE-03', 'Each name has a capacity of its own.', async (context) => {
    const state = context.open();
    await gets(state, 'first', { units: 10 });
    const other = await state.lease('disk', { capacity: 10, units: 10, holder: 'first', ttlMs: 60_000 });
    assert.deepEqual(other, { granted: true });
    await state.unlease('disk', 'first');
    await refuses(state, 'second', 0, { units: 1 });
  }),
  clause('ST-LEASE-04', 'Who has a lease and asks again has it and no more, and what it has stays taken for others.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await gets(one, 'first', { units: 6 });
    await gets(other, 'first', { units: 6 });
    await gets(one, 'second');
    for (const holder of ['first', 'second']) await one.unlease('memory', holder);
    assert.deepEqual(await gets(one, 'third', gpus), ['a']);
    assert.deepEqual(await gets(other, 'third', { ...gpus, ids: ['b', 'c'] }), ['a']);
  }),
  clause('ST-LEASE-05', 'A capacity may be used to its last unit, by sizes as large as those of memory.', async (context) => {
    const state = context.open();
    const capacity = 2 ** 42 + 1;
    await gets(state, 'first', { capacity, units: 2 ** 42 });
    await refuses(state, 'second', 1, { capacity, units: 2 });
    await gets(state, 'second', { capacity, units: 1 });
  }),
  clause('ST-IDS-01', 'Units with names go to one holder each, the first wanted first.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    assert.deepEqual(await gets(one, 'first', { ...gpus, ids: ['c', 'a', 'b'] }), ['c']);
    assert.deepEqual(await gets(other, 'second', { ...gpus, ids: ['c', 'b', 'a'] }), ['b']);
    await one.unlease('memory', 'first');
    assert.deepEqual(await gets(other, 'third', { ...gpus, units: 2, ids: ['c', 'b', 'a'] }), ['c', 'a']);
  }),
  clause('ST-IDS-02', 'Of units with names only those that were asked for are given, or none.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await gets(one, 'first', { ...gpus, ids: ['b'] });
    await refuses(other, 'second', 0, { ...gpus, ids: ['b'] });
    await refuses(other, 'second', 1, { ...gpus, units: 2, ids: ['b', 'c'] });
    assert.deepEqual(await gets(other, 'third', { ...gpus, units: 2 }), ['a', 'c']);
  }),
  clause('ST-BACK-01', 'What is given back is free at once; giving back is idempotent, and no one else’s.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await gets(one, 'first', { units: 10 });
    await other.unlease('memory', 'second');
    await refuses(other, 'second', 0);
    await other.unlease('memory', 'first');
    await other.unlease('memory', 'first');
    await gets(other, 'second', { units: 10 });
  }),
  clause('ST-TTL-01', 'What nobody renews is free after its time, for others.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    await gets(one, 'first', { ...gpus, units: 3, ttlMs: 1 });
    assert.deepEqual((await getsLater(other, 'second', { ...gpus, units: 2 })).ids, ['a', 'b']);
    await refuses(one, 'first', 1, { ...gpus, units: 3 });
  }),
  clause('ST-TTL-02', 'Renewing moves the end of all leases of a holder, and of no other.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const ttlMs = 1000;
    await gets(one, 'first', { ttlMs });
    await one.lease('disk', { capacity: 1, units: 1, holder: 'first', ttlMs });
    await gets(one, 'second', { ttlMs });
    await eventually('the lease that is not renewed ends', async () => {
      await one.renew('first');
      return (await take(other, 'third', { units: 6 })).granted || undefined;
    });
    assert.equal((await other.lease('disk', { capacity: 1, units: 1, holder: 'third', ttlMs })).granted, false);
  }),
  clause(
    'ST-TTL-03',
    'Renewing brings back a lease whose time was over only where nobody has taken its units, and makes none.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      await gets(one, 'first', { units: 10, ttlMs: 1 });
      await getsLater(other, 'second', { units: 10, ttlMs: 60_000 });
      await one.renew('first');
      await one.renew('nobody');
      await refuses(one, 'first', 0, { units: 1 });
      await other.unlease('memory', 'second');
      await gets(other, 'third', { units: 10 });
    },
  ),
];
