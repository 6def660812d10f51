import { BlockList, isIP } from 'node:net';

/** Whether an IP address lies in a block such as `10.0.0.0/8`. */
export function cidrContains(block: string, address: string): boolean {
  const [network = '', prefix = ''] = block.split('/');
  const family = isIP(network);
  const bits = Number(prefix);
  if (family === 0 || isIP(address) !== family || prefix === '' || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) {
    return false;
  }
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(address, type);
}
