import type { ObjectStore, Plugin, PluginHost, RunStore, SharedState } from '@ambit/plugin-api';
import type { ObjectStoreContext, RunStoreContext, SharedStateContext } from '../clauses/contexts.ts';
import { onGround } from './conformance-tools.ts';
import type { ConformanceTools } from './conformance-tools.ts';

export function runStoreContext(plugin: Required<Pick<Plugin, 'runs'>>, tools: ConformanceTools): Promise<RunStoreContext> {
  return storeContext(tools, (host) => plugin.runs(host));
}

export function objectStoreContext(plugin: Required<Pick<Plugin, 'objects'>>, tools: ConformanceTools): Promise<ObjectStoreContext> {
  return storeContext(tools, (host) => plugin.objects(host));
}

export function sharedStateContext(plugin: Required<Pick<Plugin, 'shared'>>, tools: ConformanceTools): Promise<SharedStateContext> {
  return storeContext(tools, (host) => plugin.shared(host));
}

interface StoreContext<Store> {
  open(): Store;
  dispose(): Promise<void>;
}

/** A store has to do with nothing but its folder. */
function storeContext<Store extends RunStore | ObjectStore | SharedState>(
  tools: ConformanceTools,
  make: (host: PluginHost) => Store,
): Promise<StoreContext<Store>> {
  return onGround(tools, async (ground) => {
    const stores: Store[] = [];
    return {
      open: () => {
        const store = make(ground.host);
        stores.push(store);
        return store;
      },
      dispose: async () => {
        const ends = await Promise.allSettled(stores.map(async (store) => store.dispose()));
        await ground.dispose();
        for (const end of ends) if (end.status === 'rejected') throw end.reason as Error;
      },
    };
  });
}
