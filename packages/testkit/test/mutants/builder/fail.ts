import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { MemoryBuilder } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { unheard } from '../wrong.ts';

export const failMutants: readonly Mutant<MemoryBuilder>[] = [
  {
    fault: 'a failure without facts',
    caughtBy: 'BU-FAIL-01',
    members: (builder) => ({
      async *build(request, signal) {
        try {
          yield* builder.build(request, signal);
        } catch (error) {
          throw AmbitError.is(error) ? new AmbitError('AMBIT_BUILD_FAILED', error.message, { hint: error.hint }) : error;
        }
      },
    }),
  },
  {
    fault: 'an image that is there though its build was cancelled',
    caughtBy: 'BU-CANCEL-01',
    members: (builder) => ({
      exists: async ({ digest, platform }) => ({
        exists: 'yes',
        image: { identity: { digest, platform }, locations: [], durationMs: builder.built.length },
      }),
    }),
  },
  {
    fault: 'work for nobody',
    caughtBy: 'BU-CANCEL-03',
    members: (builder) => ({ build: (request) => builder.build(request, new AbortController().signal) }),
  },
  {
    fault: 'a failure for good',
    caughtBy: 'BU-FAIL-02',
    members: (builder) => {
      const failures = new Map<Digest, unknown>();
      return {
        async *build(request, signal) {
          const { digest } = request.identity;
          if (failures.has(digest)) throw failures.get(digest);
          try {
            yield* builder.build(request, signal);
          } catch (error) {
            failures.set(digest, error);
            throw error;
          }
        },
      };
    },
  },
  {
    fault: 'a failure for the first who asked',
    caughtBy: 'BU-FAIL-03',
    members: (builder) => {
      const asked = new Set<Digest>();
      return {
        async *build(request, signal) {
          const { digest } = request.identity;
          const isFirst = !asked.has(digest);
          asked.add(digest);
          try {
            yield* builder.build(request, signal);
          } catch (error) {
            if (isFirst) throw error;
          }
        },
      };
    },
  },
  {
    fault: 'a failure of all that come after it',
    caughtBy: 'BU-FAIL-04',
    members: (builder) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        async *build(request, signal) {
          const before = last;
          let end = (): void => undefined;
          let fail: (error: unknown) => void = () => undefined;
          last = new Promise<void>((resolve, reject) => ([end, fail] = [resolve, reject]));
          last.catch(() => undefined);
          try {
            await before;
            yield* builder.build(request, signal);
            end();
          } catch (error) {
            fail(error);
            throw error;
          }
        },
      };
    },
  },
  {
    fault: 'a build that goes on though nobody looks',
    caughtBy: 'BU-CANCEL-02',
    members: (builder) => ({
      async *build(request) {
        const events = builder.build(request, unheard())[Symbol.asyncIterator]();
        let isOver = false;
        try {
          for (let next = await events.next(); !next.done; next = await events.next()) yield next.value;
          isOver = true;
        } finally {
          const drain = async (): Promise<void> => {
            while (!(await events.next()).done) continue;
          };
          if (!isOver) void drain().catch(() => undefined);
        }
      },
    }),
  },
  {
    fault: 'an abort of everything',
    caughtBy: 'BU-CANCEL-04',
    members: (builder) => {
      const all = new AbortController();
      return {
        build: (request, signal) => {
          signal.addEventListener('abort', () => all.abort());
          return builder.build(request, AbortSignal.any([signal, all.signal]));
        },
      };
    },
  },
];
