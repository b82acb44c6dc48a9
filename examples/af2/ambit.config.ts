import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';

export default defineConfig({
  builders: { docker: docker() },
  executors: { docker: docker() },
  // Without a profile all is built and run on this machine, and no engine is asked.
  profiles: {
    docker: { builder: 'docker', executor: 'docker' },
    mixed: { environments: { fold_env: { builder: 'docker', executor: 'docker' } } },
  },
});
