import { create, fromJsonString, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { Int32ValueSchema, Int64ValueSchema, UInt64ValueSchema } from '@bufbuild/protobuf/wkt';
import {
  BatchGetFundsRequestSchema,
  ListFundsRequestSchema,
  UpdateFundRequestSchema,
} from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strictDecoder } from './strict-json.ts';

function read<Desc extends DescMessage>(desc: Desc, json: string | Uint8Array): MessageShape<Desc> {
  const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  return fromJsonString(desc, strictDecoder(desc).decode(bytes));
}

function problemsOf(desc: DescMessage, json: string | Uint8Array): readonly DomainError[] {
  try {
    read(desc, json);
  } catch (error) {
    if (error instanceof DomainError) return error.violations;
    throw error;
  }
  expect.fail(`${String(json)} was read`);
}

const placesOf = (desc: DescMessage, json: string) => problemsOf(desc, json).map(({ metadata }) => metadata['field']);

describe('a whole number', () => {
  test.each([
    ['9007199254740993', 9_007_199_254_740_993n],
    ['"9007199254740993"', 9_007_199_254_740_993n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['"-9223372036854775808"', -(2n ** 63n)],
    ['2.0', 2n],
    ['9007199254740993.00', 9_007_199_254_740_993n],
    ['1e3', 1000n],
    ['9007199254740993e0', 9_007_199_254_740_993n],
    ['900719925474099.3E+1', 9_007_199_254_740_993n],
    ['120e-1', 12n],
    ['0e99999999999', 0n],
    ['-0', 0n],
    ['null', 0n],
  ])('%s is read exactly', (json, expected) => {
    expect(read(ListFundsRequestSchema, `{"viewerUserId":${json}}`).viewerUserId).toBe(expected);
    expect(read(ListFundsRequestSchema, `{"filter":{"orderId":${json}}}`).filter?.orderId ?? 0n).toBe(expected);
    if (json !== 'null') {
      expect(read(BatchGetFundsRequestSchema, `{"fundIds":[1,${json}]}`).fundIds).toEqual([1n, expected]);
      expect(read(Int64ValueSchema, json).value).toBe(expected);
    }
  });

  test.each([
    '"0x2"',
    '""',
    '" 2"',
    '"2 "',
    '"+2"',
    '"02"',
    '"2.0"',
    '"2e0"',
    '"1_000"',
    '"\\u0662"',
    '2.5',
    '1.0000000000000000000001',
    '9007199254740993.5',
    '1e-1',
    '1e19',
    '1e999999999',
    '9223372036854775808',
    '"9223372036854775808"',
    'true',
    '[]',
    '{}',
  ])('%s is refused with its place', (json) => {
    expect(placesOf(ListFundsRequestSchema, `{"viewerUserId":${json}}`)).toEqual(['viewerUserId']);
    expect(placesOf(ListFundsRequestSchema, `{"filter":{"amount_cents_min":${json}}}`)).toEqual([
      'filter.amountCentsMin',
    ]);
    expect(placesOf(ListFundsRequestSchema, `{"pageSize":${json}}`)).toEqual(['pageSize']);
    expect(placesOf(BatchGetFundsRequestSchema, `{"fundIds":["1",${json}]}`)).toEqual(['fundIds[1]']);
  });

  test('of 32 bits or without a sign has limits of its own', () => {
    expect(read(Int32ValueSchema, '-2147483648').value).toBe(-(2 ** 31));
    expect(problemsOf(Int32ValueSchema, '2147483648')).toHaveLength(1);
    expect(read(UInt64ValueSchema, '18446744073709551615').value).toBe(2n ** 64n - 1n);
    expect(problemsOf(UInt64ValueSchema, '-1')).toHaveLength(1);
  });

  test('is read as its digits say, whatever they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.boolean(), (value, quoted) => {
        const json = quoted ? `"${value}"` : String(value);
        expect(read(ListFundsRequestSchema, `{ "viewerUserId" : ${json} , "skip":1}`).viewerUserId).toBe(value);
      }),
    );
  });
});

