import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { endsOf, failed, run, succeeded, valueOf } from './behaviour-steps.ts';

/** Through two environments and back: the same at the end, and seen as the same on each of its ways. */
async function travels(context: BehaviourContext, value: unknown): Promise<unknown> {
  const told = (await valueOf(context, 'near_env.round_trip', value)) as { seen: readonly string[]; value: unknown };
  assert.deepStrictEqual(told.value, value);
  assert.equal(new Set(told.seen).size, 1, `it looked different on its way: ${told.seen.join(' | ')}`);
  return told.value;
}

export const valueClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-VALUES-01',
    'Strings, numbers, bigints, booleans, null and undefined travel between environments as what they are.',
    async (context) => {
      const texts = ['', 'ünïcode \u{1f600} \u0000', '\ud83d alone', '__proto__'];
      const numbers = [0, -0, 1.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER, 2n ** 70n, -1n];
      await travels(context, { texts, numbers, others: [true, false, null, undefined], missing: undefined });
    },
  ),
  clause(
    'TB-VALUES-02',
    'Objects and lists travel in their shape: nested, shared, cyclic, sparse, without a prototype.',
    async (context) => {
      const shared = { name: 'shared' };
      const cyclic: Record<string, unknown> = { list: [shared, shared], sparse: Object.assign(new Array<unknown>(4), { 1: 'one' }) };
      cyclic['self'] = cyclic;
      cyclic['bare'] = Object.assign(Object.create(null) as object, { a: 1 });
      const value = (await travels(context, cyclic)) as { list: unknown[]; self: unknown };
      assert.ok(value.self === value && value.list[0] === value.list[1], 'what was one object is two');
    },
  ),
  clause(
    'TB-VALUES-03',
    'Dates, URLs, regular expressions, maps, sets, buffers and typed arrays travel as what they are.',
    async (context) => {
      const { buffer } = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
      await travels(context, {
        times: [new Date(0), new Date(1.7e12)],
        url: new URL('https://example.org/a?b=c#d'),
        pattern: /a+(?<name>b)/giu,
        map: new Map<unknown, unknown>([
          ['key', new Set([1, 'two'])],
          [{ an: 'object' }, new Map()],
        ]),
        buffers: [
          buffer,
          new DataView(new ArrayBuffer(4)),
          new Uint8Array(buffer, 1, 3),
          new Float64Array([1.5, NaN]),
          new BigInt64Array([-1n]),
        ],
      });
    },
  ),
  clause('TB-VALUES-04', 'Errors travel as values, with class, own fields, cause, and the place where they were made.', async (context) => {
    const error = Object.assign(new RangeError('outer', { cause: new TypeError('inner') }), { residue: 7 });
    const value = (await travels(context, [error])) as [RangeError & { residue: number }];
    assert.ok(value[0] instanceof RangeError && value[0].cause instanceof TypeError);
    assert.deepEqual([value[0].message, value[0].residue, value[0].cause.message], ['outer', 7, 'inner']);
    assert.equal(madeAt(value[0]), madeAt(error));
  }),
  clause('TB-VALUES-05', 'Values of megabytes travel as small ones do.', async (context) => {
    const size = 1_500_000;
    const value = (await valueOf(context, 'near_env.large', size)) as { text: string; bytes: Uint8Array };
    assert.ok(value.text === 'ü'.repeat(size), 'the text is another one');
    assert.ok(Buffer.alloc(size, 7).equals(value.bytes), 'the bytes are others');
  }),
  clause(
    'TB-VALUES-06',
    'An argument that cannot travel throws in the caller, at the call, with the path to what is wrong.',
    async (context) => {
      const end = await run(context, 'near_env.refused_argument');
      const told = succeeded(end) as { code: string; message: string };
      assert.equal(told.code, 'AMBIT_VALUE_REFUSED');
      assert.match(told.message, /\.items\[3\]\.callback is a function/);
      assert.deepEqual(Object.keys(endsOf(end)), ['near_env.refused_argument'], 'the call was made');
    },
  ),
  clause(
    'TB-VALUES-07',
    'A result that cannot travel fails the task as its own failure, with the path to what is wrong.',
    async (context) => {
      const { code, failure, message } = failed(await run(context, 'far_env.refused_result'));
      assert.deepEqual([code, failure], ['AMBIT_VALUE_REFUSED', 'user']);
      assert.match(message, /result\.folds\[0\]\.model is an instance of Model/);
    },
  ),
];

function madeAt({ stack }: Error): string | undefined {
  return stack?.split('\n').find((line) => line.startsWith('    at '));
}
