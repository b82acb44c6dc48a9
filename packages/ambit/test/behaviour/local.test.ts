import { describeBehaviour } from './describe-behaviour.ts';

describeBehaviour('local', { config: new URL('./places/local.ts', import.meta.url) });
