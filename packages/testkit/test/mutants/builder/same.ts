import type { BuildEvent, Digest } from '@ambit/plugin-api';
import { memoryBuilder } from '@ambit/testkit';
import type { MemoryBuilder } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

let instances = 0;

export const sameMutants: readonly Mutant<MemoryBuilder>[] = [
  {
    fault: 'a build for each who asks',
    caughtBy: 'BU-SAME-01',
    members: (builder) => {
      const extra = memoryBuilder();
      let asked = 0;
      return {
        get built() {
          return [...builder.built, ...extra.built];
        },
        build: (request, signal) => (asked++ === 0 ? builder : extra).build(request, signal),
      };
    },
  },
  {
    fault: 'an end for all where one leaves',
    caughtBy: 'BU-SAME-02',
    members: (builder) => {
      const ends = new Map<Digest, AbortController>();
      return {
        build: (request, signal) => {
          const { digest } = request.identity;
          const end = ends.get(digest) ?? new AbortController();
          ends.set(digest, end);
          signal.addEventListener('abort', () => end.abort());
          return builder.build(request, AbortSignal.any([signal, end.signal]));
        },
      };
    },
  },
  {
    fault: 'a place for each instance',
    caughtBy: 'BU-SAME-03',
    members: (builder) => {
      const path = `/memory/instance-${++instances}`;
      return {
        build: (...args) =>
          map(builder.build(...args), (event): BuildEvent[] =>
            event.type === 'built'
              ? [{ type: 'built', image: { ...event.image, locations: [{ kind: 'host-directory', machine: 'far', path }] } }]
              : [event],
          ),
      };
    },
  },
];
