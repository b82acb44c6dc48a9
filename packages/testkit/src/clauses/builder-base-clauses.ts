import assert from 'node:assert/strict';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';
import { build, leftNothing, rendered } from './builder-steps.ts';
import { patient } from './expect.ts';

/** Versions of the base that nobody has any more. */
const others = [
  { key: 'node', version: '1', reference: 'node:1-bookworm-slim', shape: /^\d+$/ },
  { key: 'python', version: '3.1', reference: 'python:3.1-slim-bookworm', shape: /^3\.\d+$/ },
] as const;

/** What images start from. */
export const builderBaseClauses: readonly Clause<BuilderContext>[] = [
  clause(
    'BU-BASE-01',
    'Where a builder names the versions of Node or Python that it has, they are majors and minors, and it builds on no other.',
    async (context) => {
      const builder = context.open();
      const { debian = {} } = await builder.describe(patient(), { python: true });
      const claimed = others.flatMap((other) => (debian[other.key] ? [{ ...other, versions: debian[other.key]! }] : []));
      if (claimed.length === 0) return { notClaimed: 'it takes any version of Node and Python' };
      for (const { version, reference, shape, versions } of claimed) {
        for (const each of versions) assert.match(each, shape);
        assert.ok(!versions.includes(version), `it says that it has ${reference}`);
        const request = rendered(context, { ...context.request('one'), base: { reference } });
        await assert.rejects(build(builder, request), `an image was built on ${reference}`);
        assert.equal(await context.timesBuilt(request), 0);
        await leftNothing(context, builder, request);
      }
      return undefined;
    },
  ),
];
