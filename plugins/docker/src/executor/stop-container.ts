import type { Stopped } from '@ambit/plugin-api';
import type { ContainerFacts, Containers } from '../daemon/containers.ts';
import { short } from './container-end.ts';

export interface StopContainer {
  readonly containers: Containers;
  /** Its id, where that is known, else its name. */
  readonly container: string;
  /** What is known of a container that is not there. */
  readonly wasStarted: boolean;
  readonly graceMs: number;
}

/** How long a killed container may take to go. */
const deathMs = 15_000;
const lookMs = 50;

/** Ends a container, whatever state it is in. The engine ends all processes of a container before it says that it has ended. */
export async function stopContainer(target: StopContainer, signal: AbortSignal): Promise<Stopped> {
  const { containers, container, wasStarted, graceMs } = target;
  for (const until = Date.now() + graceMs + deathMs; ;) {
    const facts = await containers.inspect(container, signal);
    if (!facts)
      return proved(wasStarted ? `its container ${short(container)} is not there any more` : 'no container of it was ever started');
    if (facts.State.Status === 'created') {
      if (await containers.remove(facts.Id, signal)) return proved(`its container ${short(facts.Id)} was removed before it was started`);
    } else if (!isAlive(facts)) {
      const { ExitCode, FinishedAt } = facts.State;
      return proved(`container ${short(facts.Id)} ended with exit code ${ExitCode} at ${FinishedAt}, with all processes in it`);
    } else if (Date.now() > until) {
      return { stopped: 'no', reason: `container ${short(facts.Id)} has been killed and does not end: it may wait for a device` };
    } else {
      await containers.stop(facts.Id, Math.ceil(graceMs / 1000), signal);
      if (isAlive(await containers.inspect(facts.Id, signal))) await pause(lookMs);
    }
  }
}

export function isAlive(facts: ContainerFacts | undefined): boolean {
  return facts !== undefined && (facts.State.Running || facts.State.Status === 'paused' || facts.State.Status === 'restarting');
}

function proved(evidence: string): Stopped {
  return { stopped: 'proved', mechanism: 'container', evidence };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
