/**
 * Splits an IPv4 block into equal ones, as `Fn::Cidr` does.
 * @param hostBits bits of the host part in each block, from 1 to 32.
 * @returns the blocks, or the reason why there are none.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] | string {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block)?.slice(1).map(Number);
  if (parts === undefined || parts.slice(0, 4).some((byte) => byte > 255) || (parts[4] ?? 33) > 32) {
    return `the block must be an IPv4 block such as 10.0.0.0/16, got '${block}'`;
  }
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = parts;
  if (!Number.isInteger(hostBits) || hostBits < 1 || hostBits > 32 - prefix) {
    return `the number of host bits must be from 1 to ${32 - prefix}, got ${hostBits}`;
  }
  if (!Number.isInteger(count) || count < 1 || count > Math.min(256, 2 ** (32 - prefix - hostBits))) {
    return `the count must be from 1 to ${Math.min(256, 2 ** (32 - prefix - hostBits))}, got ${count}`;
  }
  const size = 2 ** hostBits;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const start = address - (address % 2 ** (32 - prefix));
  return Array.from({ length: count }, (_, index) => `${dotted(start + index * size)}/${32 - hostBits}`);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
