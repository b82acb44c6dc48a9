import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { valueOf } from './behaviour-steps.ts';

interface Digested {
  readonly sha256: string;
  readonly size: number;
  readonly inPieces?: boolean;
}

export const fileClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-FILES-01',
    'A file written in one environment is read in another and in its own, with name, size and digest.',
    async (context) => {
      const text = '>a\nMKT\n>ü\nAYI\n';
      const told = (await valueOf(context, 'writing_env.hands')) as { read: unknown; own: string };
      const line = (key: string, name: string, content: string): readonly unknown[] => [
        key,
        name,
        Buffer.byteLength(content),
        createHash('sha256').update(content).digest('hex'),
        content,
      ];
      assert.deepEqual(told, { read: [line('text', 'two.fasta', text), line('empty', 'empty', '')], own: text });
    },
  ),
  clause('TB-FILES-02', 'A file of megabytes is read as it was written, and in pieces.', async (context) => {
    const { written, read } = (await valueOf(context, 'writing_env.hands_much', 24)) as { written: Digested; read: Digested };
    assert.deepEqual(read, { ...written, inPieces: true });
    assert.equal(written.size, 24 * 2 ** 20);
  }),
  clause('TB-FILES-03', 'A file that was not written is refused as an argument.', async (context) => {
    const told = (await valueOf(context, 'writing_env.hands_nothing')) as { code: string; message: string };
    assert.equal(told.code, 'AMBIT_VALUE_REFUSED');
    assert.match(told.message, /is a file that was not written/);
  }),
];
