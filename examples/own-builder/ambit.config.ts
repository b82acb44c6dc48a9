import { definePlugin } from '@ambit/plugin-api';
import { defineConfig } from 'ambit';
import { pnpmBuilder } from './pnpm-builder.ts';

export default defineConfig({
  builders: {
    pnpm: definePlugin({ type: 'pnpm', apiVersion: 1, builder: (host) => pnpmBuilder(host, { version: '10.34.9' }) }),
  },
  builder: 'pnpm',
});
