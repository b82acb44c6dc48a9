import { expect, it } from 'vitest';
import { sharedBuilds } from '../../src/index.ts';
import type { BuildEvent, BuildRequest, BuiltImage, MakeImage } from '../../src/index.ts';

const identity = { digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' } as const;
const request: BuildRequest = { identity, base: { reference: 'debian' }, layers: [], parentLayers: 0, files: [] };
const image: BuiltImage = { identity, locations: [], durationMs: 1 };

function never(): AbortSignal {
  return new AbortController().signal;
}

async function collect(events: AsyncIterable<BuildEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of events) seen.push(event.type === 'log' ? event.text : event.type);
  return seen;
}

/** Work that goes on when it is told to. */
function held(): { readonly make: MakeImage; readonly go: () => void; readonly ends: string[]; begun: number } {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const work = {
    begun: 0,
    ends: [] as string[],
    go: () => go(),
    make: (async (_request, tell, signal) => {
      work.begun += 1;
      tell({ type: 'log', step: 1, stream: 'stdout', text: 'first' });
      await Promise.race([gate, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      work.ends.push(signal.aborted ? 'broken off' : 'made');
      signal.throwIfAborted();
      tell({ type: 'log', step: 1, stream: 'stdout', text: 'last' });
      return image;
    }) satisfies MakeImage,
  };
  return work;
}

it('is one build for all who ask at once, and each hears all of it', async () => {
  const work = held();
  const build = sharedBuilds(work.make);
  const early = collect(build(request, never()));
  await new Promise((resolve) => setImmediate(resolve));
  const late = collect(build(request, never()));
  work.go();
  expect(await Promise.all([early, late])).toEqual([
    ['first', 'last', 'built'],
    ['first', 'last', 'built'],
  ]);
  expect(work.begun).toBe(1);
});

it('builds another image, and one for another machine, by itself', async () => {
  const work = held();
  work.go();
  const build = sharedBuilds(work.make);
  const other = { ...request, identity: { ...identity, digest: `sha256:${'1'.repeat(64)}` as const } };
  await Promise.all([collect(build(request, never())), collect(build(other, never()))]);
  expect(work.begun).toBe(2);
});

it('is broken off when the last who waits has left, and not before', async () => {
  const work = held();
  const build = sharedBuilds(work.make);
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [collect(build(request, first.signal)), collect(build(request, second.signal))];
  await new Promise((resolve) => setImmediate(resolve));
  first.abort();
  await expect(waiting[0]).rejects.toThrow();
  expect(work.ends).toEqual([]);
  second.abort();
  await expect(waiting[1]).rejects.toThrow();
  expect(work.ends).toEqual(['broken off']);
});

it('is broken off before one who stops listening goes on', async () => {
  const work = held();
  for await (const event of sharedBuilds(work.make)(request, never())) {
    expect(event.type).toBe('log');
    break;
  }
  expect(work.ends).toEqual(['broken off']);
});

it('begins anew after a failure, and after it was broken off', async () => {
  const answers = [Promise.reject(new Error('the registry is away')), Promise.resolve(image)];
  answers[0]?.catch(() => undefined);
  const build = sharedBuilds(() => answers.shift() ?? Promise.resolve(image));
  await expect(collect(build(request, never()))).rejects.toThrow('the registry is away');
  expect(await collect(build(request, never()))).toEqual(['built']);
  const work = held();
  const again = sharedBuilds(work.make);
  for await (const _ of again(request, never())) break;
  work.go();
  expect(await collect(again(request, never()))).toEqual(['first', 'last', 'built']);
});

it('does no work for one who was gone before', async () => {
  const work = held();
  await expect(collect(sharedBuilds(work.make)(request, AbortSignal.abort()))).rejects.toThrow();
  expect(work.begun).toBe(0);
});

it('is a build of its own where the image is pushed somewhere else', async () => {
  const work = held();
  const build = sharedBuilds(work.make);
  const builds = [request, { ...request, push: { repository: 'a/b' } }].map((each) => collect(build(each, never())));
  work.go();
  await Promise.all(builds);
  expect(work.begun).toBe(2);
});
