import { definePlugin } from '@ambit/plugin-api';
import { defineConfig } from 'ambit';
import { niceExecutor } from './nice-executor.ts';

export default defineConfig({
  executors: {
    nice: definePlugin({ type: 'nice', apiVersion: 1, stateVersion: 1, executor: (host) => niceExecutor(host, { niceness: 10 }) }),
  },
  environments: { background_env: { executor: 'nice' } },
});
