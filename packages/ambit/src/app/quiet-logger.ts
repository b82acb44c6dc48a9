import type { Logger } from '@ambit/plugin-api';

/** Programs that start runs get results and errors, no messages. */
export const quietLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
