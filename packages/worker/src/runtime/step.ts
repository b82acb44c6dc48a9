import { checkText } from '@ambit/plugin-api';
import { workerFacts } from './worker-facts.ts';

const owner = { title: 'step', facts: { call: 'step' } };
const wanted = { expected: 'text', example: `const seed = await step('seed', () => Math.random())` };

/**
 * Runs `fn` and records what it gives: what is not the same each time (the clock, chance, the state of the world) belongs in a
 * step, so that a task which is run again decides as it did before. The value must be one that can travel. Outside of a run it
 * is just `fn`.
 */
export async function step<R>(name: string, fn: () => R | PromiseLike<R>): Promise<R> {
  const checked = checkText(owner, 'the name', name, wanted);
  const worker = workerFacts();
  return worker === undefined ? fn() : worker.step(checked, fn);
}
