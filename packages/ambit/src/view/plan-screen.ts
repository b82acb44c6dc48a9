import { didYouMean, imageKey } from '@ambit/core';
import type { Diagnostic, Plan, PlanStatus, PlannedEnvironment, PlannedImage, PlannedReference, RequiredBy } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { Colors } from '../cli/terminal.ts';
import { listed } from './listed.ts';
import { short } from './short.ts';

type ImageOf = (environment: PlannedEnvironment) => string;

/** A plan for people: environments in the order of the walk, images in build order, what is wrong. */
export function planScreen(plan: Plan, status: PlanStatus, colors: Colors): string {
  const imageOf = imageNames(plan, status);
  const { targets, environments, images, references = [] } = plan;
  const unsaid = newReasons();
  const lines = [
    ...images.map((image) => imageLine(image, status, { colors, unsaid })),
    ...references.map((each) => referenceLine(each, plan, { colors, unsaid })),
  ];
  const problems = planProblems(plan, colors, 'hint');
  return [
    `${colors.bold('Plan')} of ${listed(targets, 5)} ${colors.dim(short(plan.digest))}`,
    '',
    colors.bold(`Environments (${environments.length})`),
    ...environments.flatMap((environment) => environmentLines(environment, imageOf, colors)),
    '',
    colors.bold(`Images (${lines.length})`),
    ...(lines.length > 0 ? lines : ['  none']),
    ...(problems.length > 0 ? ['', ...problems] : []),
  ].join('\n');
}

function environmentLines(environment: PlannedEnvironment, imageOf: ImageOf, colors: Colors): string[] {
  const { name, at, builder, executor, requiredBy, packages } = environment;
  return [
    `  ${colors.cyan(name)}${at === undefined ? '' : colors.dim(` ${at}`)}`,
    `    required by ${requirements(requiredBy)}`,
    `    image ${imageOf(environment)}`,
    ...(builder === undefined && executor === undefined ? [] : [`    built by ${builder ?? 'nobody'}, run by ${executor ?? 'nobody'}`]),
    ...(packages.length > 0 ? [`    its code imports ${packages.join(', ')}`] : []),
  ];
}

function requirements(by: readonly RequiredBy[], most = 5): string {
  return listed(by.map(requirement), most);
}

function requirement(by: RequiredBy): string {
  if ('target' in by) return `the target ${by.target}`;
  return `${by.environment}${by.at === undefined ? '' : ` (${by.at})`}`;
}

/** What an environment's image is, in a few words. */
function imageNames({ images }: Plan, status: PlanStatus): ImageOf {
  const byKey = new Map(images.map((image) => [imageKey(image), image]));
  return ({ image, builder, reference }) => {
    if (reference !== undefined) return `${reference}, used as it is`;
    const planned = image && byKey.get(imageKey({ identity: image, builder }));
    return planned ? `${short(planned.identity)} ${layersOf(planned)}, ${stateOf(planned, status)}` : 'in error';
  };
}

interface ImageShow {
  readonly colors: Colors;
  /** A reason in brackets, if nobody has read it yet. */
  readonly unsaid: (reason: string) => string;
}

function newReasons(): ImageShow['unsaid'] {
  const said = new Set<string>();
  return (reason) => {
    const isNew = !said.has(reason);
    said.add(reason);
    return isNew ? ` (${reason})` : '';
  };
}

function imageLine(image: PlannedImage, status: PlanStatus, { colors, unsaid }: ImageShow): string {
  const { identity, parent, base, layers, parentLayers, environments } = image;
  const from = parent === undefined ? base : short(parent);
  const added = layers.slice(parentLayers).map(({ kind, summary }) => ` + ${kind} ${summary}`);
  const state = status.images[imageKey(image)];
  const why = state?.status === 'unknown' ? unsaid(state.reason) : '';
  const who = colors.dim(`for ${listed(environments, 5)}`);
  return `  ${colors.cyan(short(identity))} ${from}${added.join('')} ${who}: ${stateOf(image, status)}${why}${colors.dim(howBuilt(image))}`;
}

/** Of images for containers: they are built for a platform, and may travel. */
function howBuilt({ container, builder, platform, push }: PlannedImage): string {
  if (!container) return '';
  return ` (${[builder ?? 'no builder', platform, ...(push ? [`pushed to ${push.repository}`] : [])].join(', ')})`;
}

