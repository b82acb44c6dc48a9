const events = ['uncaughtException', 'unhandledRejection'] as const;

/** Errors that nobody catches, for as long as it is open. */
export interface StrayErrors {
  /** Those since the last time. */
  take(): readonly unknown[];
  close(): void;
}

/** A plugin's errors that nobody catches are its fault, not the end of this process. Who listened for them before is asked later again. */
export function catchStrayErrors(): StrayErrors {
  const errors: unknown[] = [];
  const caught = (error: unknown): void => void errors.push(error);
  const before = events.map((event) => process.rawListeners(event));
  for (const event of events) {
    process.removeAllListeners(event);
    process.on(event, caught);
  }
  return {
    take: () => errors.splice(0),
    close: () => {
      for (const [index, event] of events.entries()) {
        process.off(event, caught);
        for (const listener of before[index] ?? []) process.on(event, listener as () => void);
      }
    },
  };
}
