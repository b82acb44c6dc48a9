import { docker } from '@ambit/docker';
import { behaviourConfig } from '../behaviour-config.ts';

export default behaviourConfig({ executor: docker(), builder: docker() });
