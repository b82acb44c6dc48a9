import type { LogChunk, RunStore } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

export const logMutants: readonly Mutant<RunStore>[] = [
  {
    fault: 'logs that are taken for text',
    caughtBy: 'RS-LOG-01',
    members: (store) => ({
      readLog: (...args) =>
        map(store.readLog(...args), (chunk): LogChunk[] => [{ ...chunk, data: Buffer.from(Buffer.from(chunk.data).toString()) }]),
    }),
  },
  {
    fault: 'a last line that is not told',
    caughtBy: 'RS-LOG-02',
    members: (store) => ({
      async *readLog(...args) {
        let last: LogChunk | undefined;
        for await (const chunk of store.readLog(...args)) {
          if (last) yield last;
          last = chunk;
        }
      },
    }),
  },
  {
    fault: 'a log that ends after a page',
    caughtBy: 'RS-LOG-03',
    members: (store) => ({
      readLog: (...args) => {
        let count = 0;
        return map(store.readLog(...args), (chunk) => (++count > 100 ? [] : [chunk]));
      },
    }),
  },
  {
    fault: 'bytes that are kept as they are given',
    caughtBy: 'RS-LOG-04',
    members: (store) => {
      const kept: Uint8Array[] = [];
      return {
        writeLog: (run, epoch, attempt, stream, data, at) => {
          kept.push(data);
          return store.writeLog(run, epoch, attempt, stream, data, at);
        },
        readLog: (...args) => map(store.readLog(...args), (chunk) => [{ ...chunk, data: kept.shift() ?? chunk.data }]),
      };
    },
  },
  {
    fault: 'an ended log that goes on',
    caughtBy: 'RS-LOG-05',
    members: (store) => ({
      async *readLog(run, options, signal) {
        yield* store.readLog(run, options, signal);
        if (options.follow) await new Promise(() => undefined);
      },
    }),
  },
  {
    fault: 'an abort that is an error',
    caughtBy: 'RS-LOG-06',
    members: (store) => ({
      async *readLog(run, options, signal) {
        yield* store.readLog(run, options, signal);
        signal.throwIfAborted();
      },
    }),
  },
];
