import type { LoadedProject } from '@ambit/bundler';
import type { Answer, FactRequest, Facts, ReferenceFacts, SecretFacts } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { SecretSource } from '@ambit/plugin-api';
import type { EngineParts } from '../engine.ts';
import { executorNamed } from './descriptions.ts';
import type { Descriptions } from './descriptions.ts';
import { optionsFacts } from './options-facts.ts';

export interface FactSources extends Pick<EngineParts, 'readFiles' | 'secrets' | 'executors' | 'optionsSchemas'> {
  readonly project: LoadedProject;
  readonly descriptions: Descriptions;
}

/** Answers the planner's questions, all at once. What cannot be found out is an answer too. */
export async function gatherFacts(requests: readonly FactRequest[], sources: FactSources, signal: AbortSignal): Promise<Facts> {
  const answers = await Promise.all(
    requests.map(async (request) => ({ request, found: await answer(() => ask(request, sources, signal), signal) })),
  );
  const of = (kind: FactRequest['kind']): Record<string, unknown> =>
    Object.fromEntries(answers.filter(({ request }) => request.kind === kind).map(({ request, found }) => [request.key, found]));
  const [builders, executors, references, options] = [of('builder'), of('executor'), of('reference'), of('options')];
  return { files: of('files'), bundles: of('bundle'), builders, executors, secrets: of('secret'), references, options } as Facts;
}

function ask(request: FactRequest, sources: FactSources, signal: AbortSignal): Promise<unknown> {
  switch (request.kind) {
    case 'files':
      return sources.readFiles(request, signal);
    case 'bundle':
      return sources.project.bundle(request.environment);
    case 'builder':
      return sources.descriptions.builder(request.key, signal, request.python ? { python: true } : {});
    case 'executor':
      return sources.descriptions.executor(request.key, signal);
    case 'options':
      return optionsFacts(request.options, sources.optionsSchemas?.get(request.executor));
    case 'reference':
      return findImage(sources.executors, request, signal);
    case 'secret':
      return whoHas(request.key, sources.secrets ?? [], signal);
  }
}

async function findImage(
  executors: FactSources['executors'],
  { executor, reference }: Extract<FactRequest, { kind: 'reference' }>,
  signal: AbortSignal,
): Promise<ReferenceFacts> {
  const reason = `the executor ${executor} does not say whether it can have it`;
  return (await executorNamed(executors, executor).findImage?.(reference, signal)) ?? { found: 'unknown', reason };
}

async function whoHas(name: string, sources: readonly SecretSource[], signal: AbortSignal): Promise<SecretFacts> {
  const asked: string[] = [];
  for (const source of sources) {
    asked.push(source.name);
    if (await source.has(name, signal)) return { found: true, asked };
  }
  return { found: false, asked };
}

async function answer<T>(find: () => Promise<T>, signal: AbortSignal): Promise<Answer<T>> {
  try {
    return await find();
  } catch (error) {
    signal.throwIfAborted();
    const failed = error instanceof Error ? error.message : String(error);
    return AmbitError.is(error) ? { failed, code: error.code } : { failed };
  }
}
