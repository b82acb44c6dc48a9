import { inspect } from 'node:util';
import type { BehaviourContext, BehaviourEnd } from '@ambit/testkit';

/**
 * A context that runs a task once for all that only want to know how it ended: what a wrong place makes of that is the
 * matter of each. `known`: how which runs ended.
 */
export function rememberedRuns(right: BehaviourContext, known: Map<string, BehaviourEnd>): BehaviourContext {
  const start: BehaviourContext['start'] = async (task, args, options) => {
    const key = inspect([task, args, options], { depth: null });
    const end = known.get(key);
    if (end) return { name: 'remembered', says: () => unheard(task), cancel: () => unheard(task), end: async () => end };
    const run = await right.start(task, args, options);
    let isTouched = false;
    const touch = <T>(result: T): T => {
      isTouched = true;
      return result;
    };
    return {
      name: run.name,
      says: (text) => touch(run.says(text)),
      cancel: (reason) => touch(run.cancel(reason)),
      end: async () => {
        const ended = await run.end();
        if (!isTouched) known.set(key, ended);
        return ended;
      },
    };
  };
  return { ...right, start };
}

async function unheard(task: string): Promise<never> {
  throw new TypeError(`${task} has ended: nothing more is heard of it`);
}
