import { didYouMean } from '@ambit/core';
import type { Diagnostic, Plan, PlanStatus, PlannedEnvironment, PlannedImage, RequiredBy } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { Colors } from '../cli/terminal.ts';

/** A plan for people: environments in the order of the walk, images in build order, what is wrong. */
export function planScreen(plan: Plan, status: PlanStatus, colors: Colors): string {
  const environments = plan.environments.flatMap((environment) => environmentLines(environment, plan, status, colors));
  const images = plan.images.map((image) => imageLine(image, plan, status, colors));
  const diagnostics = plan.diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic, colors));
  return [
    `${colors.bold('Plan')} of ${plan.targets.join(', ')} ${colors.dim(plan.digest.slice(0, 19))}`,
    '',
    colors.bold(`Environments (${plan.environments.length})`),
    ...environments,
    '',
    colors.bold(`Images (${plan.images.length})`),
    ...(images.length > 0 ? images : ['  none']),
    ...(diagnostics.length > 0 ? ['', ...diagnostics] : []),
  ].join('\n');
}

function environmentLines(environment: PlannedEnvironment, plan: Plan, status: PlanStatus, colors: Colors): string[] {
  const { name, at, builder, executor, requiredBy, packages } = environment;
  return [
    `  ${colors.cyan(name)}${at === undefined ? '' : colors.dim(` ${at}`)}`,
    `    required by ${requiredBy.map(requirement).join(', ')}`,
    `    image ${imageOf(environment, plan, status)}`,
    ...(builder === undefined && executor === undefined ? [] : [`    built by ${builder ?? 'nobody'}, run by ${executor ?? 'nobody'}`]),
    ...(packages.length > 0 ? [`    its code imports ${packages.join(', ')}`] : []),
  ];
}

function requirement(by: RequiredBy): string {
  if ('target' in by) return `the target ${by.target}`;
  return `${by.environment}${by.at === undefined ? '' : ` (${by.at})`}`;
}

function imageOf({ image, reference }: PlannedEnvironment, plan: Plan, status: PlanStatus): string {
  if (reference !== undefined) return `${reference}, used as it is`;
  const planned = plan.images.find(({ identity }) => identity === image);
  return planned ? `${short(planned.identity)} ${layersOf(planned)}, ${stateOf(planned, status)}` : 'in error';
}

function imageLine(image: PlannedImage, plan: Plan, status: PlanStatus, colors: Colors): string {
  const { identity, parent, base, layers, parentLayers, environments } = image;
  const from = parent === undefined ? base : short(parent);
  const added = layers.slice(parentLayers).map(({ kind, summary }) => `${kind} ${summary}`);
  const state = stateOf(image, status);
  return `  ${colors.cyan(short(identity))} ${from}${added.length > 0 ? ` + ${added.join(' + ')}` : ''} ${colors.dim(`for ${environments.join(', ')}`)}: ${state}`;
}

function layersOf({ base, layers }: PlannedImage): string {
  return layers.length === 0 ? `(bare ${base})` : `(${layers.map(({ kind, summary }) => `${kind} ${summary}`).join(', ')})`;
}

function stateOf({ identity }: PlannedImage, { images }: PlanStatus): string {
  const state = images[identity];
  if (!state) return 'not looked for';
  return { exists: 'exists', build: 'to be built', unknown: `to be built (${state.reason})` }[state.status];
}

function diagnosticLines({ severity, message, hint, at, code }: Diagnostic, colors: Colors): string[] {
  const paint = { error: colors.red, warning: colors.yellow, hint: colors.blue }[severity];
  return [`${paint(severity)} ${message}${at === undefined ? '' : colors.dim(` (${at})`)}`, `    ${hint} ${colors.dim(code)}`];
}

/** Why one environment is in a plan, and what decided about it. */
export function explainEnvironment(plan: Plan, status: PlanStatus, name: string, colors: Colors): string {
  const environment = plan.environments.find((each) => each.name === name);
  const names = plan.environments.map((each) => each.name);
  if (!environment)
    throw new AmbitError('AMBIT_TARGET_UNKNOWN', `The plan has no environment ${name}.${didYouMean(name, names)}`, {
      hint: `It has: ${names.join(', ')}.`,
      facts: { name },
    });
  const { builder, builderBy, executor, executorBy, requiredBy, packages, at } = environment;
  const reason = environment.image && status.images[environment.image]?.reason;
  const lines: [string, string | undefined][] = [
    ['defined at', at],
    ['required by', requiredBy.map(requirement).join(', ')],
    ['image', imageOf(environment, plan, status)],
    ['', reason],
    ['builder', builder && `${builder} (${builderBy ?? 'default'})`],
    ['executor', executor && `${executor} (${executorBy ?? 'default'})`],
    ['packages', packages.length > 0 ? packages.join(', ') : 'none: its code imports no package'],
  ];
  const shown = lines.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [`  ${colors.dim(label.padEnd(12))} ${text}`]));
  const diagnostics = plan.diagnostics.filter((each) => each.environment === name).flatMap((each) => diagnosticLines(each, colors));
  return [colors.cyan(name), ...shown, ...diagnostics].join('\n');
}

export function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 8);
}
