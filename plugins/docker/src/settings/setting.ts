/** What a user has set up for an installer. */
export interface Setting {
  /** As it is written there. */
  readonly name: string;
  /** The file that says so, or `the environment`. */
  readonly from: string;
  readonly value: string;
}

export const ENVIRONMENT = 'the environment';

/** Why a build is not given a setting as it is. */
export type Lack = 'credentials' | 'login' | 'address' | 'certificates' | 'loopback' | 'file';

export interface Finding {
  readonly lack: Lack;
  readonly setting: Pick<Setting, 'name' | 'from'>;
}
