import { createEngine } from '@ambit/engine';
import type { Engine, EngineParts } from '@ambit/engine';
import { userFiles } from '@ambit/local';
import type { Machine, SecretSource } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import { portableFiles, runtimeOn } from './portable-runtime.ts';
import { TOKENS } from './tokens.ts';

export const engineModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.runtime).toResolvedValue(
    (machine: Machine): EngineParts['runtime'] =>
      (wanted) =>
        runtimeOn(machine, wanted),
    [TOKENS.machine],
  );
  bind(TOKENS.engine).toResolvedValue(
    (
      builders: EngineParts['builders'],
      executors: EngineParts['executors'],
      optionsSchemas: NonNullable<EngineParts['optionsSchemas']>,
      runs: EngineParts['runs'],
      objects: EngineParts['objects'],
      clock: EngineParts['clock'],
      log: EngineParts['log'],
      machine: EngineParts['machine'],
      runtime: EngineParts['runtime'],
      secrets: readonly SecretSource[],
    ): Engine => {
      const files = userFiles(machine.cacheDirectory);
      const runtimeFiles: EngineParts['runtimeFiles'] = (brought, signal) => portableFiles(machine, brought, signal);
      return createEngine({
        builders,
        executors,
        optionsSchemas,
        runs,
        objects,
        clock,
        log,
        machine,
        runtime,
        runtimeFiles,
        secrets,
        ...files,
      });
    },
    [
      TOKENS.builders,
      TOKENS.executors,
      TOKENS.optionsSchemas,
      TOKENS.runs,
      TOKENS.objects,
      TOKENS.clock,
      TOKENS.log,
      TOKENS.machine,
      TOKENS.runtime,
      TOKENS.secrets,
    ],
  );
});
