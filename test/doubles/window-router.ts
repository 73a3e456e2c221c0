import type { HoldfastRouter } from '../../main/rpc/router.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { type Answers, contractRouter } from './contract-router.ts';

const operatorId = '01900000-0000-7000-8000-000000000001';
const time = '2026-09-30T12:00:00.000Z';
const ada = { operatorId, name: 'Ada', role: 'owner', expiresAt: time };

/** A router at which anybody can sign in, and which knows whose sessions are open: `token-1`, `token-2` and so on. */
export class WindowRouter {
  readonly sessions = new Set<string>();
  readonly router: HoldfastRouter;
  #count = 0;

  constructor(answers: Answers = {}) {
    this.router = contractRouter({
      'auth.signIn': ({ keepSession }) => {
        this.#count += 1;
        const token = `token-${this.#count}`;
        this.sessions.add(token);
        keepSession?.(token);
        return { ...ada, token: keepSession === undefined ? token : null };
      },
      'auth.signOut': ({ sessionToken, keepSession }) => {
        this.sessions.delete(this.#known(sessionToken));
        keepSession?.(null);
        return {};
      },
      'auth.getSession': ({ sessionToken }) => {
        this.#known(sessionToken);
        return { ...ada, freshUntil: time };
      },
      ...answers,
    });
  }

  #known(token: string | undefined): string {
    if (token !== undefined && this.sessions.has(token)) return token;
    throw new HoldfastError('UNAUTHENTICATED', 'Nobody has signed in. Sign in first.');
  }
}
