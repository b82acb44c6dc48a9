import { behaviourClauses } from '@ambit/testkit';
import { afterAll, it } from 'vitest';
import { CutProxy } from '../../../../tools/cut-proxy.ts';
import { describeBehaviour } from './describe-behaviour.ts';

const engine = process.env['DOCKER_HOST'];
/** What depends on how workers are connected to: here it is through the engine, and much or little travels. */
const clauses = behaviourClauses.filter(({ id }) => /^TB-(VALUES-05|FILES|LOGS|CANCEL|LOST-05|ENGINE)/.test(id));

if (engine === undefined) it.skip('tasks on docker of an engine at a port [needs docker]');
else {
  const port = new CutProxy(engine.replace('unix://', ''), 'port');
  await port.join();
  process.env['AMBIT_TEST_ENGINE_AT_PORT'] = port.host;
  afterAll(() => port.cut());
  const options = { config: new URL('./places/docker-at-port.ts', import.meta.url), patienceMs: 60_000 };
  describeBehaviour('docker of an engine at a port', options, clauses);
}
