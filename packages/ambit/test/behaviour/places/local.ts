import { local } from '@ambit/local';
import { behaviourConfig } from '../behaviour-config.ts';

export default behaviourConfig({ executor: local() });
