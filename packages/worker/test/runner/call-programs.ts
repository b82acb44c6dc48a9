import fc from 'fast-check';

/** What a task does, as data: calls of a child, and all that may stand around them. */
export type Program =
  | { readonly kind: 'call'; readonly fails: boolean }
  | { readonly kind: 'throw' }
  | { readonly kind: 'map'; readonly fails: readonly boolean[]; readonly concurrency: number; readonly finish: boolean }
  | { readonly kind: 'all' | 'in-turn'; readonly parts: readonly Program[] }
  | { readonly kind: 'caught' | 'left' | 'group' | 'later'; readonly part: Program };

/** A program as the body of a task: `run(program)`. The child is told whether it is to fail. */
export const interpreter = `
  const child = task('child_env.child');
  const run = async (program) => {
    switch (program.kind) {
      case 'call': return child(program.fails);
      case 'throw': throw new Error('thrown');
      case 'map': {
        const { fails, concurrency, finish } = program;
        return child.map(fails, { concurrency, onError: finish ? 'finish-others' : 'cancel-others' });
      }
      case 'all': return Promise.all(program.parts.map(run));
      case 'in-turn': for (const part of program.parts) await run(part); return;
      case 'caught': return run(program.part).catch(() => 'caught');
      case 'left': void run(program.part); return;
      case 'group': return group('g', () => run(program.part));
      case 'later': await new Promise((resolve) => setTimeout(resolve, 1)); return run(program.part);
    }
  };
`;

const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('call' as const), fails: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('map' as const),
      fails: fc.array(fc.boolean(), { maxLength: 4 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      finish: fc.boolean(),
    }),
  },
);

type Place = 'awaited' | 'beside others' | 'left';

function programs(depth: number, place: Place): fc.Arbitrary<Program> {
  // What nobody handles and no call of a task threw would end the runner.
  const thrown: fc.Arbitrary<Program>[] = place === 'left' ? [] : [fc.constant({ kind: 'throw' as const })];
  const end = fc.oneof({ weight: 6, arbitrary: leaf }, ...thrown.map((arbitrary) => ({ weight: 1, arbitrary })));
  if (depth === 0) return end;
  const inner = programs(depth - 1, place);
  const beside = programs(depth - 1, place === 'left' ? 'left' : 'beside others');
  // What waits for something other than a task, and is not awaited, may call when all is over.
  const around = ['caught', 'group', ...(place === 'awaited' ? ['later' as const] : [])] as const;
  return fc.oneof(
    { weight: 2, arbitrary: end },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('all' as const), parts: fc.array(beside, { maxLength: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('in-turn' as const), parts: fc.array(inner, { maxLength: 3 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...around), part: inner }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('left' as const), part: programs(depth - 1, 'left') }) },
  );
}

export const anyProgram = programs(3, 'awaited');

/** What becomes of a program: whether it rejects, and whether something that it left alone does. */
export function outcomeOf(program: Program): { readonly rejects: boolean; readonly leaves: boolean } {
  switch (program.kind) {
    case 'call':
      return { rejects: program.fails, leaves: false };
    case 'throw':
      return { rejects: true, leaves: false };
    case 'map':
      return { rejects: program.fails.includes(true), leaves: false };
    case 'all': {
      const parts = program.parts.map(outcomeOf);
      return { rejects: parts.some(({ rejects }) => rejects), leaves: parts.some(({ leaves }) => leaves) };
    }
    case 'in-turn': {
      const parts = program.parts.map(outcomeOf);
      const first = parts.findIndex(({ rejects }) => rejects);
      const reached = first < 0 ? parts : parts.slice(0, first + 1);
      return { rejects: first >= 0, leaves: reached.some(({ leaves }) => leaves) };
    }
    case 'caught':
      return { ...outcomeOf(program.part), rejects: false };
    case 'left': {
      const { rejects, leaves } = outcomeOf(program.part);
      return { rejects: false, leaves: rejects || leaves };
    }
    case 'group':
    case 'later':
      return outcomeOf(program.part);
  }
}
