/** The engine that tests build with; undefined where none is named, and the tests that need one are skipped by name. */
export const engine: string | undefined = process.env['DOCKER_HOST'];

export const openRegistry = process.env['AMBIT_TEST_REGISTRY'];

export const closedRegistry = process.env['AMBIT_TEST_AUTH_REGISTRY'];
