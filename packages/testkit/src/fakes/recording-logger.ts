import type { Logger } from '@ambit/plugin-api';

export interface LogEntry {
  readonly level: keyof Logger;
  readonly message: string;
  readonly facts?: object;
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly entries: LogEntry[];
}

export function recordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, facts?: object): void => {
      entries.push({ level, message, ...(facts ? { facts } : {}) });
    };
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
