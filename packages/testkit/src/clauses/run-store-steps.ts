import assert from 'node:assert/strict';
import type { Json, NewRunEvent, RunStore } from '@ambit/plugin-api';
import { patient } from './expect.ts';

/** Data of a run's creation. */
export function create(overrides: { task?: string; tags?: Record<string, string>; startedAt?: string } = {}): Json {
  return { task: 'main.run', tags: {}, startedAt: '2026-01-01T00:00:00.000Z', ...overrides };
}

export function event(type: string, data: Json = {}): NewRunEvent {
  return { at: '2026-01-01T00:00:01.000Z', type, data };
}

export function ended(status = 'succeeded'): NewRunEvent {
  return { at: '2026-01-01T00:00:09.000Z', type: 'run.ended', data: { status, durationMs: 8 } };
}

export function types(events: readonly { readonly type: string }[]): string[] {
  return events.map((each) => each.type);
}

/** Takes the lease of a run, made where it is not there; returns the epoch. */
export async function take(
  store: RunStore,
  run: string,
  options: { holder?: string; ttlMs?: number; create?: Json } = {},
): Promise<number> {
  const answer = await store.acquire(run, { holder: 'first', ttlMs: 60_000, create: create(), ...options }, patient());
  assert.ok('epoch' in answer, `the lease of ${run} is held`);
  return answer.epoch;
}
