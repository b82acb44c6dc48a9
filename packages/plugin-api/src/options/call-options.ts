import { checkOptionNames, checkText, definitionError, isPlainObject, optionError } from './option-check.ts';
import type { Owner } from './option-check.ts';
import { parseResources } from './resources.ts';
import type { ParsedResources, Resources } from './resources.ts';
import { parseRetries, parseTimeout } from './task-options.ts';
import type { TaskOptions } from './task-options.ts';
import type { RetryPolicy, TaskPolicy, TimeoutPolicy } from './task-policy.ts';

/** What `task.override` takes: `undefined` inherits, `null` resets to what holds where nothing is said, all else counts as given. */
export type TaskOverride = { readonly [K in keyof TaskOptions]?: TaskOptions[K] | null | undefined } & {
  readonly resources?: Resources | null | undefined;
  /** What people read of the calls. */
  readonly label?: string | undefined;
};

/** What a call says beside its arguments, checked, as JSON. What is absent is as the task was defined; what is there replaces that whole. */
export interface CallOptions {
  /** For people; no part of the action's identity. */
  readonly label?: string;
  readonly description?: string;
  readonly retries?: RetryPolicy;
  readonly timeout?: TimeoutPolicy;
  readonly resources?: ParsedResources;
  /** The labels of the groups around the call, the outermost first: part of the action's identity. Never empty. */
  readonly group?: readonly string[];
}

const overridable = ['description', 'retries', 'timeout', 'resources', 'label'] as const;
const ofEnvironment = ['name', 'image', 'secrets', 'env', 'volumes', 'dependsOn', 'builder', 'executor', 'input', 'output'];
const text = { expected: 'text', example: `task.override({ label: 'the first half' })` };
const example = `task.override({ retries: 2, resources: { memory: '8Gi' } })`;

/** What an override says. A name that nobody knows, or that cannot be overridden, is an error. */
export function parseOverride(owner: Owner, override: unknown): CallOptions {
  if (!isPlainObject(override))
    throw optionError(owner, 'the override', { expected: `an object with ${overridable.join(', ')}`, example }, override);
  const fixed = Object.keys(override).find((name) => ofEnvironment.includes(name));
  if (fixed !== undefined) throw notOverridable(owner, fixed);
  checkOptionNames(owner, override, overridable);
  const { description, retries, timeout, resources, label } = override;
  return Object.freeze({
    ...(description !== undefined && { description: description === null ? '' : checkText(owner, 'description', description, text) }),
    ...(retries !== undefined && { retries: parseRetries(owner, retries ?? 0) }),
    ...(timeout !== undefined && { timeout: parseTimeout(owner, timeout ?? {}) }),
    ...(resources !== undefined && { resources: parseResources(owner, resources ?? {}) }),
    ...(label !== undefined && { label: checkText(owner, 'label', label, text) }),
  });
}

function notOverridable(owner: Owner, option: string): Error {
  return definitionError(
    'AMBIT_DEFINE_OVERRIDE',
    `${owner.title}: ${option} cannot be overridden: it belongs to the definition.`,
    `Define another task, in an environment of its own: env.cloneWith({ name: 'other', … }).`,
    { ...owner.facts, option, known: [...overridable] },
  );
}

/** What holds of a task for one call of it. */
export function policyOfCall(policy: TaskPolicy, { retries, timeout }: CallOptions = {}): TaskPolicy {
  const { retries: count, backoff, retryOn, growMemory, timeoutMs, queuedMs, deadlineMs } = policy;
  const ownRetries: RetryPolicy = {
    retries: count,
    ...(backoff !== undefined && { backoff }),
    ...(retryOn !== undefined && { retryOn }),
    ...(growMemory !== undefined && { growMemory }),
  };
  const ownTimeout: TimeoutPolicy = {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(queuedMs !== undefined && { queuedMs }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
  return Object.freeze({ ...(retries ?? ownRetries), ...(timeout ?? ownTimeout) });
}
