import { inspect } from 'node:util';
import { TaskEnvironment } from 'ambit';

const far = new TaskEnvironment({ name: 'far_env' });
const near = new TaskEnvironment({ name: 'near_env', dependsOn: [far] });

const shown = (value: unknown): string => inspect(value, { depth: 20, maxArrayLength: 50, maxStringLength: 500 });

/** What arrives, and how it looks there. */
export const echo = far.task('echo', async (value: unknown) => ({ seen: shown(value), value }));

/** There and back again: how the value looks on each of its ways, and what is left of it. */
export const roundTrip = near.task('round_trip', async (value: unknown) => {
  const there = await echo(value);
  return { seen: [shown(value), there.seen, shown(there.value)], value: there.value };
});

/** A text that is made here, and measured there. */
export const large = near.task('large', async (size: number) => {
  const { value } = await echo({ text: 'ü'.repeat(size), bytes: new Uint8Array(size).fill(7) });
  return value;
});

export const refusedArgument = near.task('refused_argument', async () => {
  try {
    await echo({ items: [0, 1, 2, { callback: () => 1 }] });
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message };
  }
});

class Model {
  weights = [1];
}
export const refusedResult = far.task('refused_result', async (): Promise<object> => ({ folds: [{ model: new Model() }] }));
