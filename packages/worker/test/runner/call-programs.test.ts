import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeArgs } from '../../src/values/encode-value.ts';
import { buildRunner } from './built-runner.ts';
import type { BuiltRunner } from './built-runner.ts';
import { anyProgram, interpreter, outcomeOf } from './call-programs.ts';
import type { Program } from './call-programs.ts';
import { RunnerProcess, valueOf } from './runner-process.ts';

type Call = Awaited<ReturnType<RunnerProcess['call']>>;

let built: BuiltRunner;
let runner: RunnerProcess;
beforeAll(async () => {
  built = await buildRunner();
  runner = await RunnerProcess.start(built.directory);
  await runner.load(`
    import { defineTask, group, task } from '#ambit/runtime';
    ${interpreter}
    defineTask('main_env.program', async (program) => { await run(program); return 'done'; });
    defineTask('main_env.fine', () => 'fine');
  `);
});
afterAll(async () => {
  await runner.dispose();
  await built.dispose();
});

const said = (action: string): typeof runner.messages =>
  runner.messages.filter((message) => 'action' in message && message.action === action);

/** Runs a program, and answers one of its open calls at a time, whichever `pick` says. */
async function play(
  program: Program,
  picks: readonly number[],
): Promise<{ readonly action: string; readonly answered: readonly number[] }> {
  runner.messages.splice(0);
  const action = runner.begin('main_env.program', [program]);
  const answered: number[] = [];
  for (let turn = 0; ; turn += 1) {
    const isOpen = (message: { readonly action: string; readonly call: number }): boolean =>
      message.action === action && !answered.includes(message.call) && !cancelled(action).includes(message.call);
    const next = await Promise.race([runner.next('call', isOpen), runner.ended(action)]);
    if (next.type === 'ended') return { action, answered };
    const open = said(action).filter((message): message is Call => message.type === 'call' && isOpen(message));
    const call = open[(picks[turn % picks.length] ?? 0) % open.length]!;
    answered.push(call.call);
    if (decodeArgs(call.args)[0] === true) runner.fail(call, new Error('asked to'));
    else runner.succeed(call, 1);
  }
}

function cancelled(action: string): readonly number[] {
  return said(action).flatMap((message) => (message.type === 'call.cancel' ? [message.call] : []));
}

it('whatever a task does with its calls, it fails just where it rejects, or left something that does', async () => {
  await fc.assert(
    fc.asyncProperty(anyProgram, fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }), async (program, picks) => {
      const { action, answered } = await play(program, picks);
      const { outcome } = await runner.ended(action);
      const { rejects, leaves } = outcomeOf(program);
      expect(outcome.status, JSON.stringify(program)).toBe(rejects || leaves ? 'failed' : 'succeeded');

      // Calls have numbers in order; each was answered or cancelled.
      const calls = said(action).flatMap((message) => (message.type === 'call' ? [message.call] : []));
      expect(calls).toEqual(calls.map((_call, index) => index + 1));
      expect(calls.filter((call) => !answered.includes(call) && !cancelled(action).includes(call))).toEqual([]);

      // Nothing comes after the end, and the runner goes on.
      const before = said(action).length;
      expect(valueOf(await runner.run('main_env.fine'))).toBe('fine');
      expect(said(action)).toHaveLength(before);
    }),
    { numRuns: 150 },
  );
});
