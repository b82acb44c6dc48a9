import { niceExecutor } from '../../../../../examples/own-executor/nice-executor.ts';
import { behaviourConfig } from '../behaviour-config.ts';

export default behaviourConfig({ executor: { type: 'nice', apiVersion: 1, executor: (host) => niceExecutor(host, { niceness: 1 }) } });
