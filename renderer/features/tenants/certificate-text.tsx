import { makeStyles, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
  certificate: {
    margin: 0,
    padding: '8px 12px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    backgroundColor: tokens.colorNeutralBackground4,
    borderRadius: tokens.borderRadiusMedium,
  },
});

/** A signed certificate, as it is saved. */
export function CertificateText({ certificate }: { readonly certificate: string }) {
  return <pre className={useStyles().certificate}>{certificate}</pre>;
}
