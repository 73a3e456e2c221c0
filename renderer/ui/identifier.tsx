import { makeStyles, tokens } from '@fluentui/react-components';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  text: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
});

/** An id, whole, to read and to copy. */
export function Identifier({ value }: { readonly value: string }) {
  const styles = useStyles();
  return (
    <>
      <code className={styles.text}>{value}</code> <CopyButton text={value} />
    </>
  );
}
