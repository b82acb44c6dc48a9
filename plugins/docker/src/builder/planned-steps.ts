import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest, RenderedStep } from '@ambit/plugin-api';
import type { WatchedInstruction } from './build-watch.ts';
import { dockerfileInstructions, imagesNamed, syntaxImage } from './dockerfile.ts';

export interface PlannedStep {
  readonly rendered: RenderedStep;
  readonly instructions: readonly WatchedInstruction[];
  /** That of the Dockerfile, where it is the user's own. */
  readonly layer?: number;
  /** What must be in the engine before. */
  readonly images: readonly string[];
}

const longest = 1024 * 1024;

/** The Dockerfiles of a request, read. */
export async function plannedSteps({ rendered, parent, layers }: BuildRequest, signal: AbortSignal): Promise<readonly PlannedStep[]> {
  if (!rendered || rendered.steps.length === 0)
    throw new AmbitError('AMBIT_BUILD_NOT_RENDERED', 'The Docker builder was given an image without a Dockerfile.', {
      hint: 'Report this as a bug of Ambit.',
      facts: { layers: layers.map(({ kind }) => kind) },
    });
  const hasParent = parent !== undefined;
  return Promise.all(
    rendered.steps.map((step, index) =>
      planned(
        step,
        !hasParent && index === 0,
        layers.findIndex(({ kind }) => kind === 'dockerfile'),
        signal,
      ),
    ),
  );
}

async function planned(step: RenderedStep, standsOnBase: boolean, dockerfileLayer: number, signal: AbortSignal): Promise<PlannedStep> {
  const source = await text(step, signal);
  const written = dockerfileInstructions(source);
  const { base } = step;
  const syntax = syntaxImage(source);
  // What a rendered one stands on may be an image of the engine's own: it is known better than from its text.
  const others = imagesNamed(written, { ...step.args, ...(base !== undefined && { AMBIT_BASE: 'scratch' }) });
  const named = [...(syntax === undefined ? [] : [syntax]), ...others];
  if (base === undefined) {
    const layer = dockerfileLayer < 0 ? {} : { layer: dockerfileLayer };
    const instructions = written.filter(({ keyword }) => keyword !== 'FROM' && keyword !== 'ARG');
    return {
      rendered: step,
      ...layer,
      images: named,
      instructions: instructions.map((each) => ({
        ...each,
        ...layer,
        name: nameOf(each.text),
        command: each.text.replace(/^RUN\s+/i, ''),
      })),
    };
  }
  return {
    rendered: step,
    images: [...(standsOnBase && base !== 'scratch' ? [base] : []), ...named],
    instructions: step.instructions.map((each) => ({
      ...each,
      name: nameOf(each.name),
      command: each.name,
      keyword: /^\S+/.exec(each.text)?.[0].toUpperCase() ?? '',
    })),
  };
}

function nameOf(instruction: string): string {
  const [first = ''] = instruction.split('\n');
  return first.length > 100 ? `${first.slice(0, 99)}…` : first;
}

async function text({ context, dockerfile }: RenderedStep, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.read(dockerfile, signal)) {
    size += chunk.length;
    if (size > longest) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
