import { behaviourSecrets } from '@ambit/testkit';
import { ends, errors, logs, output, text, values } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const token = behaviourSecrets['BEHAVIOUR_TOKEN']!;
const base64 = Buffer.from(` ${token}`).toString('base64');

export const outputMutants: readonly Mutant[] = [
  { fault: 'chunks out of order', caughtBy: 'TB-LOGS-01', members: logs((chunks) => [...chunks].reverse()) },
  { fault: 'lines that are dropped', caughtBy: 'TB-LOGS-01', members: text(/^err 77\n/m, '') },
  { fault: 'whole lines only', caughtBy: 'TB-LOGS-02', members: text(/[^\n]+$/, '') },
  { fault: 'output that is read as text', caughtBy: 'TB-LOGS-03', members: output((data) => Buffer.from(data.toString())) },
  {
    fault: 'carriage returns that are tidied up',
    caughtBy: 'TB-LOGS-03',
    members: output((data) => Buffer.from(data.toString('latin1').replaceAll('\r', ''), 'latin1')),
  },
  { fault: 'lines that are cut at a megabyte', caughtBy: 'TB-LOGS-04', members: output((data) => data.subarray(0, 2 ** 20)) },
  { fault: 'the first half only', caughtBy: 'TB-LOGS-05', members: output((data) => data.subarray(0, data.length / 2 + 1000)) },
  { fault: 'a gap without a marker', caughtBy: 'TB-LOGS-05', members: text(/^(?!z*$|the).*$/m, '') },
  { fault: 'output without end', caughtBy: 'TB-LOGS-05', members: output((data) => Buffer.concat([data, data])) },
  { fault: 'one stream for both', caughtBy: 'TB-LOGS-06', members: output((data) => data) },
  {
    fault: 'output of one attempt for all',
    caughtBy: 'TB-LOGS-07',
    members: logs((chunks) => chunks.map((chunk) => ({ ...chunk, attempt: chunks[0]!.attempt }))),
  },
  {
    fault: 'secrets for everybody',
    caughtBy: 'TB-SECRETS-01',
    members: values<object>((told) => ({ ...told, others: ['TOKEN'] })),
  },
  { fault: 'files of secrets that all may read', caughtBy: 'TB-SECRETS-01', members: values<object>((told) => ({ ...told, mode: 0o644 })) },
  { fault: 'files of secrets that stay', caughtBy: 'TB-SECRETS-02', members: values(() => false) },
  { fault: 'secrets that are split over writes', caughtBy: 'TB-SECRETS-03', members: text(/^split \*+/m, `split ${token}`) },
  { fault: 'secrets in base64', caughtBy: 'TB-SECRETS-03', members: text(/^base64 (.*?)\*+/m, `base64 $1*** ${base64}`) },
  { fault: 'lines of a secret', caughtBy: 'TB-SECRETS-03', members: text(/^child/m, 'second line of the key\nchild') },
  { fault: 'output that is left out with its secrets', caughtBy: 'TB-SECRETS-03', members: text(/^child .*\n/m, '') },
  {
    fault: 'secrets in causes',
    caughtBy: 'TB-SECRETS-04',
    members: errors((error) => ({ ...error, cause: { code: 'AMBIT_TASK_FAILED', message: `since ${token}` } })),
  },
  {
    fault: 'results whose secrets are crossed out',
    caughtBy: 'TB-SECRETS-05',
    members: ends((end) => ({ ...end, outcome: { status: 'succeeded', value: { answer: ['***'] } } })),
  },
  { fault: 'secrets in the variables that a worker is started with', caughtBy: 'TB-SECRETS-06', members: values(() => ['environ']) },
];
