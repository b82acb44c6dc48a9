import { local } from '@ambit/local';
import { behaviourConfig } from '../behaviour-config.ts';

const gpu = { model: 'A100', memory: '40Gi' };

export default behaviourConfig({
  executor: local({
    gpus: [
      { id: 'GPU-1', ...gpu },
      { id: 'GPU-2', ...gpu },
    ],
  }),
});
