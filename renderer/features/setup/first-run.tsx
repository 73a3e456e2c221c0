import type { SetupState } from '../../../shared/contract/setup.ts';
import { Centred } from '../../ui/centred.tsx';

export function FirstRun({ setup }: { readonly setup: SetupState }) {
  return <Centred title={setup.state}>{null}</Centred>;
}
