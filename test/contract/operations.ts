import { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';
import type { OperationMeta } from '../../shared/contract/operation.ts';

/** One operation as the contract itself tells of it. */
export interface ContractOperation {
  /** `group.operation`. */
  readonly name: string;
  readonly meta: OperationMeta;
  /** The schema of each member of its input. */
  readonly members: Readonly<Record<string, z.ZodType>>;
}

/** Every operation there is, read from the contract and not from a list of ours. */
export const operations: readonly ContractOperation[] = Object.entries(contract).flatMap(([group, members]) =>
  Object.entries(members).map(([name, procedure]): ContractOperation => {
    const { meta, inputSchema } = procedure['~orpc'];
    if (!(inputSchema instanceof z.ZodObject)) throw new Error(`${group}.${name} takes no object`);
    return { name: `${group}.${name}`, meta, members: membersOf(inputSchema) };
  }),
);

function membersOf(schema: z.ZodObject): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, member]) => {
      if (!(member instanceof z.ZodType)) throw new Error(`${name} has no schema`);
      return [name, member];
    }),
  );
}

export function operationNamed(name: string): ContractOperation {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`the contract has no ${name}`);
  return found;
}
