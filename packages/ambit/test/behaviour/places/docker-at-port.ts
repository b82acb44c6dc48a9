import { docker } from '@ambit/docker';
import { behaviourConfig } from '../behaviour-config.ts';

const engine = docker({ host: process.env['AMBIT_TEST_ENGINE_AT_PORT'] ?? '' });

export default behaviourConfig({ executor: engine, builder: engine });
