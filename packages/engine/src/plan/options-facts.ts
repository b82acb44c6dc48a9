import type { OptionsFacts } from '@ambit/core';
import type { Json, StandardIssue, StandardSchemaV1 } from '@ambit/plugin-api';

/** What is wrong with what an environment gives an executor. */
export async function optionsFacts(options: Readonly<Record<string, Json>>, schema: StandardSchemaV1 | undefined): Promise<OptionsFacts> {
  if (!schema) return { faults: Object.keys(options).map((name) => `${name}: it takes no options`) };
  const { issues = [] } = await schema['~standard'].validate(options);
  return { faults: issues.map(faultOf) };
}

function faultOf({ path = [], message }: StandardIssue): string {
  const name = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return `${name && `${name}: `}${message.trim().replace(/\.$/, '')}`;
}
