import type { LocationKind } from '@ambit/plugin-api';

/** Whether something that is offered is accepted: `at` must agree where both say it. */
export function isAccepted(offers: readonly LocationKind[], accepts: readonly LocationKind[]): boolean {
  return offers.some((offered) =>
    accepts.some(({ kind, at }) => kind === offered.kind && (at === undefined || offered.at === undefined || at === offered.at)),
  );
}

/** `docker-daemon`, `host-directory on m1`. */
export function shownLocations(kinds: readonly LocationKind[]): string {
  return kinds.map(({ kind, at }) => (at === undefined ? kind : `${kind} on ${at}`)).join(', ') || 'nothing';
}

/** Two sides that do not meet: where a place is, only if both speak of the same kind. */
export function shownApart(offers: readonly LocationKind[], accepts: readonly LocationKind[]): readonly [string, string] {
  const isShared = offers.some(({ kind }) => accepts.some((accepted) => accepted.kind === kind));
  const shown = (kinds: readonly LocationKind[]): string => shownLocations(isShared ? kinds : kinds.map(({ kind }) => ({ kind })));
  return [shown(offers), shown(accepts)];
}

/** What to do where images would come by a registry, and nobody said by which. */
export function pushMissing(builder: string): string {
  return `Name a repository that builder ${builder} may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`;
}
