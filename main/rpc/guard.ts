import type { OperationMeta } from '../../shared/contract/operation.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { allows } from '../../shared/roles.ts';
import { refuseWhileSpent, withReserve } from '../operations/cure.ts';
import type { Caller } from '../operations/operation.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import type { Core } from './core.ts';
import { toHoldfastError, toTransportError } from './errors.ts';
import { requireShallow } from './input-depth.ts';

/** What a transport knows of a call before anyone has looked at it. */
export interface CallContext {
  readonly sessionToken?: string | undefined;
  /** Of a window, whose session its host keeps: is told the token of who signs in, and null at the end. */
  readonly keepSession?: ((token: string | null) => void) | undefined;
}

interface Call {
  readonly meta: OperationMeta;
  readonly input: unknown;
  readonly context: CallContext;
  readonly signal: AbortSignal | undefined;
  /** Whether the operation's input has a member of this name; what is not of the contract says nothing. */
  readonly takes: (member: string) => boolean;
}

const noOne: Caller = { kind: 'system' };
const never = new AbortController().signal;

/**
 * The one way into the core: session, permission, step-up, intent of a critical operation, the handler, the
 * outcome entry, and an error of the contract whatever went wrong.
 */
export async function guard<Result>(
  core: Core,
  call: Call,
  handle: (run: OperationRun) => Promise<Result>,
): Promise<Result> {
  let run: OperationRun | undefined;
  try {
    const { caller, provedFreshly } = identify(core, call);
    run = begin(core, call, caller);
    authorise(call.meta, caller, provedFreshly);
    requireShallow(call.input);
    return await perform(core, call.meta, run, handle);
  } catch (error) {
    const refusal = toHoldfastError(error, run?.id ?? 'none', core.errors);
    await run?.failed(refusal).catch((failure: unknown) => core.errors.report(failure, run?.id ?? 'none'));
    throw toTransportError(refusal);
  }
}

/** What an operation goes on telling after its call was answered: it too ends with errors of the contract only. */
export async function* guarded<Told>(
  core: Core,
  { id }: Pick<OperationRun, 'id'>,
  told: AsyncIterable<Told>,
): AsyncGenerator<Told, void> {
  try {
    yield* told;
  } catch (error) {
    throw toTransportError(toHoldfastError(error, id, core.errors));
  }
}

async function perform<Result>(
  core: Core,
  meta: OperationMeta,
  run: OperationRun,
  handle: (run: OperationRun) => Promise<Result>,
): Promise<Result> {
  if (isChange(meta) && !meta.limitsHarm) core.audit.requireUncontradicted();
  const attempt = async () => {
    if (meta.critical) await run.intend();
    const result = await handle(run);
    if (!meta.job) await run.succeeded();
    return result;
  };
  if (meta.cure) return await withReserve(core.reserve, attempt);
  if (isChange(meta)) await refuseWhileSpent(core.reserve);
  return await attempt();
}

function isChange({ action, audited, permission }: OperationMeta): boolean {
  return action !== undefined && audited === undefined && permission !== 'open';
}

function identify(core: Core, { meta, context }: Call): { caller: Caller; provedFreshly: boolean } {
  if (meta.permission === 'open') return { caller: noOne, provedFreshly: false };
  if (context.sessionToken === undefined) {
    throw new HoldfastError('UNAUTHENTICATED', 'Nobody has signed in. Sign in first.');
  }
  return core.auth.authenticate(context.sessionToken);
}

function begin(core: Core, call: Call, caller: Caller): OperationRun {
  const { meta, signal } = call;
  const reason = textMember(call, 'reason');
  const run = core.begin({
    action: meta.action ?? 'none',
    audited: meta.action === undefined ? 'none' : (meta.audited ?? 'change'),
    severity: meta.severity ?? 'info',
    critical: meta.critical ?? false,
    cure: meta.cure ?? false,
    caller,
    signal: signal ?? never,
    ...(reason === undefined ? {} : { reason }),
  });
  const reference = textMember(call, 'tenant');
  const tenantId = reference === undefined ? undefined : core.tenantId(reference);
  if (tenantId !== undefined) run.describe({ tenantId, resource: { kind: 'tenant', id: tenantId } });
  return run;
}

function authorise(meta: OperationMeta, caller: Caller, provedFreshly: boolean): void {
  if (meta.permission === 'open') return;
  const { permission } = meta;
  if (caller.kind !== 'operator' || !allows(caller.role, permission)) {
    throw new HoldfastError(
      'FORBIDDEN',
      `Your role does not allow ${permission}. Ask an owner, or sign in as someone whose role does.`,
      { permission },
    );
  }
  if (meta.stepUp && !provedFreshly) {
    throw new HoldfastError('STEP_UP_REQUIRED', 'This needs a fresh proof: sign in again and repeat it.');
  }
}

/** A text member of input that has not been validated yet. */
function textMember({ input, takes }: Call, name: string): string | undefined {
  if (!takes(name)) return undefined;
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, name)) return undefined;
  const value: unknown = Reflect.get(input, name);
  const serves = typeof value === 'string' && value.length <= 1000 && value.isWellFormed();
  return serves ? value : undefined;
}
