import { expect, test } from 'vitest';
import { isCurrencyCode } from './currencies.ts';

/** ISO 4217, list one, as SIX published it on 1 January 2026. */
const listOne =
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
  CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
  HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
  MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
  RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
  USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX
  YER ZAR ZMW ZWG`.split(/\s+/);

test('the codes of ISO 4217 are known', () => {
  expect(listOne.filter((code) => !isCurrencyCode(code))).toEqual([]);
});

test('others are not', () => {
  for (const code of ['', 'eur', 'ZZZ', 'ABC', 'EU', 'EURO', 'E€R', 'EUR ', 'toString']) {
    expect([code, isCurrencyCode(code)]).toEqual([code, false]);
  }
});