describe('a time', () => {
  const request = (text: string) => `{"filter":{"createdFrom":${JSON.stringify(text)}}}`;
  test.each([
    ['2026-02-28T23:59:59.999999999Z', 1_772_323_199n, 999_999_999],
    ['2024-02-29T00:00:00+02:00', 1_709_157_600n, 0],
    ['0001-01-01T00:00:00Z', -62_135_596_800n, 0],
    ['9999-12-31T23:59:59Z', 253_402_300_799n, 0],
  ])('%s is read exactly', (text, seconds, nanos) => {
    expect(read(ListFundsRequestSchema, request(text)).filter?.createdFrom).toMatchObject({ seconds, nanos });
  });
  test.each([
    '',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00.0000000001Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+01:60',
    '0000-01-01T00:00:00Z',
    '99-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
  ])('%j is refused with its place', (text) => {
    expect(placesOf(ListFundsRequestSchema, request(text))).toEqual(['filter.createdFrom']);
  });
});

describe('a request', () => {
  test('tells every place that is wrong, once each', () => {
    const json = `{"viewerUserId":"x","page_size":1.5,"isAdmin":true,"orderBy":"\\ud800","view":"FULL",
      "filter":{"statuses":["FUND_STATUS_PENDING","SECRET"],"createdTo":"","orderId":1,"order_id":2}}`;
    expect(placesOf(ListFundsRequestSchema, json)).toEqual([
      'viewerUserId',
      'pageSize',
      'isAdmin',
      'orderBy',
      'view',
      'filter.statuses[1]',
      'filter.createdTo',
      'filter.orderId',
    ]);
  });

  test.each([
    ['{"viewerUserId":"1","viewerUserId":"2"}', 'viewerUserId'],
    ['{"viewerUserId":"1","viewer_user_id":"2"}', 'viewerUserId'],
    ['{"viewerUserId":"1","viewer\\u0055serId":"2"}', 'viewerUserId'],
    ['{"consistency":{"minimizeLatency":true,"fullyConsistent":true}}', 'consistency.fullyConsistent'],
    ['{"filter":{"statuses":[null]}}', 'filter.statuses[0]'],
    ['{"filter":[]}', 'filter'],
    ['{"filter":{"statuses":{}}}', 'filter.statuses'],
    ['{"consistency":{"minimizeLatency":"true"}}', 'consistency.minimizeLatency'],
    ['{"view":"2"}', 'view'],
    ['{"view":1.5}', 'view'],
    ['{"__proto__":{"viewerUserId":1}}', '__proto__'],
    ['[]', 'request'],
    ['"x"', 'request'],
    ['null', 'request'],
  ])('%s is refused with its place', (json, place) => {
    expect(placesOf(ListFundsRequestSchema, json)).toEqual([place]);
  });

  test('takes field masks as JSON writes them', () => {
    const read1 = read(UpdateFundRequestSchema, '{"updateMask":"amountCents,status"}');
    expect(read1.updateMask?.paths).toEqual(['amount_cents', 'status']);
    expect(placesOf(UpdateFundRequestSchema, '{"updateMask":"amount_cents"}')).toEqual(['updateMask']);
    expect(placesOf(UpdateFundRequestSchema, '{"updateMask":{"paths":["status"]}}')).toEqual(['updateMask']);
  });

  test('that is no JSON, no UTF-8, too deep or too long is refused', () => {
    const bad = ['', '{', '{"a":1,}', "{'a':1}", '{"viewerUserId":01}', '{"viewerUserId":NaN}'];
    for (const text of bad) expect(problemsOf(ListFundsRequestSchema, text)).toHaveLength(1);
    const brokenUtf8 = Buffer.from('{"orderBy":"\xff"}', 'latin1');
    expect(problemsOf(ListFundsRequestSchema, brokenUtf8)[0]?.message).toContain('UTF-8');
    const deep = `{"filter":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(placesOf(ListFundsRequestSchema, deep)).toEqual(['filter']);
    const [many] = problemsOf(BatchGetFundsRequestSchema, `{"fundIds":[${'1,'.repeat(20_000)}1]}`);
    expect(many).toMatchObject({ reason: 'MESSAGE_TOO_LARGE', metadata: { field: 'fundIds', max: '10000' } });
  });

  test('of any text is read as it was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (orderBy) => {
        const message = create(ListFundsRequestSchema, { orderBy, viewerUserId: 1n });
        const json = JSON.stringify({ orderBy, viewerUserId: '1' });
        expect(read(ListFundsRequestSchema, json)).toEqual(message);
      }),
    );
  });
});
