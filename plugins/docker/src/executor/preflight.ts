import type { PreflightFinding, WorkerRequest } from '@ambit/plugin-api';
import { isMissing } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { checkedOptions, optionsFault } from './container-options.ts';
import { lackOf, LACK_HINT } from './worker-fit.ts';

type Finding = Pick<PreflightFinding, 'code' | 'message' | 'hint'>;

/** What an engine has against workers before anything is built. */
export async function preflightFindings(
  daemon: Daemon,
  requests: readonly WorkerRequest[],
  signal: AbortSignal,
): Promise<readonly PreflightFinding[]> {
  const info = await daemon.info(signal);
  const findings = requests.map(async (request): Promise<readonly PreflightFinding[]> => {
    const { environment } = request;
    const lack = lackOf(request, info);
    const fault = optionsFault(request.options);
    const found: readonly (Finding | undefined)[] = [
      lack === undefined
        ? undefined
        : { code: 'AMBIT_PLACE_UNFIT', message: `A worker of ${environment} has no place: ${lack}.`, hint: LACK_HINT },
      fault === undefined ? await networkFault(daemon, request, signal) : optionFinding(environment, fault),
    ];
    return found.flatMap((each) => (each ? [{ ...each, environment, severity: 'error' as const }] : []));
  });
  return (await Promise.all(findings)).flat();
}

function optionFinding(environment: string, fault: string): Finding {
  const message = `The options of ${environment} for its container are wrong. ${fault}`;
  return { code: 'AMBIT_DOCKER_CONTAINER_OPTION', message, hint: 'Correct the options of its placement.' };
}

const builtIn = /^(none|host|bridge|default|container:.+)$/;

async function networkFault(daemon: Daemon, { environment, options }: WorkerRequest, signal: AbortSignal): Promise<Finding | undefined> {
  const { network } = checkedOptions(options);
  if (network === undefined || builtIn.test(network)) return undefined;
  try {
    await daemon.json({ method: 'GET', path: `/networks/${encodeURIComponent(network)}`, signal });
    return undefined;
  } catch (error) {
    if (!isMissing(error)) throw error;
    const hint = `Make it with docker network create ${network}, or name another.`;
    return optionOf(environment, `The option network is "${network}", and the engine has no such network.`, hint);
  }
}

function optionOf(environment: string, fault: string, hint: string): Finding {
  return { ...optionFinding(environment, fault), hint };
}
