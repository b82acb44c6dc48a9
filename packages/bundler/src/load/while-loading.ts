import { AsyncLocalStorage } from 'node:async_hooks';
import { sharedGlobals } from './shared-globals.ts';

const LOADING = Symbol.for('ambit.loading/1');

const loads = new AsyncLocalStorage<{ active: boolean }>();
let running = 0;
let installed = false;

/**
 * `ambit.loading/1` is true for the code of a load and for nothing else of the process: a run that somebody starts
 * while another project is loaded is none of its business.
 */
export async function whileLoading<T>(work: () => Promise<T>): Promise<T> {
  install();
  const load = { active: true };
  running += 1;
  try {
    return await loads.run(load, work);
  } finally {
    load.active = false;
    running -= 1;
    // Following contexts makes every promise of the process dearer.
    if (running === 0) loads.disable();
  }
}

function install(): void {
  if (installed) return;
  installed = true;
  // Another copy of this module may have loads of its own.
  const before = Object.getOwnPropertyDescriptor(globalThis, LOADING);
  const get = (): boolean => loads.getStore()?.active === true || before?.get?.call(sharedGlobals) === true;
  Object.defineProperty(globalThis, LOADING, { configurable: true, get });
}
