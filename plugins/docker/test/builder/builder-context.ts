import type { BuildRequest } from '@ambit/plugin-api';
import type { BuilderContext } from '@ambit/testkit';
import { DockerPlace } from './docker-place.ts';
import { renderedRequest } from './rendered-request.ts';

/** What builder clauses run against: commands that ask this machine whether they may go on. */
export async function dockerContext(): Promise<BuilderContext> {
  const place = await DockerPlace.open();
  const counts = new Map<string, string>();
  const request = (name: string, before = 'true'): BuildRequest => {
    const count = `tell/${name}`;
    const made = place.request([
      { kind: 'env', variables: { NAME: name } },
      { kind: 'commands', commands: [`: ${place.nonce}; ${before} && ${place.ask(count)}`] },
    ]);
    counts.set(made.identity.digest, count);
    return made;
  };
  return {
    patienceMs: 60_000,
    open: () => place.builder(),
    request: (name) => request(name),
    render: renderedRequest,
    failing: () => request('failing', `${place.ask('mended')}`),
    mend: async () => place.server.allow('mended'),
    slow() {
      const wait = `${place.ask('tell/begun')} && while ! ${place.ask('finish')} 2>/dev/null; do sleep 0.1; done`;
      return { request: request('slow', wait), begun: place.server.told('tell/begun'), finish: () => place.server.allow('finish') };
    },
    timesBuilt: async ({ identity }) => place.server.count(counts.get(identity.digest) ?? ''),
    leftovers: () => place.leftovers(),
    dispose: () => place.dispose(),
  };
}
