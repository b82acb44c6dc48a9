import { defineConfig } from 'tsup';

export const base = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  dts: true,
  clean: true,
  sourcemap: false,
  splitting: true,
} as const;

export default defineConfig({ ...base, entry: { index: 'src/index.ts' } });