function referenceLine(
  { reference, environments, platform, status, reason }: PlannedReference,
  { diagnostics }: Plan,
  { colors, unsaid }: ImageShow,
): string {
  const isMissing = diagnostics.some(
    ({ code, environment = '' }) => code === 'AMBIT_PLAN_IMAGE_MISSING' && environments.includes(environment),
  );
  const state = isMissing ? 'missing' : status === 'exists' ? 'exists' : `not known whether it is there${unsaid(reason)}`;
  return `  ${colors.cyan(reference)} ${colors.dim(`for ${listed(environments, 5)}`)}: used as it is, ${state}${colors.dim(` (${platform})`)}`;
}

function layersOf({ base, layers }: PlannedImage): string {
  return layers.length === 0 ? `(bare ${base})` : `(${layers.map(({ kind, summary }) => `${kind} ${summary}`).join(', ')})`;
}

function stateOf(image: PlannedImage, { images }: PlanStatus): string {
  const state = images[imageKey(image)];
  if (!state) return 'not looked for';
  return { exists: 'exists', build: 'to be built', unknown: 'not known whether it is there' }[state.status];
}

const ranks = { error: 0, warning: 1, hint: 2 } as const;

/** What is wrong with a plan, down to a severity. */
export function planProblems({ diagnostics }: Plan, colors: Colors, least: keyof typeof ranks = 'warning'): readonly string[] {
  return diagnostics.filter(({ severity }) => ranks[severity] <= ranks[least]).flatMap((each) => diagnosticLines(each, colors));
}

function diagnosticLines({ severity, message, hint, at, code }: Diagnostic, colors: Colors): string[] {
  const paint = { error: colors.red, warning: colors.yellow, hint: colors.blue }[severity];
  const isSaid = at === undefined || message.includes(at);
  return [`${paint(severity)} ${message}${isSaid ? '' : colors.dim(` (${at})`)}`, `    ${hint} ${colors.dim(code)}`];
}

/** Why one environment is in a plan, and what decided about it. */
export function explainEnvironment(plan: Plan, status: PlanStatus, name: string, colors: Colors): string {
  const environment = plan.environments.find((each) => each.name === name);
  const names = plan.environments.map((each) => each.name);
  if (!environment) throw unknownEnvironment(name, names);
  const { builder, builderBy, executor, executorBy, requiredBy, packages, at, secrets } = environment;
  const image = plan.images.find((each) => each.identity === environment.image && each.builder === builder);
  const reference = plan.references?.find((each) => each.reference === environment.reference && each.executor === executor);
  const runtime = plan.runtimes?.find(({ environments }) => environments.includes(name));
  const state = image && status.images[imageKey(image)];
  const lines: [string, string | undefined][] = [
    ['defined at', at],
    ['required by', requirements(requiredBy, 100)],
    ['image', imageNames(plan, status)(environment)],
    ['', state?.reason ?? reference?.reason],
    ['changed', state?.changed?.join(', ')],
    ...(image?.container ? containerLines(image) : []),
    ['platform', (image?.container ? image : reference)?.platform],
    ['builder', builder && `${builder} (${builderBy ?? 'default'})`],
    ['executor', executor && `${executor} (${executorBy ?? 'default'})`],
    ['runtime', runtime && `an image, built by ${runtime.builder}${runtime.push ? `, pushed to ${runtime.push.repository}` : ''}`],
    ['secrets', secrets?.join(', ')],
    ['packages', packages.length > 0 ? packages.join(', ') : 'none: its code imports no package'],
  ];
  const shown = lines.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [`  ${colors.dim(label.padEnd(12))} ${text}`]));
  const diagnostics = plan.diagnostics.filter((each) => each.environment === name).flatMap((each) => diagnosticLines(each, colors));
  return [colors.cyan(name), ...shown, ...diagnostics].join('\n');
}

function containerLines({ base, parent, layers, push }: PlannedImage): [string, string | undefined][] {
  const shown = layers.map(({ kind, summary, at }) => `${kind} ${summary}${at === undefined ? '' : ` (${at})`}`);
  return [
    ['base', base],
    ...shown.map((layer, index): [string, string] => [index === 0 ? 'layers' : '', layer]),
    ['built on', parent && short(parent)],
    ['pushed to', push?.repository],
  ];
}

function unknownEnvironment(name: string, names: readonly string[]): AmbitError {
  return new AmbitError('AMBIT_TARGET_UNKNOWN', `The plan has no environment ${name}.${didYouMean(name, names)}`, {
    hint: `It has: ${listed(names)}.`,
    facts: { name },
  });
}
