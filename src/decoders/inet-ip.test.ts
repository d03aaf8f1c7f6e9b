import { testDecoder } from './decoder-testing.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

testDecoder('inet_ip', [
  { it: 'decodes IPv4', input: [127, 0, 0, 1], gives: '127.0.0.1' },
  { it: 'decodes IPv6', input: bytes('20010db8 00000000 00000000 00000001'), gives: '2001:db8::1' },
  {
    it: 'decodes a v4-mapped address as IPv4',
    input: bytes('00000000 00000000 0000ffff 01020304'),
    gives: '1.2.3.4',
  },
  {
    it: 'keeps a v4-compatible address as IPv6',
    input: bytes('00000000 00000000 00000000 01020304'),
    gives: '::102:304',
  },
  {
    it: 'keeps a translated address as IPv6',
    input: bytes('00000000 00000000 ffff0000 01020304'),
    gives: '::ffff:0:102:304',
  },
  { it: 'decodes the unspecified address', input: Buffer.alloc(16), gives: '::' },
  { it: 'decodes the loopback address', input: bytes('00000000 00000000 00000000 00000001'), gives: '::1' },
  { it: 'shortens zeros at the end', input: bytes('fe800000 00000000 00000000 00000000'), gives: 'fe80::' },
  {
    it: 'shortens the longest run of zeros',
    input: bytes('20010000 00000001 00000000 00000001'),
    gives: '2001:0:0:1::1',
  },
  {
    it: 'shortens the first of equal runs',
    input: bytes('20010000 00000001 00010000 00000001'),
    gives: '2001::1:1:0:0:1',
  },
  {
    it: 'keeps a single zero group',
    input: bytes('20010000 00010001 00010001 00010001'),
    gives: '2001:0:1:1:1:1:1:1',
  },
  {
    it: 'decodes an address without zeros',
    input: bytes('20010db8 12345678 9abcdef0 00ff0001'),
    gives: '2001:db8:1234:5678:9abc:def0:ff:1',
  },
  { it: 'refuses an empty input', input: [], fails: 'inet_ip needs 4 or 16 bytes, got 0' },
  { it: 'refuses eight bytes', input: Buffer.alloc(8), fails: 'inet_ip needs 4 or 16 bytes, got 8' },
]);
