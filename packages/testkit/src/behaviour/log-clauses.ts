import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { run, succeeded, written } from './behaviour-steps.ts';

const keptMebibytes = 64;

export const logClauses: readonly Clause<BehaviourContext>[] = [
  clause('TB-LOGS-01', 'Every line of both streams is kept, in the order in which it was written.', async (context) => {
    const lines = 2000;
    const end = await run(context, 'log_env.streams', lines);
    const expected = (word: string): string => Array.from({ length: lines }, (_, i) => `${word} ${i}\n`).join('');
    assert.ok(written(end, 'stdout').toString() === expected('out'), 'lines of stdout are missing or out of order');
    assert.ok(written(end, 'stderr').toString() === expected('err'), 'lines of stderr are missing or out of order');
  }),
  clause('TB-LOGS-02', 'The last that a task wrote before its process was killed is kept, a line without an end too.', async (context) => {
    const end = await run(context, 'log_env.last_words');
    succeeded(end);
    const ofFirst = (attempt: string): boolean => attempt.endsWith('/1');
    assert.equal(written(end, 'stdout', ofFirst).toString(), 'first\nthe last words');
    assert.equal(written(end, 'stderr', ofFirst).toString(), 'the last complaint');
  }),
  clause('TB-LOGS-03', 'Bytes that are no text, carriage returns and bells are kept as they are.', async (context) => {
    const bytes = Buffer.from([0xff, 0xfe, 0x41, 0x0a, 0xc3, 0x28, 0x0d, 0x0a, 0x0d, 0x07, 0x00, 0x1b, 0xe2, 0x82]);
    assert.deepEqual(written(await run(context, 'log_env.bytes', new Uint8Array(bytes)), 'stdout'), bytes);
  }),
  clause('TB-LOGS-04', 'A line of ten megabytes is kept whole.', async (context) => {
    const size = 10_000_000;
    const output = written(await run(context, 'log_env.long_line', size), 'stdout');
    assert.ok(
      output.equals(Buffer.concat([Buffer.alloc(size, 'x'), Buffer.from('y\nafter\n')])),
      `${output.length} bytes are kept, or others`,
    );
  }),
  clause(
    'TB-LOGS-05',
    'Of more output than an attempt may have, the first and the last are kept, with a marker between them.',
    async (context) => {
      const output = written(await run(context, 'log_env.flood', keptMebibytes + 8), 'stdout');
      assert.ok(
        output.length > (keptMebibytes / 2) * 2 ** 20 && output.length < (keptMebibytes + 1) * 2 ** 20,
        `${output.length} bytes are kept`,
      );
      assert.ok(output.toString('latin1', 0, 20).startsWith('the first line\n'), 'the first line is gone');
      assert.ok(output.toString('latin1', output.length - 20).endsWith('the last line\n'), 'the last line is gone');
      const marker = output
        .toString('latin1')
        .split('\n')
        .filter((line) => !/^z*$|^the \w+ line$/.test(line));
      assert.match(marker.join('\n'), /\d/, 'nothing says how much is missing');
    },
  ),
  clause('TB-LOGS-06', 'What the processes write that a task starts is output of the task.', async (context) => {
    const end = await run(context, 'log_env.offspring');
    assert.deepEqual([written(end, 'stdout').toString(), written(end, 'stderr').toString()], ['from a child\n', 'aside\n']);
  }),
  clause(
    'TB-LOGS-07',
    'Output belongs to the attempt that wrote it, also where attempts follow each other in one process.',
    async (context) => {
      const texts = ['one', 'two', 'three', 'four'];
      const end = await run(context, 'log_env.many', texts);
      const actions = succeeded(end) as readonly string[];
      const lines = actions.map((action) => written(end, 'stdout', (attempt) => attempt === `${action}/1`).toString());
      assert.deepEqual(
        lines,
        texts.map((text) => `${text}\n`),
      );
    },
  ),
];
