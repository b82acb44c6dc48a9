import { parseBytes, suggestion } from '@ambit/plugin-api';
import type { StandardIssue, StandardSchemaV1 } from '@ambit/plugin-api';

/** What an environment may say of its containers: `options` of its placement. */
export interface ContainerOptions {
  /** `none`, `host`, `bridge`, or a network of the engine by name. The engine's own default where left out. */
  readonly network?: string;
  /** Tasks write in `/tmp` and volumes, and in their working folder where it is not one of the image. */
  readonly readOnlyRoot?: boolean;
  /** How many processes and threads there may be: 4096. */
  readonly pidsLimit?: number;
  /** Names that are looked up nowhere else: `{ db: '10.0.0.4' }`. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  /** Of `/dev/shm`: bytes, or a quantity such as `1Gi`. */
  readonly shmSize?: number | string;
  /** A name or number, with a group or without: `1000:1000`. */
  readonly user?: string;
}

const PIDS_LIMIT = 4096;
/** The worker, its connection and the process of one task have about 35 threads; below, Node is aborted when it starts. */
const LEAST_PIDS = 64;

export interface CheckedOptions extends Omit<ContainerOptions, 'shmSize'> {
  readonly pidsLimit: number;
  readonly shmSize?: number;
}

const checks: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  network: ['the name of a network, as "none"', isText],
  readOnlyRoot: ['true or false', (value) => typeof value === 'boolean'],
  pidsLimit: [`a whole number from ${LEAST_PIDS} on`, (value) => Number.isSafeInteger(value) && (value as number) >= LEAST_PIDS],
  extraHosts: ['an object of names and addresses', isHosts],
  shmSize: ['a number of bytes, or a quantity such as "1Gi"', (value) => parseBytes(value) !== undefined],
  user: [
    'a name or number, with a group or without, as "1000:1000"',
    (value) => isText(value) && /^[\w.-]+(:[\w.-]+)?$/.test(String(value)),
  ],
};

/** Of what environments give this plugin. */
export const containerOptions: StandardSchemaV1<unknown, CheckedOptions> = {
  '~standard': {
    version: 1,
    vendor: 'ambit',
    validate: (value) => {
      const issues = issuesOf(value);
      return issues.length > 0 ? { issues } : { value: checked(value ?? {}) };
    },
  },
};

/** What is wrong with options, in one sentence; undefined where nothing is. */
export function optionsFault(value: unknown): string | undefined {
  const [first] = issuesOf(value);
  return first && `${first.path?.length ? `The option ${first.path.map(String).join('.')}` : 'What is given'}: ${first.message}.`;
}

export function checkedOptions(value: unknown): CheckedOptions {
  return checked(value ?? {});
}

function checked({ shmSize, ...rest }: ContainerOptions): CheckedOptions {
  const bytes = shmSize === undefined ? undefined : parseBytes(shmSize);
  return { pidsLimit: PIDS_LIMIT, ...rest, ...(bytes === undefined ? {} : { shmSize: bytes }) };
}

function issuesOf(value: unknown): readonly StandardIssue[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [{ message: 'no object of options' }];
  return Object.entries(value).flatMap(([name, each]: [string, unknown]): StandardIssue[] => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return [{ path: [name], message: `not known; there is ${Object.keys(checks).join(', ')}${meant(name)}` }];
    const [expected, isRight] = check;
    return each === undefined || isRight(each) ? [] : [{ path: [name], message: `${JSON.stringify(each)} is not ${expected}` }];
  });
}

function meant(name: string): string {
  const known = suggestion(name, Object.keys(checks));
  return known === undefined ? '' : ` (did you mean ${known}?)`;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isHosts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText);
}
