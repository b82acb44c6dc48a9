import type { Logger } from '@ambit/plugin-api';
import type { AnyConfig } from '../config/config.ts';
import type { Directories } from '../directories.ts';

export interface AppOptions {
  readonly config: AnyConfig;
  readonly directories: Directories;
  readonly log: Logger;
}
