import type { Json, Plugin } from '@ambit/plugin-api';

type Has<Role extends keyof Plugin> = Plugin & Required<Pick<Plugin, Role>>;

/** Which builder makes the images of an environment, and which executor runs it. */
export interface ConfigPlacement<Builder extends string = string, ExecutorName extends string = string> {
  readonly builder?: Builder;
  /** One, or several of which the first that fits is taken. */
  readonly executor?: ExecutorName | readonly ExecutorName[];
  /** What the executor does otherwise for it; each executor says which there are. Plain data. */
  readonly options?: Readonly<Record<string, Json>>;
}

export interface Settings<Builder extends string = string, ExecutorName extends string = string> extends ConfigPlacement<
  Builder,
  ExecutorName
> {
  /** By the environment's name. */
  readonly environments?: Readonly<Record<string, ConfigPlacement<Builder, ExecutorName>>>;
  /**
   * Where builders of containers push images that an executor takes from a registry: `'registry.example/team/ambit'`. The
   * tag is the image's identity.
   */
  readonly push?: string;
  /**
   * References of images that the code names with `Image.fromRefName`; `node` and `python` stand for the images that
   * `Image.fromDebianBase` starts from. Without a tag, these get that of the version.
   */
  readonly images?: Readonly<Record<string, string>>;
  /** Where the values of secrets come from, in the order in which they are asked; the variables of the process come last by themselves. */
  readonly secrets?: readonly Has<'secrets'>[];
}

/** What `ambit.config.ts` exports. The keys of `builders` and `executors` are the names of the instances. */
export interface AnyConfig extends Settings {
  readonly builders?: Readonly<Record<string, Has<'builder'>>>;
  readonly executors?: Readonly<Record<string, Has<'executor'>>>;
  readonly profiles?: Readonly<Record<string, Settings>>;
}

type SettingsOf<Builders, Executors> = Settings<
  NoInfer<'auto' | 'host' | (keyof Builders & string)>,
  NoInfer<'local' | (keyof Executors & string)>
>;

export type Config<Builders, Executors> = { readonly builders?: Builders; readonly executors?: Executors } & SettingsOf<
  Builders,
  Executors
> & {
    readonly profiles?: Readonly<Record<string, SettingsOf<Builders, Executors>>>;
  };

/** Returns its argument: it checks names against the builders and executors that the configuration itself defines. */
export function defineConfig<
  const Builders extends Readonly<Record<string, Has<'builder'>>> = Record<never, never>,
  const Executors extends Readonly<Record<string, Has<'executor'>>> = Record<never, never>,
>(config: Config<Builders, Executors>): Config<Builders, Executors> {
  return config;
}
