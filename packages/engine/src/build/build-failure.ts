import { AmbitError } from '@ambit/plugin-api';
import type { ErrorDocument } from '../record/events.ts';
import { errorDocument } from '../record/error-document.ts';
import type { BuildableImage } from './buildable-image.ts';
import { installerHint } from './installer-hint.ts';
import { installerLog } from './installer-log.ts';

type Facts = AmbitError['facts'];

const mostLines = 60;
const KILLED = 137;

/** An image could not be built, or one that it is built on. */
export class BuildFailure extends Error {
  readonly document: ErrorDocument;

  constructor(document: ErrorDocument) {
    super(document.message);
    this.document = document;
  }
}

/** What a builder's error means for the environments that wanted the image, and the place in the code of what is to blame. */
export function buildFailure(error: unknown, image: BuildableImage): BuildFailure {
  const what = `${image.runtime ? 'runtime' : 'image'} of ${image.environments.join(', ')}`;
  const told = errorDocument(error);
  // Builders know an image by its digest only.
  const own = { ...told, message: told.message.replace(new RegExp(`image ${image.identity.slice(0, 19)}[0-9a-f]*`, 'g'), what) };
  const facts = AmbitError.is(error) ? error.facts : {};
  const layer = typeof facts['layer'] === 'number' ? image.layers[facts['layer']] : undefined;
  const isOwn = own.code === 'AMBIT_BUILD_FAILED';
  // Nothing in the code is to blame where a builder does not answer.
  const at = layer?.at ?? (own.code.startsWith('AMBIT_BUILD_') ? image.at : undefined);
  const log = typeof facts['log'] === 'string' ? facts['log'] : undefined;
  return new BuildFailure({
    code: 'AMBIT_BUILD_FAILED',
    message: isOwn ? own.message : `The ${what} could not be built: ${own.message}`,
    hint: (isOwn && layer && hintOf(layer.kind, facts, image)) || own.hint,
    ...(at === undefined ? {} : { at }),
    ...(isOwn ? {} : { cause: own }),
    facts: {
      ...facts,
      ...(log !== undefined && { log: lastLines(installerLog(log)) }),
      image: image.identity,
      environments: image.environments,
    },
  });
}

/** A builder knows how its commands ended; what the words of an installer mean is the same for all builders. */
function hintOf(kind: string, { log, exitCode }: Facts, { container }: BuildableImage): string | undefined {
  return typeof log === 'string' && exitCode !== KILLED ? installerHint(kind, log, container !== undefined) : undefined;
}

function lastLines(log: string): string {
  return log.split('\n').slice(-mostLines).join('\n');
}
