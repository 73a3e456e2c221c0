/** The properties of a field in which something is wrong; none while nothing is. */
export function problem(
  text: string | undefined,
): { readonly validationMessage: string; readonly validationState: 'error' } | Record<never, never> {
  return text === undefined ? {} : { validationMessage: text, validationState: 'error' };
}
