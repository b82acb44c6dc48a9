import type { SecretSource } from '@ambit/plugin-api';
import { Secret } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { World, never } from '../support/world.ts';

/** A source that counts how often it is asked for a value. */
function source(name: string, values: Readonly<Record<string, string | undefined>>): SecretSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name,
    asked,
    has: async (key) => key in values,
    get: async (key) => {
      asked.push(key);
      return values[key];
    },
    dispose: async () => undefined,
  };
}

const tasks = { 'a.one': async () => 1 };

describe('secrets of a run', () => {
  it('are not asked for by a plan, which finds what nobody has', async () => {
    const vault = source('vault', { TOKEN: 'hunter2-hunter2' });
    const world = new World({ secrets: [vault, source('environment', {})] });
    const { plan } = await world.plan(environment('a', { one: {} }, { secrets: ['TOKEN', 'OTHER'] }));
    expect(plan.diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_SECRET_MISSING' }]);
    expect(plan.diagnostics[0]?.message).toContain('Asked: vault, environment.');
    expect(vault.asked).toEqual([]);
  });

  it('are asked for once, in order, and recorded nowhere', async () => {
    const [vault, other] = [
      source('vault', { TOKEN: 'hunter2-hunter2' }),
      source('environment', { TOKEN: 'no', OTHER: 'hunter3-hunter3' }),
    ];
    const world = new World({ tasks, secrets: [vault, other] });
    const { outcome, events } = await world.run(environment('a', { one: {} }, { secrets: ['TOKEN', 'OTHER'] }), 'one');
    expect(outcome.status).toBe('succeeded');
    expect([vault.asked, other.asked]).toEqual([['TOKEN', 'OTHER'], ['OTHER']]);
    expect(JSON.stringify(events)).not.toMatch(/hunter/);
  });

  it('are refused in what the caller hands over, before anything is recorded', async () => {
    const vault = source('vault', { TOKEN: 'hunter2-hunter2', 'team/SHORT': 'hunter2' });
    const world = new World({ tasks, secrets: [vault] });
    const child = environment('child', { one: {} }, { secrets: ['TOKEN', Secret.env('SHORT', { group: 'team' })] });
    const root = environment('a', { one: {} }, { dependsOn: [child] });
    for (const args of [[{ deep: ['Bearer hunter2-hunter2'] }], [Buffer.from('hunter2-hunter2').toString('base64')]]) {
      const refused = await world.run(root, 'one', args).catch((error: unknown) => error as Error);
      expect(refused).toMatchObject({ code: 'AMBIT_SECRET_IN_VALUE', message: 'An argument of a.one holds the secret TOKEN.' });
    }
    for await (const run of world.runs.list({}, never())) throw new TypeError(`${run.run} was made`);
    expect(await world.run(root, 'one', ['hunter2'])).toMatchObject({ outcome: { status: 'succeeded' } });
  });

  it('that cannot be had are a failure of the configuration, at once', async () => {
    const vault: SecretSource = {
      ...source('vault', { TOKEN: '' }),
      get: () => Promise.reject(new AmbitError('AMBIT_VAULT_SEALED', 'The vault is sealed', { hint: 'Unseal it.' })),
    };
    const world = new World({ tasks, secrets: [vault] });
    const { outcome } = await world.run(environment('a', { one: {} }, { secrets: ['TOKEN'] }), 'one');
    expect(outcome).toMatchObject({ status: 'failed', error: { failure: 'configuration', code: 'AMBIT_SECRET_UNAVAILABLE' } });
    expect(outcome.status === 'failed' && outcome.error.message).toContain('the source vault failed: The vault is sealed');
  });
});
