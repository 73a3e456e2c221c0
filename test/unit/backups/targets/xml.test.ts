import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childrenOf, readXml, textOf } from '../../../../main/backups/targets/s3/xml.ts';

const escaped = (text: string) => text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

test('a listing is read as it is', () => {
  const list = readXml(
    '<?xml version="1.0" encoding="UTF-8"?>\n<List xmlns="http://a/b"><Item a=\'1\'><Key>a &amp; b&#x20;c</Key></Item><Item/></List>\n',
  );
  const [item, empty] = list === undefined ? [] : childrenOf(list, 'Item');
  expect(item && textOf(item, 'Key')).toBe('a & b c');
  expect(empty?.children).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['text', 'hello'],
  ['two roots', '<a/><b/>'],
  ['an open element', '<a><b></b>'],
  ['crossed elements', '<a><b></a></b>'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['a document type inside', '<a><!DOCTYPE a></a>'],
  ['a document type of elsewhere', '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'],
  ['an entity that is declared', '<!DOCTYPE a [<!ENTITY b "c">]><a>d</a>'],
  ['an entity that grows', `<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "${'&b;'.repeat(10)}">]><a>&d;</a>`],
  ['an entity from a file', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['an entity of its own', '<a>&evil;</a>'],
  ['half an entity', '<a>&amp</a>'],
  ['half a character', '<a>&#xD800;</a>'],
  ['no character', '<a>&#0;</a>'],
  ['a comment', '<a><!-- b --></a>'],
  ['character data', '<a><![CDATA[b]]></a>'],
  ['an instruction', '<a><?php b ?></a>'],
  ['a late declaration', '<a/><?xml version="1.0"?>'],
  ['depth', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`],
])('%s is refused', (_, text) => {
  expect(readXml(text)).toBeUndefined();
});

test('any text comes back, and any bytes end well', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readXml(`<a><b>${escaped(text)}</b></a>`)?.children[0]?.text).toBe(text);
    }),
  );
  const pieces = fc.constantFrom(
    '<a>',
    '</a>',
    '<a/>',
    '<',
    '>',
    '&',
    'x',
    ' ',
    '"',
    '<?xml ?>',
    '<!',
    '/>',
    '&lt;',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      readXml(parts.join(''));
    }),
  );
});
