import { tryText } from '../i18n/translate.ts';

/** What an action means in words; the action itself where it is a service's own. */
export function actionText(action: string): string {
  return tryAction(action) ?? action;
}

/** Actions have dots, which keys of texts have too: the table is asked for the whole. */
function tryAction(action: string): string | undefined {
  return tryText(['audit', 'actions', action]);
}
