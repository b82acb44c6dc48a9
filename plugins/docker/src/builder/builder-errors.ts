import { AmbitError } from '@ambit/plugin-api';
import type { ImageIdentity, Json } from '@ambit/plugin-api';
import type { BuildFailure } from './build-watch.ts';

export function isFull(text: string): boolean {
  return /no space left on device|disk quota exceeded|\bENOSPC\b/i.test(text);
}

/** Engines say the innermost cause twice: `manifest unknown: manifest unknown`. */
function withoutEcho(reason: string): string {
  return reason.replace(/\b([^:]+): \1$/, '$1');
}

export function buildFailed({ digest }: ImageIdentity, failure: BuildFailure, of: number): AmbitError {
  const { instruction, step, exitCode, reason, log } = failure;
  const layer = instruction ? instruction.layer : failure.layer;
  const name = instruction?.name ?? 'the Dockerfile';
  const facts: Record<string, Json> = {
    ...(step !== undefined && { step, of }),
    ...(layer !== undefined && { layer }),
    ...(instruction && { command: instruction.command }),
    ...(exitCode !== undefined && { exitCode }),
    log,
  };
  const image = digest.slice(0, 19);
  if (isFull(`${reason}\n${log}`))
    return new AmbitError(
      'AMBIT_BUILD_NO_SPACE',
      `There is no space left on the disk of the Docker engine for "${name}" of the image ${image}.`,
      {
        hint: 'See docker system df, and make room there: docker builder prune, docker image prune.',
        facts,
      },
    );
  const what = exitCode === undefined ? `could not be done: ${withoutEcho(reason)}` : `ended with exit code ${exitCode}`;
  return new AmbitError('AMBIT_BUILD_FAILED', `The image ${image} could not be built: "${name}" ${what}.`, {
    hint: hintOf(failure),
    facts,
  });
}

function hintOf({ exitCode, log, instruction }: BuildFailure): string {
  if (exitCode === 137) return 'It was killed, most likely for want of memory: give the engine more, or do less at once.';
  if (log !== '') return 'Read the end of the log, and correct this layer.';
  if (exitCode !== undefined) return 'Correct this layer. It wrote nothing: have it say what it does.';
  return instruction ? 'Correct this layer.' : 'Correct the Dockerfile.';
}

export function baseMissing(reference: string, reason: string): AmbitError {
  const isRefused = /unauthorized|denied|authentication|credentials|forbidden/i.test(reason);
  const isAbsent = /not found|manifest unknown|no matching manifest|does not match the specified platform/i.test(reason);
  const host = reference.includes('/') ? reference.split('/')[0] : 'docker.io';
  const hint = isRefused
    ? `Log in to it (docker login ${host}), or give registries in docker({ registries }); see that the name is right.`
    : isAbsent
      ? 'Correct the name or the tag of the base; see that there is one for this platform.'
      : 'See that the engine reaches the registry, then try again.';
  return new AmbitError(
    'AMBIT_BUILD_BASE_MISSING',
    `The image ${reference}, on which another is to be built, cannot be pulled: ${withoutEcho(reason)}.`,
    {
      hint,
      facts: { reference, reason },
    },
  );
}

export function pushFailed(reference: string, reason: string, username: string | undefined): AmbitError {
  if (!/unauthorized|denied|authentication|credentials|forbidden/i.test(reason))
    return new AmbitError(
      'AMBIT_BUILD_PUSH_FAILED',
      `The image was built, and could not be pushed as ${reference}: ${withoutEcho(reason)}.`,
      {
        hint: 'See that the engine reaches the registry, then try again: what is built is kept.',
        facts: { reference, reason },
      },
    );
  const who = username === undefined ? 'there is no login for it' : `the registry refuses the login of ${username}`;
  return new AmbitError(
    'AMBIT_BUILD_PUSH_DENIED',
    `The image was built, and could not be pushed as ${reference}: ${who} (${withoutEcho(reason)}).`,
    {
      hint: 'Log in with docker login, or correct the login in docker({ registries }); see that it may write there.',
      facts: { reference, reason, ...(username !== undefined && { username }) },
    },
  );
}

export function wrongPlatform(wanted: string, offered: string): AmbitError {
  return new AmbitError('AMBIT_BUILD_PLATFORM', `An image for ${wanted} was asked for, and the Docker engine builds for ${offered}.`, {
    hint: `Use an engine of that platform, or build for ${offered}: nothing is emulated.`,
    facts: { wanted, offered },
  });
}

export function noBuildKit(version: string, apiVersion: string): AmbitError {
  return new AmbitError('AMBIT_DOCKER_TOO_OLD', `The engine ${version} (API ${apiVersion}) has no BuildKit, which builds images here.`, {
    hint: 'Use Docker 18.09 or newer. Podman is no engine for this builder.',
    facts: { version, apiVersion },
  });
}
