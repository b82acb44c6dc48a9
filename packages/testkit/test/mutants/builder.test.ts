import { builderClauses } from '@ambit/testkit';
import type { MemoryBuilder } from '@ambit/testkit';
import { memoryBuilderContext } from '../memory-contexts.ts';
import { buildMutants } from './builder/build.ts';
import { failMutants } from './builder/fail.ts';
import { filesMutants } from './builder/files.ts';
import { sameMutants } from './builder/same.ts';
import { catches } from './catches.ts';

catches<MemoryBuilder, ReturnType<typeof memoryBuilderContext>>('builder', {
  clauses: builderClauses,
  context: (wrap) => memoryBuilderContext(wrap),
  mutants: [...buildMutants, ...failMutants, ...sameMutants, ...filesMutants],
});
