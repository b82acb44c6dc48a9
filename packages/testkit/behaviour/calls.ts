import { TaskEnvironment, taskContext } from 'ambit';

const resources = { cpu: 0.1 };
const leaf = new TaskEnvironment({ name: 'leaf_env', resources });
const branch = new TaskEnvironment({ name: 'branch_env', resources, dependsOn: [leaf] });
const trunk = new TaskEnvironment({ name: 'trunk_env', resources, dependsOn: [branch, leaf] });

export const addOne = leaf.task('add_one', async (n: number) => n + 1);
export const twice = branch.task('twice', async (n: number) => (await addOne(n)) + (await addOne(n)));
export const deep = trunk.task('deep', async (n: number) => Promise.all([twice(n), twice(n + 1)]));
export const fan = trunk.task('fan', async (count: number) =>
  addOne.map(
    Array.from({ length: count }, (_, i) => i),
    { concurrency: 20 },
  ),
);

/** Waits until it is ended. */
export const holds = leaf.task('holds', async (n: number) => {
  console.log(`here is ${n}`);
  await new Promise((resolve) => taskContext()!.signal.addEventListener('abort', resolve));
});
export const atOnce = trunk.task('at_once', async (count: number) => Promise.all(Array.from({ length: count }, (_, i) => holds(i))));

export const pid = leaf.task('pid', async () => process.pid);
export const oneByOne = trunk.task('one_by_one', async (count: number) => {
  const pids: number[] = [];
  for (let i = 0; i < count; i += 1) pids.push(await pid());
  return pids;
});

/** Calls itself. */
export const countdown = leaf.task('countdown', async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await again(n - 1))));
function again(n: number): Promise<number> {
  return countdown(n);
}
