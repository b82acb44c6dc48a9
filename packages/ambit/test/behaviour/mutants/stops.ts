import { data, ends, errors, runs, text, values } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const proof = { worker: 'stop-env-1', mechanism: 'pid-namespace', detail: 'believe me' } as const;

export const stopMutants: readonly Mutant[] = [
  {
    fault: 'tasks that are not asked',
    caughtBy: 'TB-CANCEL-01',
    members: text(/asked[^]*/, ''),
  },
  {
    fault: 'a cancel that forgets its reason',
    caughtBy: 'TB-CANCEL-01',
    members: runs((run) => ({ cancel: () => run.cancel('it was cancelled') })),
  },
  {
    fault: 'a confirmation without a proof',
    caughtBy: 'TB-CANCEL-02',
    members: runs((run) => ({ cancel: async (reason) => ({ ...(await run.cancel(reason)), confirmed: true, evidence: [] }) })),
  },
  {
    fault: 'a proof of another kind than claimed',
    caughtBy: 'TB-CANCEL-02',
    members: runs((run) => ({
      cancel: async (reason) => {
        const { confirmed, evidence } = await run.cancel(reason);
        return { confirmed, evidence: evidence.map((each) => ({ ...each, mechanism: 'pod' as const })) };
      },
    })),
  },
  {
    fault: 'a cancel that stops nothing',
    caughtBy: 'TB-CANCEL-03',
    members: runs(() => ({ cancel: async () => ({ confirmed: true, evidence: [proof] }) })),
  },
  {
    fault: 'children that finish',
    caughtBy: 'TB-CANCEL-04',
    members: data('action.ended', (ended) => ({ ...ended, status: 'succeeded' })),
  },
  { fault: 'workers that stay', caughtBy: 'TB-CANCEL-04', members: () => ({ living: async () => ['stop-env-1'] }) },
  {
    fault: 'children that nobody wants',
    caughtBy: 'TB-CANCEL-05',
    members: data('action.ended', (ended) => ({ ...ended, status: ended['status'] === 'cancelled' ? 'succeeded' : ended['status'] })),
  },
  { fault: 'a timeout as a failure of the task', caughtBy: 'TB-TIMEOUT-01', members: errors((error) => ({ ...error, failure: 'user' })) },
  {
    fault: 'no second try after a timeout',
    caughtBy: 'TB-TIMEOUT-01',
    members: ends((end) => ({ ...end, events: end.events.filter(({ data: each }) => (each as { attempt?: number }).attempt !== 2) })),
  },
  { fault: 'processes that outlive a timeout', caughtBy: 'TB-TIMEOUT-02', members: () => ({ processLives: async () => true }) },
  {
    fault: 'a lost attempt that has failed',
    caughtBy: 'TB-LOST-01',
    members: data('attempt.ended', (ended) => ({ ...ended, outcome: ended['outcome'] === 'lost' ? 'failed' : ended['outcome'] })),
  },
  {
    fault: 'one budget for all failures',
    caughtBy: 'TB-LOST-02',
    members: (right) => ({ start: (task) => right.start(task, [100, false]) }),
  },
  { fault: 'losses as a failure of the task', caughtBy: 'TB-LOST-03', members: errors((error) => ({ ...error, failure: 'user' })) },
  { fault: 'tries without end', caughtBy: 'TB-LOST-03', members: errors((error) => ({ ...error, attempt: 100 })) },
  { fault: 'callers that start again', caughtBy: 'TB-LOST-04', members: values(() => [2, 2]) },
  {
    fault: 'the next attempt in the dead worker',
    caughtBy: 'TB-LOST-05',
    members: ends((end) => {
      const first = end.events.find(({ type }) => type === 'attempt.placed');
      return {
        ...end,
        events: end.events.map((event) =>
          event.type === 'attempt.placed'
            ? { ...event, data: { ...(event.data as object), worker: (first?.data as { worker: string }).worker } }
            : event,
        ),
      };
    }),
  },
  {
    fault: 'an engine that nobody killed',
    caughtBy: 'TB-ENGINE-01',
    members: (right) => ({ startApart: async (...args) => ({ ...(await right.startApart(...args)), killEngine: async () => undefined }) }),
  },
  {
    fault: 'workers that wait for ever',
    caughtBy: 'TB-ENGINE-01',
    members: () => ({ living: async () => ['lost-env-1'] }),
  },
  {
    fault: 'timeouts that end with their engine',
    caughtBy: 'TB-ENGINE-02',
    members: () => ({ processLives: async () => true }),
  },
];
