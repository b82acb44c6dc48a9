import { it } from 'vitest';
import { describeBehaviour } from './describe-behaviour.ts';

if (process.env['DOCKER_HOST'] === undefined) it.skip('tasks on docker [needs docker]');
else describeBehaviour('docker', { config: new URL('./places/docker.ts', import.meta.url), patienceMs: 60_000 });
