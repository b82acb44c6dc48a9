import { behaviourClauses } from '@ambit/testkit';
import { describeBehaviour } from './describe-behaviour.ts';

/** What an executor has its part in; the rest is between engine and worker, whoever starts that. */
const clauses = behaviourClauses.filter(({ id }) => /^TB-(WORLD|CANCEL|TIMEOUT|LOST|ENGINE|MEMORY|RESOURCES)-/.test(id));

describeBehaviour('processes that nothing proves to be gone', { config: new URL('./places/plain-processes.ts', import.meta.url) }, clauses);
