/** Operations of this process whose intent was told, and whose outcome was not yet. */
export class OperationsUnderWay {
  readonly #ids = new Set<string>();

  /** An entry of an operation was made. */
  note(operationId: string, phase: 'intent' | 'outcome'): void {
    if (phase === 'intent') this.#ids.add(operationId);
    else this.#ids.delete(operationId);
  }

  has(operationId: string): boolean {
    return this.#ids.has(operationId);
  }
}
